import kafkajs, { type Admin, type ITopicConfig, type Kafka } from 'kafkajs'
import type { Language } from '#protocol/errors/faults.ts'
import { retry } from '#protocol/timing/retry.ts'
import { activityTopic } from '../activity-topic.ts'
import { asAdmin, askMs } from './as-admin.ts'
import type { KafkaConfig } from './kafka-config.ts'
import { beginLog } from './log-beginning.ts'
import { withTimeout } from './with-timeout.ts'

const { ConfigResourceTypes } = kafkajs

/** A record of 2 MiB and its overhead. */
const maxMessageBytes = 2_228_224
const minMessageBytes = 2_097_152
const timestampType = 'message.timestamp.type'
const byBroker = 'LogAppendTime'
const dayMs = 86_400_000
const leadersMs = 30_000
const leaderRetryMs = 100

export interface TopicsOptions {
  readonly kafka: Kafka
  readonly config: KafkaConfig
  /** Without the namespace. */
  readonly topics: readonly string[]
}

/**
 * Creates the missing topics, always including the activity topic, waits until each can be written, and
 * writes the record that identifies the log if there is none. Returns the names of the topics created.
 */
export async function applyTopics(options: TopicsOptions): Promise<readonly string[]> {
  const { kafka, config } = options
  const topics = [...new Set([activityTopic, ...options.topics])]
  const made = await asAdmin(kafka, async (admin) => {
    const there = new Set(await withTimeout(admin.listTopics(), askMs))
    const missing = topics.filter((topic) => !there.has(config.namespace + topic))
    if (missing.length > 0) {
      const made = admin.createTopics({
        topics: missing.map((topic) => topicDefinition(topic, config)),
        waitForLeaders: false
      })
      await withTimeout(made, askMs)
    }
    await writable(
      admin,
      topics.map((topic) => config.namespace + topic)
    )
    return missing
  })
  await beginLog({ kafka, config })
  return made
}

/** Differences between the topics and what the bus needs, each with how to fix it; empty if there are none. */
export async function topicProblems(
  options: TopicsOptions,
  language: Language = 'en'
): Promise<readonly string[]> {
  const vi = language === 'vi'
  const { kafka, config, topics } = options
  return asAdmin(kafka, async (admin) => {
    const there = new Set(await withTimeout(admin.listTopics(), askMs))
    const missing = topics.filter((topic) => !there.has(config.namespace + topic))
    const names = topics.map((topic) => config.namespace + topic).filter((name) => there.has(name))
    const none = missing.map((topic) => {
      const name = config.namespace + topic
      return vi
        ? `chưa có topic ${name}: hãy chạy lienthong topics apply`
        : `the topic ${name} does not exist: run lienthong topics apply`
    })
    if (names.length === 0) return none
    const { topics: found } = await withTimeout(admin.fetchTopicMetadata({ topics: names }), askMs)
    const shapes = found.flatMap(({ name, partitions }) => [
      ...unless(partitions.length === config.partitions, () =>
        vi
          ? `${name} có ${partitions.length} partition chứ không phải ${config.partitions}: hãy đặt eventLog.kafka.partitions là ${partitions.length}, hoặc chuyển sang các topic mới (thứ tự sự kiện phụ thuộc con số này)`
          : `${name} has ${partitions.length} partitions, not ${config.partitions}: set eventLog.kafka.partitions to ${partitions.length}, or migrate to new topics (the order of events depends on this number)`
      ),
      ...unless(
        partitions.every(({ replicas }) => replicas.length >= config.replication),
        () =>
          vi
            ? `${name} có ít hơn ${config.replication} bản sao: hãy phân bổ lại các partition, hoặc giảm eventLog.kafka.replication`
            : `${name} has fewer than ${config.replication} replicas: reassign its partitions, or lower eventLog.kafka.replication`
      )
    ])
    return [...none, ...shapes, ...(await settingProblems(admin, names, config, language))]
  })
}

/**
 * Settings of the topics with which the bus runs, but not on every day, each with how to change it. Topics that were
 * created before such a setting was among those of `topicDefinition` have the brokers' own.
 */
export async function topicRisks(
  { kafka, config, topics }: TopicsOptions,
  language: Language = 'en'
): Promise<readonly string[]> {
  return asAdmin(kafka, async (admin) => {
    const there = new Set(await withTimeout(admin.listTopics(), askMs))
    const names = topics.map((topic) => config.namespace + topic).filter((name) => there.has(name))
    if (names.length === 0) return []
    return (await settingsOf(admin, names)).flatMap(({ name, of }) =>
      unless(of(timestampType) === byBroker, () =>
        language === 'vi'
          ? `${name}: ${timestampType} là ${of(timestampType)}, phải là ${byBroker}, nếu không broker từ chối bản ghi của bên gửi có đồng hồ nhanh hơn broker quá một giờ: hãy chạy ${alter(name)}`
          : `${name}: ${timestampType} is ${of(timestampType)}, must be ${byBroker}, or brokers refuse the records of a sender whose clock is more than an hour ahead of theirs: run ${alter(name)}`
      )
    )
  })
}

function alter(name: string): string {
  return `kafka-configs.sh --alter --entity-type topics --entity-name ${name} --add-config ${timestampType}=${byBroker}`
}

interface TopicSettings {
  readonly name: string
  /** Empty for a setting that the brokers do not tell. */
  of(setting: string): string
}

async function settingsOf(admin: Admin, names: readonly string[]): Promise<readonly TopicSettings[]> {
  const described = await withTimeout(
    admin.describeConfigs({
      includeSynonyms: false,
      resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name }))
    }),
    askMs
  )
  return described.resources.map(({ resourceName, configEntries }) => ({
    name: resourceName,
    of: (setting) => configEntries.find(({ configName }) => configName === setting)?.configValue ?? ''
  }))
}

async function settingProblems(
  admin: Admin,
  names: readonly string[],
  config: KafkaConfig,
  language: Language
): Promise<readonly string[]> {
  const must = language === 'vi' ? 'phải là' : 'must be'
  const orMore = language === 'vi' ? 'trở lên' : 'or more'
  const is = language === 'vi' ? 'là' : 'is'
  return (await settingsOf(admin, names)).flatMap(({ name, of }) => {
    const retention = Number(of('retention.ms'))
    const isForEver = name.endsWith(activityTopic)
    const isKept = retention === -1 || (!isForEver && retention >= 30 * dayMs)
    return [
      ...unless(
        Number(of('min.insync.replicas')) >= config.minInSyncReplicas,
        () =>
          `${name}: min.insync.replicas ${is} ${of('min.insync.replicas')}, ${must} ${config.minInSyncReplicas} ${orMore}`
      ),
      ...unless(
        of('unclean.leader.election.enable') === 'false',
        () => `${name}: unclean.leader.election.enable ${must} false`
      ),
      ...unless(of('cleanup.policy') === 'delete', () => `${name}: cleanup.policy ${must} delete`),
      ...unless(
        Number(of('max.message.bytes')) >= minMessageBytes,
        () => `${name}: max.message.bytes ${must} ${minMessageBytes} ${orMore}`
      ),
      ...unless(
        isKept,
        () =>
          `${name}: retention.ms ${is} ${retention}, ${must} ${isForEver ? '-1' : `${30 * dayMs} ${orMore}`}`
      )
    ]
  })
}

/** How a topic of this name is created. */
export function topicDefinition(
  topic: string,
  config: Pick<
    KafkaConfig,
    'namespace' | 'partitions' | 'replication' | 'minInSyncReplicas' | 'retentionDays'
  >
): ITopicConfig {
  const retention = topic === activityTopic ? -1 : config.retentionDays * dayMs
  return {
    topic: config.namespace + topic,
    numPartitions: config.partitions,
    replicationFactor: config.replication,
    configEntries: Object.entries({
      'cleanup.policy': 'delete',
      'max.message.bytes': maxMessageBytes,
      // By the broker's clock: of a sender whose clock is an hour ahead of its own it takes no record.
      [timestampType]: byBroker,
      'min.insync.replicas': config.minInSyncReplicas,
      'retention.ms': retention,
      'unclean.leader.election.enable': false
    }).map(([name, value]) => ({ name, value: String(value) }))
  }
}

/** Resolves once every partition has a leader that answers. */
async function writable(admin: Admin, names: readonly string[]): Promise<void> {
  const answer = () => Promise.all(names.map((name) => withTimeout(admin.fetchTopicOffsets(name), askMs)))
  await retry(answer, { waitMs: () => leaderRetryMs, longestMs: leadersMs })
}

function unless(isWell: boolean, problem: () => string): readonly string[] {
  return isWell ? [] : [problem()]
}
