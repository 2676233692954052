import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { EventLog, LogRecord } from '#engines/event-log/event-log.ts'
import { createKafkaClient, type KafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { openKafkaEventLog } from '#engines/event-log/kafka/kafka-event-log.ts'
import { idsOf, replaceTopic } from '#engines/event-log/kafka/known-topics.ts'
import { reservationTables } from '#engines/event-log/kafka/reservation-tables.ts'
import { openTopicIds } from '#engines/event-log/kafka/topic-ids.ts'
import { applyTopics } from '#engines/event-log/kafka/topics.ts'
import { partitionOf } from '#engines/event-log/partition.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { newRecord } from '../../contracts/event-log.contract.ts'
import { afterSuite } from '../../helpers/servers/cleanup.ts'
import { type Kafka, startKafka } from '../../helpers/servers/kafka.ts'
import { needs } from '../../helpers/servers/needs.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { until } from '../../helpers/until.ts'

const topic = 'lienthong.document'
const logger = createLogger({ level: 'silent' })
/** Promised are 2 s; a machine with other work takes its time. */
const refusedMs = 4000

interface Opened {
  readonly log: EventLog
  /** The topic's name on the cluster. */
  readonly name: string
  readonly admin: ReturnType<KafkaClient['admin']>
  readonly client: KafkaClient
  readonly config: KafkaConfig
  readonly store: Store
  reopen(): Promise<EventLog>
}

describe('the event log on Kafka, under faults', needs('kafka'), () => {
  const suite = afterSuite()
  let kafka: Kafka

  before(async () => {
    kafka = await startKafka(suite)
  })

  const openLog = async (t: TestContext, now: () => number = Date.now): Promise<Opened> => {
    const config: KafkaConfig = {
      brokers: [...kafka.bootstrap],
      clientId: 'test',
      namespace: `${randomUUID()}.`,
      partitions: 2,
      replication: 1,
      minInSyncReplicas: 1,
      retentionDays: 30,
      compression: 'none'
    }
    const client = createKafkaClient(config, logger)
    await applyTopics({ kafka: client, config, topics: [topic] })
    const store = openSqliteStore({
      folder: temporaryFolder(t),
      parts: [reservationTables],
      onFatal: () => {}
    })
    t.after(() => store.close())
    const open = async (): Promise<EventLog> => {
      const log = await openKafkaEventLog({
        ...{ config, topics: [topic], store, logger, now }
      })
      t.after(() => log.close())
      return log
    }
    const admin = client.admin()
    await admin.connect()
    t.after(() => admin.disconnect())
    const name = config.namespace + topic
    return { log: await open(), ...{ name, admin, client, config, store }, reopen: open }
  }

  for (const [how, begin, end] of [
    ['are frozen', (one: Kafka) => one.brokers[0]?.freeze(), (one: Kafka) => one.brokers[0]?.thaw()],
    ['are dead', (one: Kafka) => one.brokers[0]?.kill(), (one: Kafka) => one.brokers[0]?.start()]
  ] as const) {
    it(`refuses appends at once while brokers ${how}, those that queue too, and takes them by itself afterwards`, async (t) => {
      const { log } = await openLog(t)
      await log.append([newRecord()])
      await begin(kafka)
      const records = Array.from({ length: 5 }, () => newRecord())
      try {
        const beganAt = performance.now()
        const refused = records.map(async (record, index) => {
          await pause(index * 300)
          const askedAt = performance.now()
          await assert.rejects(log.append([record]), codeIs('BUS_LOG_UNAVAILABLE'))
          return performance.now() - askedAt
        })
        const slowestMs = Math.max(...(await Promise.all(refused)))
        assert.ok(slowestMs < refusedMs, `refused only after ${slowestMs} ms`)
        assert.ok(performance.now() - beganAt < 3 * refusedMs)
      } finally {
        await end(kafka)
      }
      await becomes(async () => (await log.append(records)).length === records.length)
      const again = await log.append(records)
      assert.ok(again.every(({ outcome }) => outcome === 'repeated'))
    })
  }

  it('keeps the order of one key when an append fails in the midst of it', async (t) => {
    const { log } = await openLog(t)
    await log.append([newRecord()])
    const large = Array.from({ length: 4 }, () => newRecord({ value: Buffer.alloc(600_000) }))
    const broker = kafka.brokers[0]
    await broker?.freeze()
    try {
      await assert.rejects(log.append(large), codeIs('BUS_LOG_UNAVAILABLE'))
    } finally {
      await broker?.thaw()
    }
    await becomes(async () => (await log.append(large)).length === large.length)
    const { records } = readFrom(t, log, 0)
    await becomes(async () => new Set(recordIds(records)).size === 1 + large.length)
    assert.deepEqual(
      [...new Set(recordIds(records))].slice(1),
      large.map(({ id }) => id)
    )
  })

  it('refuses what goes to a topic that was deleted, and goes on in one of its name once that is accepted', async (t) => {
    const { log, name, admin, client, config, store, reopen } = await openLog(t)
    for (let n = 0; n < 3; n += 1) await log.append([newRecord()])
    const reading = readFrom(t, log, 0)
    await becomes(async () => reading.records.length === 3)
    await admin.deleteTopics({ topics: [name] })
    await becomes(async () => hasFault('topic-missing')(await refusalOf(log)))
    assert.match(log.problem() ?? '', /lienthong\.document does not exist/)
    await applyTopics({ kafka: client, config, topics: [topic] })
    await becomes(async () => hasFault('topic-created-anew')(await refusalOf(log)))
    const other = await reopen() // Another process, which knows nothing of what was there.
    assert.ok(hasFault('topic-created-anew')(await refusalOf(other)))
    await becomes(async () => reading.faults.some(hasFault('topic-created-anew')))
    assert.equal(reading.records.length, 3)

    const ids = openTopicIds(client)
    const id = (await idsOf(ids, config.namespace, [topic])).get(topic) ?? ''
    await ids.close()
    reading.positions.clear()
    await store.transaction((transaction) => replaceTopic(transaction, topic, id))
    const next = newRecord()
    await becomes(async () => (await log.append([next])).length === 1)
    assert.equal(log.problem(), undefined)
    await becomes(async () => recordIds(reading.records).includes(next.id))
  })

  it('warns while the clock of a broker is an hour from its own, and takes records', async (t) => {
    let hours = -1
    const { log } = await openLog(t, () => Date.now() + hours * 3_600_000)
    assert.equal(log.warning(), undefined)
    await log.append([newRecord()])
    assert.match(log.warning() ?? '', /lienthong\.document\/\d differed .* by 3\d{3} s/)
    hours = 1
    await log.append([newRecord()])
    assert.match(log.warning() ?? '', /by -3\d{3} s/)
    hours = 0
    await log.append([newRecord()])
    assert.equal(log.warning(), undefined)
    assert.equal(log.problem(), undefined)
  })

  it('neither appends nor reads once a partition was added, and says what to do', async (t) => {
    const { log, name, admin } = await openLog(t)
    await log.append([newRecord()])
    const reading = readFrom(t, log, 0)
    await becomes(async () => reading.records.length === 1)
    await admin.createPartitions({ topicPartitions: [{ topic: name, count: 3 }] })
    await becomes(async () => reading.faults.some(hasFault('partitions-changed')))
    await assert.rejects(log.append([newRecord()]), (error) => {
      assert.ok(error instanceof BusError)
      assert.equal(error.code, 'BUS_LOG_UNAVAILABLE')
      assert.equal(error.fault, 'partitions-changed')
      assert.match(error.message, /Create the topic again with 2 partitions/)
      return true
    })
  })

  it('stops where retention has overtaken its position, and says what to do', async (t) => {
    const { log, name, admin } = await openLog(t)
    const records = Array.from({ length: 6 }, () => newRecord())
    await log.append(records)
    let rejects = true
    const reading = readFrom(t, log, 0, () => rejects)
    await becomes(async () => reading.faults.length > 0)
    const partition = partitionOf(Buffer.from('subject'), 2)
    await admin.fetchTopicOffsets(name) // Or the client does not know whom to ask.
    await admin.deleteTopicRecords({ topic: name, partitions: [{ partition, offset: '4' }] })
    rejects = false
    await becomes(async () => reading.faults.some(hasFault('position-before-start')))
    assert.equal(reading.records.length, 0)
    assert.match(String(reading.faults.findLast(hasFault('position-before-start'))), /Restore the store/)
  })
})

interface Reading {
  readonly records: LogRecord[]
  readonly faults: unknown[]
  readonly positions: Map<string, number>
}

/** Reads every shard from a position, and keeps its own. */
function readFrom(t: TestContext, log: EventLog, start: number, rejects = () => false): Reading {
  const positions = new Map<string, number>()
  const reading: Reading = { records: [], faults: [], positions }
  const subscription = log.read({
    group: randomUUID(),
    positionOf: async (shard) => positions.get(shard) ?? start,
    reader: async (records) => {
      if (rejects()) throw new BusError('BUS_STORE_UNAVAILABLE', 'database-away')
      reading.records.push(...records)
      for (const { shard, position } of records) positions.set(shard, position)
    },
    onState: (fault) => {
      if (fault !== undefined) reading.faults.push(fault)
    }
  })
  t.after(() => subscription.close())
  return reading
}

async function refusalOf(log: EventLog): Promise<unknown> {
  return log.append([newRecord()]).then(
    () => undefined,
    (error: unknown) => error
  )
}

function recordIds(records: readonly LogRecord[]): readonly (string | undefined)[] {
  return records.map(({ headers }) => headers.ce_id)
}

function hasFault(fault: string): (error: unknown) => boolean {
  return (error) => error instanceof BusError && error.fault === fault
}

function codeIs(code: string): (error: unknown) => boolean {
  return (error) => error instanceof BusError && error.code === code
}

/** What is thrown counts as not yet. */
function becomes(isSo: () => Promise<boolean>): Promise<void> {
  return until(() => isSo().catch(() => false), 60_000)
}
