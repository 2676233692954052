import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Client } from '#client/client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import { partitionOf } from '#engines/event-log/partition.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { Config } from '#runtime/config.ts'
import { loadConfig } from '#runtime/load-config.ts'
import { describeOnServers } from '../helpers/engine-sets.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { startTestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

/** Promised are 2 s; a machine with other work takes its time. */
const refusedMs = 4000
const backMs = 30_000

describeOnServers('a bus whose servers go away', { fsync: true }, (servers, engines) => {
  const settingsFor = async (folder: string) => {
    const [, file] = await engines.flagsFor(folder)
    const { eventLog, store, attachments, trust } = await loadConfig(Config, { file, environment: {} })
    return { eventLog, store, attachments, trust }
  }

  for (const [how, begin, end] of [
    ['is killed', () => servers().postgres.stop('SIGKILL'), () => servers().postgres.start()],
    ['are frozen', () => servers().postgres.signal('SIGSTOP'), () => servers().postgres.signal('SIGCONT')]
  ] as const) {
    it(`acknowledges nothing and answers 503 while PostgreSQL ${how}, and goes on by itself`, async (t) => {
      const folder = temporaryFolder(t)
      const bus = await startTestBus(t, { folder, settings: await settingsFor(folder) })
      const events = Array.from({ length: 4 }, () => bus.document())
      await bus.clients.A.publish(bus.document())
      await begin()
      try {
        for (const event of events) {
          const askedAt = performance.now()
          assert.equal(await statusOf(bus.clients.A, event), 503)
          assert.ok(performance.now() - askedAt < refusedMs)
        }
      } finally {
        await end()
      }
      for (const event of events) {
        await until(async () => (await statusOf(bus.clients.A, event)) === 202, backMs)
      }
      const seen: string[] = []
      const stop = new AbortController()
      for await (const { event } of bus.clients.B.follow({}, stop.signal)) {
        seen.push(event.id)
        if (events.every(({ id }) => seen.includes(id))) stop.abort()
      }
      assert.equal(new Set(seen).size, seen.length)
    })
  }

  it('waits at a record whose schema is not known yet, says so, and lets others pass', async (t) => {
    const folder = temporaryFolder(t)
    const settings = await settingsFor(folder)
    const bus = await startTestBus(t, { folder, settings })
    const config = settings.eventLog.kafka
    assert.ok(config)
    const client = createKafkaClient(config, createLogger({ level: 'silent' }))
    const topic = `${config.namespace}lienthong.document`
    const first = bus.document()
    await bus.clients.A.publish(first)
    const record = await firstRecord(client, topic)
    const value = Buffer.from(record.value ?? '')
    value.writeInt32BE(9999, 1) // The id of a schema that nobody has registered here.
    const producer = client.producer({ allowAutoTopicCreation: false })
    await producer.connect()
    const partition = partitionOf(Buffer.from(first.subject), config.partitions)
    await producer.send({ topic, messages: [{ ...record, value, partition }] })
    await producer.disconnect()

    const readiness = async (): Promise<string> => (await fetch(`${bus.bus.managementUrl}/readyz`)).text()
    await until(
      async () => (await readiness()).includes('schema that this process does not know yet'),
      backMs
    )
    const elsewhere = untilElsewhere(bus.document, partition, config.partitions)
    await bus.clients.A.publish(elsewhere)
    await until(async () => {
      const { events } = await bus.clients.B.page()
      return events.some(({ event }) => event.id === elsewhere.id)
    }, backMs)
  })
})

interface StoredRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Record<string, string>
}

async function firstRecord(
  client: ReturnType<typeof createKafkaClient>,
  topic: string
): Promise<StoredRecord> {
  const consumer = client.consumer({ groupId: topic })
  const found = Promise.withResolvers<StoredRecord>()
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message: { key, value, headers = {} } }) => {
      const texts = Object.entries(headers).map(([name, text]) => [name, String(text)])
      found.resolve({ key, value, headers: Object.fromEntries(texts) })
    }
  })
  const record = await found.promise
  await consumer.disconnect()
  return record
}

/** A document whose subject goes to another partition. */
function untilElsewhere(next: () => BusEvent, partition: number, partitions: number): BusEvent {
  for (;;) {
    const event = next()
    if (partitionOf(Buffer.from(event.subject), partitions) !== partition) return event
  }
}

async function statusOf(client: Client, event: BusEvent): Promise<number> {
  try {
    await client.publish(event)
    return 202
  } catch (error) {
    if (error instanceof GatewayError) return error.problem.status
    throw error
  }
}
