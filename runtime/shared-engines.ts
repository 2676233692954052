import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { type TopicsOptions, topicProblems } from '#engines/event-log/kafka/topics.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { topicsOf } from './topics.ts'

export { openKafkaEventLog } from '#engines/event-log/kafka/kafka-event-log.ts'
export { openPostgresRelay } from '#engines/store/postgres/postgres-relay.ts'
export { openPostgresStore } from '#engines/store/postgres/postgres-store.ts'

/** The topics of this release and their brokers. Rejects with `BUS_CONFIG_INVALID` if the topics are not as the bus needs them. */
export async function checkedTopics(config: KafkaConfig, logger: Logger): Promise<TopicsOptions> {
  const options = { kafka: createKafkaClient(config, logger), config, topics: topicsOf() }
  const problems = await topicProblems(options)
  if (problems.length === 0) return options
  throw new BusError('BUS_CONFIG_INVALID', 'topics-not-as-needed', {
    values: {
      problems: problems.join('; '),
      problemsVi: (await topicProblems(options, 'vi')).join('; ')
    }
  })
}
