import type { Command } from 'commander'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import { applyTopics, topicProblems } from '#engines/event-log/kafka/topics.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { acceptTopic } from '#operations/topics/accept-topic.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { textsFrom } from '#protocol/errors/texts.ts'
import { openEngines } from '#runtime/open-engines.ts'
import { createOutput } from '#runtime/output.ts'
import { type BusFlags, configFrom } from '#runtime/run-bus.ts'
import { topicsOf } from '#runtime/topics.ts'
import { type LanguageFlags, withLanguage } from '../language.ts'

type TopicsFlags = BusFlags & LanguageFlags & { readonly json?: boolean }

const texts = {
  en: {
    accepted: 'accepted {topic}: it is read from its beginning',
    'not-read':
      'PROBLEM  the consumers have not read everything yet, so it is not known whether accepted events are missing: check that they run, then repeat this command',
    none: 'no accepted event is missing',
    missing: 'missing {id} of {source}, accepted {recordedTime}',
    resend:
      'PROBLEM  {count} accepted event(s) were only in the deleted topic: ask their senders to send them again, unchanged and with the same id'
  },
  vi: {
    accepted: 'đã chấp nhận {topic}: topic được đọc từ đầu',
    'not-read':
      'LỖI  các tiến trình consumers chưa đọc hết nên chưa biết có thiếu sự kiện đã tiếp nhận hay không: hãy kiểm tra các tiến trình này rồi chạy lại lệnh',
    none: 'không thiếu sự kiện đã tiếp nhận nào',
    missing: 'thiếu {id} của {source}, tiếp nhận lúc {recordedTime}',
    resend:
      'LỖI  {count} sự kiện đã tiếp nhận chỉ có trong topic bị xóa: hãy đề nghị bên gửi gửi lại, giữ nguyên nội dung và mã (id)'
  }
} as const

/**
 * `lienthong topics apply`: creates the missing topics of this release, and writes the record that
 * identifies the log if there is none. `lienthong topics accept`: goes on with a topic that was created again.
 */
export function addTopics(program: Command): void {
  const topics = program.command('topics').description('The topics of the event log in Kafka.')
  withLanguage(topics.command('apply'))
    .description('Create the missing topics with the settings of the configuration.')
    .requiredOption('--config <file>', 'configuration file')
    .option('--json', 'one JSON value a line')
    .action(async (flags: TopicsFlags) => {
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
  withLanguage(topics.command('accept'))
    .argument('<topic>', 'the topic, such as lienthong.document')
    .description(
      'Accept a topic that was deleted and created again; lists events that only the deleted one had.'
    )
    .requiredOption('--config <file>', 'configuration file')
    .option('--json', 'one JSON value a line')
    .action(accept)
}

async function accept(topic: string, flags: TopicsFlags): Promise<void> {
  const output = createOutput({ json: flags.json ?? false })
  const t = textsFrom<keyof (typeof texts)['en']>(texts, flags.lang)
  const line = (
    key: keyof (typeof texts)['en'],
    values: Readonly<Record<string, string | number>> = {}
  ): void => output.line(t(key, values), { [key]: values })
  const config = await configFrom(flags)
  const { kafka } = config.eventLog
  if (!kafka) throw new BusError('BUS_CONFIG_INVALID', 'no-kafka-configured')
  const logger = createLogger({ level: 'silent' })
  const engines = await openEngines({ config, logger, onFatal: fail })
  try {
    const accepted = await acceptTopic({ engines, kafka, topics: topicsOf(), topic, logger })
    line('accepted', { topic })
    if (accepted?.missing.length === 0) return line('none')
    process.exitCode = 1
    if (!accepted) return line('not-read')
    for (const event of accepted.missing) line('missing', event)
    line('resend', { count: accepted.missing.length })
    await accepted.free()
  } finally {
    await engines.close()
  }
}

function fail(error: unknown): never {
  throw error
}
