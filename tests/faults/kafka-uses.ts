import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { createKafkaClient, type KafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { type Kafka, startKafka } from '../helpers/servers/kafka.ts'
import { inStep, leaderOf, startAgain } from './kafka/broker-faults.ts'
import { readTopic } from './kafka/topic-check.ts'
import { newMessages, type Use, uses } from './kafka/uses.ts'
import { pause } from './load.ts'
import { missingFor } from './needs.ts'
import { createRandom } from './random.ts'

/**
 * `npm run kafka-uses -- --kills N`: ways of using the Kafka client, each on
 * three brokers whose leaders are killed N times under load, with what was
 * acknowledged and is not there, or is there twice. The bus uses it in the last
 * way: the exit code is 1 where that one loses or doubles. A later client is to
 * be judged by the same table.
 */
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '4' }, seed: { type: 'string', default: '1' } }
})

const partitions = 6
const writers = 4
/** Between a leader's kill and the next, beside what its restart takes. */
const calmMs = 4000

process.exitCode = await main()

async function main(): Promise<number> {
  const missing = missingFor('kafka')
  if (missing !== undefined) {
    process.stdout.write(`not run: kafka (${missing})\n`)
    return process.env.CI ? 1 : 0
  }
  const cleanups = collectCleanups()
  try {
    const kafka = await startKafka(cleanups, { brokers: 3 })
    process.stdout.write(
      '| how it is used | kills | acknowledged | lost | doubled |\n|---|---|---|---|---|\n'
    )
    let last = { lost: 0, doubled: 0 }
    for (const use of uses) last = await judge(use, kafka)
    return last.lost + last.doubled > 0 ? 1 : 0
  } finally {
    await cleanups.end()
  }
}

async function judge(use: Use, kafka: Kafka): Promise<{ readonly lost: number; readonly doubled: number }> {
  const config = { brokers: [...kafka.bootstrap], clientId: 'uses', partitions } as const
  const client = createKafkaClient(config as unknown as KafkaConfig, createLogger({ level: 'silent' }))
  const topic = `uses-${randomUUID()}`
  await makeTopic(client, topic)
  const kills = Number(values.kills)
  const random = createRandom(Number(values.seed))
  const acknowledged = new Set<string>()
  const open = await use.open(client, topic)
  let over = false
  const write = async (): Promise<void> => {
    while (!over) {
      await open.write(newMessages(partitions), (group) => {
        for (const { headers } of group) acknowledged.add(headers.ce_id)
      })
      await pause(10)
    }
  }
  const writing = Array.from({ length: writers }, write)
  for (let kill = 0; kill < kills; kill += 1) {
    await pause(calmMs)
    const broker = await leaderOf({ client, kafka, partitions }, topic, random)
    await broker.kill()
    await pause(random.integer(500, 6000))
    await startAgain(broker)
    await inStep({ client, kafka }, topic)
  }
  over = true
  await Promise.all(writing)
  await open.close()

  const copies = new Map<string, number>()
  for (const { id } of await readTopic(client, topic)) copies.set(id, (copies.get(id) ?? 0) + 1)
  const lost = [...acknowledged].filter((id) => !copies.has(id)).length
  const doubled = [...copies].filter(([id, count]) => count > 1 && acknowledged.has(id)).length
  process.stdout.write(`| ${use.name} | ${kills} | ${acknowledged.size} | ${lost} | ${doubled} |\n`)
  return { lost, doubled }
}

async function makeTopic(client: KafkaClient, topic: string): Promise<void> {
  const admin = client.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions, replicationFactor: 3 }] })
  await admin.disconnect()
}
