import { setTimeout as pause } from 'node:timers/promises'
import kafkajs, { type Admin, type ITopicConfig, type Kafka } from 'kafkajs'
import { BusError } from '../../errors/bus-error.ts'
import { brokersUnavailable } from './broker-faults.ts'
import type { KafkaConfig } from './kafka-config.ts'
import { limited } from './limited.ts'

const { ConfigResourceTypes } = kafkajs

/** The topic that is kept for ever: what was done on the bus itself. */
export const activityTopic = 'lienthong.activity'

/** A record of 2 MiB, and room for what stands around it. */
const maxMessageBytes = 2_228_224
const minMessageBytes = 2_097_152
const dayMs = 86_400_000
const askMs = 10_000
const leadersMs = 30_000

export interface TopicsOptions {
  readonly kafka: Kafka
  readonly config: KafkaConfig
  /** Without the namespace. */
  readonly topics: readonly string[]
}

/** Makes the topics that are not there, and waits until each can be written. Gives the names of those it made. */
export async function applyTopics(options: TopicsOptions): Promise<readonly string[]> {
  const { config, topics } = options
  return asAdmin(options, async (admin) => {
    const there = new Set(await limited(admin.listTopics(), askMs))
    const missing = topics.filter((topic) => !there.has(config.namespace + topic))
    if (missing.length > 0) {
      const made = admin.createTopics({
        topics: missing.map((topic) => definitionOf(topic, config)),
        waitForLeaders: false
      })
      await limited(made, askMs)
    }
    await writable(
      admin,
      topics.map((topic) => config.namespace + topic)
    )
    return missing
  })
}

/** What of the topics is not as the bus needs it, each with what mends it; empty where all is well. */
export async function topicProblems(options: TopicsOptions): Promise<readonly string[]> {
  const { config, topics } = options
  return asAdmin(options, async (admin) => {
    const there = new Set(await limited(admin.listTopics(), askMs))
    const missing = topics.filter((topic) => !there.has(config.namespace + topic))
    const names = topics.map((topic) => config.namespace + topic).filter((name) => there.has(name))
    const none = missing.map((topic) => `no topic ${config.namespace + topic}: run lienthong topics apply`)
    if (names.length === 0) return none
    const { topics: found } = await limited(admin.fetchTopicMetadata({ topics: names }), askMs)
    const shapes = found.flatMap(({ name, partitions }) => [
      ...unless(
        partitions.length === config.partitions,
        () =>
          `${name} has ${partitions.length} partitions, not ${config.partitions}: the order within a case rests on it; set partitions back, or migrate to new topics`
      ),
      ...unless(
        partitions.every(({ replicas }) => replicas.length >= config.replication),
        () =>
          `${name} is kept fewer than ${config.replication} times: reassign its partitions, or set replication`
      )
    ])
    return [...none, ...shapes, ...(await settingProblems(admin, names, config))]
  })
}

async function settingProblems(
  admin: Admin,
  names: readonly string[],
  config: KafkaConfig
): Promise<readonly string[]> {
  const described = await limited(
    admin.describeConfigs({
      includeSynonyms: false,
      resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name }))
    }),
    askMs
  )
  return described.resources.flatMap(({ resourceName, configEntries }) => {
    const of = (setting: string): string =>
      configEntries.find(({ configName }) => configName === setting)?.configValue ?? ''
    const retention = Number(of('retention.ms'))
    const isForEver = resourceName.endsWith(activityTopic)
    const isKept = retention === -1 || (!isForEver && retention >= 30 * dayMs)
    return [
      ...unless(
        Number(of('min.insync.replicas')) >= config.minInSyncReplicas,
        () =>
          `${resourceName}: min.insync.replicas is ${of('min.insync.replicas')}, must be ${config.minInSyncReplicas} or more`
      ),
      ...unless(
        of('unclean.leader.election.enable') === 'false',
        () => `${resourceName}: unclean.leader.election.enable must be false`
      ),
      ...unless(of('cleanup.policy') === 'delete', () => `${resourceName}: cleanup.policy must be delete`),
      ...unless(
        Number(of('max.message.bytes')) >= minMessageBytes,
        () => `${resourceName}: max.message.bytes must be ${minMessageBytes} or more`
      ),
      ...unless(
        isKept,
        () =>
          `${resourceName}: retention.ms is ${retention}, must be ${isForEver ? '-1' : `${30 * dayMs} or more`}`
      )
    ]
  })
}

function definitionOf(topic: string, config: KafkaConfig): ITopicConfig {
  const retention = topic === activityTopic ? -1 : config.retentionDays * dayMs
  return {
    topic: config.namespace + topic,
    numPartitions: config.partitions,
    replicationFactor: config.replication,
    configEntries: Object.entries({
      'cleanup.policy': 'delete',
      'max.message.bytes': maxMessageBytes,
      'min.insync.replicas': config.minInSyncReplicas,
      'retention.ms': retention,
      'unclean.leader.election.enable': false
    }).map(([name, value]) => ({ name, value: String(value) }))
  }
}

/** Resolves once every partition has a leader that answers. */
async function writable(admin: Admin, names: readonly string[]): Promise<void> {
  const until = performance.now() + leadersMs
  for (;;) {
    try {
      await Promise.all(names.map((name) => limited(admin.fetchTopicOffsets(name), askMs)))
      return
    } catch (error) {
      if (performance.now() > until) throw error
      await pause(100)
    }
  }
}

async function asAdmin<T>({ kafka }: TopicsOptions, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin({ retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 5 } })
  try {
    await limited(admin.connect(), askMs)
    return await work(admin)
  } catch (cause) {
    if (cause instanceof BusError) throw cause
    throw brokersUnavailable(cause)
  } finally {
    admin.disconnect().catch(() => {}) // Nothing of ours is under way.
  }
}

function unless(isWell: boolean, problem: () => string): readonly string[] {
  return isWell ? [] : [problem()]
}
