import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { before, describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { EventLog, NewRecord } from '#engines/event-log/event-log.ts'
import { codecs } from '#engines/event-log/kafka/codecs.ts'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import { openKafkaEventLog } from '#engines/event-log/kafka/kafka-event-log.ts'
import { reservationTables } from '#engines/event-log/kafka/reservation-tables.ts'
import { createSender } from '#engines/event-log/kafka/send-records.ts'
import { applyTopics } from '#engines/event-log/kafka/topics.ts'
import { openPostgresStore } from '#engines/store/postgres/postgres-store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { newRecord } from '../../contracts/event-log.contract.ts'
import { kafkaConfig } from '../../helpers/kafka-log.ts'
import { afterSuite, allStarted } from '../../helpers/servers/cleanup.ts'
import { type Kafka, startKafka } from '../../helpers/servers/kafka.ts'
import { needs } from '../../helpers/servers/needs.ts'
import { postgresConfig, startPostgres } from '../../helpers/servers/postgres.ts'
import type { PostgresServer } from '../../helpers/servers/postgres-server.ts'

const topics = ['lienthong.document']
const logger = createLogger({ level: 'silent' })
const partitions = 6
/** kafkajs sends each request by this. */
const broker = createRequire(import.meta.url)('kafkajs/src/broker') as {
  readonly prototype: { produce(...words: unknown[]): unknown }
}

/** Records of one submission, of many cases. */
function newBatch(): readonly NewRecord[] {
  const { receipt } = newRecord()
  return Array.from({ length: 100 }, (_unused, n) => newRecord({ key: Buffer.from(`case ${n}`), receipt }))
}

describe('a batch of 100 records on Kafka and PostgreSQL', needs('kafka', 'postgresql'), () => {
  const suite = afterSuite()
  let kafka: Kafka
  let postgres: PostgresServer

  before(async () => {
    ;[kafka, postgres] = await allStarted([startKafka(suite), startPostgres(suite, {})] as const)
  })

  const openLog = async (t: TestContext): Promise<EventLog> => {
    const config = kafkaConfig(kafka.bootstrap, { partitions })
    await applyTopics({ kafka: createKafkaClient(config, logger), config, topics })
    const store = await openPostgresStore({
      config: postgresConfig(await postgres.newDatabase()),
      parts: [reservationTables],
      logger
    })
    t.after(() => store.close())
    const log = await openKafkaEventLog({ config, topics, store, logger, now: Date.now })
    t.after(() => log.close())
    return log
  }

  /** Counts from now on. */
  const count = (t: TestContext) => {
    const requests = t.mock.method(broker.prototype, 'produce').mock
    const queries = t.mock.method(pg.Client.prototype, 'query').mock
    const statements = (): readonly string[] =>
      queries.calls.map(
        ({ arguments: [query] }) => (query as unknown as pg.QueryConfig).text.split(' ', 1)[0] ?? ''
      )
    return { requests: () => requests.callCount(), statements }
  }

  it('goes to the leader of its partitions in one request, claimed and held by two transactions', async (t) => {
    const log = await openLog(t)
    await log.append(newBatch())
    const { requests, statements } = count(t)
    const outcomes = await log.append(newBatch())
    assert.ok(outcomes.every(({ outcome }) => outcome === 'appended'))
    assert.equal(requests(), 1)
    const claim = ['BEGIN', 'insert', 'insert', 'insert', 'insert', 'COMMIT'] // The receipt; 64, 32 and 4 ids.
    assert.deepEqual(statements(), [...claim, 'BEGIN', 'with', 'COMMIT'])
  })

  it('that is repeated is looked up and not sent', async (t) => {
    const log = await openLog(t)
    const batch = newBatch()
    await log.append(batch)
    const { requests, statements } = count(t)
    const { recordedTime, receipt } = batch[0] as NewRecord
    const again = batch.map((record) => ({ ...record, receipt: newRecord().receipt }))
    assert.deepEqual(
      await log.append(again),
      batch.map(({ receipt: { path } }) => ({
        ...{ outcome: 'repeated', recordedTime },
        receipt: { ...receipt, path }
      }))
    )
    assert.equal(requests(), 0)
    assert.ok(statements().length < 12, statements().join(' '))
  })

  it('is sent partition by partition after a request failed, until each has succeeded', async (t) => {
    const config = kafkaConfig(kafka.bootstrap, { partitions })
    const client = createKafkaClient(config, logger)
    await applyTopics({ kafka: client, config, topics })
    const sender = createSender(client, codecs.none, { leaderOf: () => 1 })
    t.after(() => sender.close())
    const topic = `${config.namespace}${topics[0]}`
    const sendAll = () =>
      Promise.allSettled(
        Array.from({ length: partitions }, (_unused, partition) =>
          sender.send({ topic, partition }, [newRecord()])
        )
      )
    const failed = (outcomes: Awaited<ReturnType<typeof sendAll>>): number =>
      outcomes.filter(({ status }) => status === 'rejected').length
    assert.equal(failed(await sendAll()), 0)
    const { requests } = count(t)
    assert.equal(failed(await sendAll()), 0)
    assert.equal(requests(), 1)

    await kafka.brokers[0]?.freeze()
    try {
      assert.equal(failed(await sendAll()), partitions)
    } finally {
      await kafka.brokers[0]?.thaw()
    }
    const before = requests()
    assert.equal(failed(await sendAll()), 0)
    assert.ok(requests() >= before + partitions)
    const alone = requests()
    assert.equal(failed(await sendAll()), 0)
    assert.equal(requests(), alone + 1)
  })

  /** What becomes of one record a partition that waits while the leader refuses a request after so many milliseconds. */
  const behindRefused = async (t: TestContext, refusedMs: number) => {
    const config = kafkaConfig(kafka.bootstrap, { partitions })
    const client = createKafkaClient(config, logger)
    await applyTopics({ kafka: client, config, topics })
    const topic = `${config.namespace}${topics[0]}`
    const closed = `${config.namespace}closed`
    const admin = client.admin()
    await admin.connect()
    const configEntries = [{ name: 'max.message.bytes', value: '10' }]
    await admin.createTopics({ topics: [{ topic: closed, numPartitions: 1, configEntries }] })
    await admin.disconnect()
    const sender = createSender(client, codecs.none, { leaderOf: () => 1 })
    t.after(() => sender.close())
    await sender.send({ topic, partition: 0 }, [newRecord()])

    const begun = Promise.withResolvers<void>()
    const produce = broker.prototype.produce
    let [ms, count] = [refusedMs, 0]
    t.mock.method(broker.prototype, 'produce', async function (this: unknown, ...words: unknown[]) {
      begun.resolve()
      count += 1
      await pause(ms)
      return produce.apply(this, words)
    })
    const refused = sender.send({ topic: closed, partition: 0 }, [newRecord()])
    const refusal = assert.rejects(refused, { code: 'BUS_LOG_UNAVAILABLE' })
    await begun.promise
    const others = Array.from({ length: partitions }, (_unused, partition) =>
      sender.send({ topic, partition }, [newRecord()])
    )
    ms = 1500 // Longer than what would be left of a time that began with the wait.
    const outcomes = await Promise.allSettled(others)
    await refusal
    return { statuses: outcomes.map(({ status }) => status), count }
  }

  it('that waits for a request which fails is sent after it, and has all of the time that a request has', async (t) => {
    const { statuses } = await behindRefused(t, 450)
    assert.deepEqual(statuses, Array(partitions).fill('fulfilled'))
  })

  it('that has waited long is not sent: another process may append it soon', async (t) => {
    const { statuses, count } = await behindRefused(t, 900)
    assert.deepEqual(statuses, Array(partitions).fill('rejected'))
    assert.equal(count, 1)
  })
})
