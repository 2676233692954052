import type { Command } from 'commander'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import { applyTopics, topicProblems } from '#engines/event-log/kafka/topics.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { createOutput } from '#runtime/output.ts'
import { type BusFlags, configFrom } from '#runtime/run-bus.ts'
import { topicsOf } from '#runtime/topics.ts'
import { type LanguageFlags, withLanguage } from '../language.ts'

/**
 * `lienthong topics apply`: creates the missing topics of this release, and writes the record that
 * identifies the log if there is none.
 */
export function addTopics(program: Command): void {
  const topics = program.command('topics').description('The topics of the event log in Kafka.')
  withLanguage(topics.command('apply'))
    .description('Create the missing topics with the settings of the configuration.')
    .requiredOption('--config <file>', 'configuration file')
    .option('--json', 'one JSON value a line')
    .action(async (flags: BusFlags & LanguageFlags & { readonly json?: boolean }) => {
      const output = createOutput({ json: flags.json ?? false })
      const [created, isWrong] = flags.lang === 'vi' ? ['đã tạo', 'LỖI'] : ['created', 'PROBLEM']
      const { eventLog } = await configFrom(flags)
      if (!eventLog.kafka) throw new BusError('BUS_CONFIG_INVALID', 'no-kafka-configured')
      const options = {
        kafka: createKafkaClient(eventLog.kafka, createLogger({ level: 'warn' })),
        config: eventLog.kafka,
        topics: topicsOf()
      }
      for (const topic of await applyTopics(options)) output.line(`${created} ${topic}`, { created: topic })
      const problems = await topicProblems(options, flags.lang)
      for (const problem of problems) output.line(`${isWrong}  ${problem}`, { problem })
      if (problems.length > 0) process.exitCode = 1
    })
}
