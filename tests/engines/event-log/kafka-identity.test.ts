import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { before, describe, it, type TestContext } from 'node:test'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { activityTopic } from '#engines/event-log/activity-topic.ts'
import type { EventLog } from '#engines/event-log/event-log.ts'
import { createKafkaClient, type KafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { openKafkaEventLog } from '#engines/event-log/kafka/kafka-event-log.ts'
import { readLogBeginning } from '#engines/event-log/kafka/log-beginning.ts'
import { reservationTables } from '#engines/event-log/kafka/reservation-tables.ts'
import { applyTopics } from '#engines/event-log/kafka/topics.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'
import { newRecord } from '../../contracts/event-log.contract.ts'
import { kafkaConfig, readRecords } from '../../helpers/kafka-log.ts'
import { afterSuite } from '../../helpers/servers/cleanup.ts'
import { type Kafka, startKafka } from '../../helpers/servers/kafka.ts'
import { needs } from '../../helpers/servers/needs.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { until } from '../../helpers/until.ts'

const topics = [activityTopic, 'lienthong.document']
const logger = createLogger({ level: 'silent' })

interface Cluster {
  readonly kafka: KafkaClient
  readonly config: KafkaConfig
  readonly admin: ReturnType<KafkaClient['admin']>
  apply(): Promise<readonly string[]>
  /** As `topics apply` does, after all topics were deleted. */
  makeAnew(): Promise<void>
  /** Writes a record of no log to the first partition of activity. */
  writeTo(): Promise<void>
}

describe('what names a log on Kafka', needs('kafka'), () => {
  const suite = afterSuite()
  let server: Kafka

  before(async () => {
    server = await startKafka(suite)
  })

  const cluster = async (t: TestContext): Promise<Cluster> => {
    const config = kafkaConfig(server.bootstrap, { partitions: 2, compression: 'none' })
    const kafka = createKafkaClient(config, logger)
    const admin = kafka.admin()
    await admin.connect()
    t.after(() => admin.disconnect())
    const names = topics.map((topic) => config.namespace + topic)
    const apply = (): Promise<readonly string[]> => applyTopics({ kafka, config, topics })
    return {
      kafka,
      config,
      admin,
      apply,
      async makeAnew() {
        await admin.deleteTopics({ topics: names })
        await until(async () => !(await admin.listTopics()).some((name) => names.includes(name)), 30_000)
        await apply()
      },
      async writeTo() {
        const producer = kafka.producer()
        await producer.connect()
        const messages = [{ partition: 0, value: 'xin chào', headers: { ce_type: 'a.b.v1', ce_id: 'x' } }]
        await producer.send({ topic: config.namespace + activityTopic, messages })
        await producer.disconnect()
      }
    }
  }

  const newStore = (t: TestContext): Store => {
    const cleanups = collectCleanups() // The store is closed before its folder goes.
    t.after(() => cleanups.end())
    const folder = temporaryFolder(cleanups)
    const store = openSqliteStore({ folder, parts: [reservationTables], onFatal: assert.ifError })
    cleanups.after(() => store.close())
    return store
  }

  const open = async (t: TestContext, { config }: Cluster, store: Store): Promise<EventLog> => {
    const log = await openKafkaEventLog({
      ...{ config, topics, store, logger },
      now: Date.now
    })
    t.after(() => log.close())
    return log
  }

  it('is the first record of activity, a CloudEvent of the bus that is written once', async (t) => {
    const one = await cluster(t)
    assert.deepEqual([...(await one.apply())].sort(), topics)
    assert.deepEqual(await one.apply(), [])
    const log = await open(t, one, newStore(t))
    assert.deepEqual([...(await log.ends())], [[`${activityTopic}/0`, 1]])
    const [record] = await readRecords(t, log, 1)
    assert.ok(record)
    const { headers, value, offset } = record
    const { ce_id: id = '', ce_time: time = '' } = headers
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.equal(offset, 0)
    assert.deepEqual(headers, {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: id,
      ce_source: '/bus',
      ce_type: 'bus.log-begun.v1',
      ce_subject: id,
      ce_time: time,
      bus_hash: createHash('sha256').update(value).digest('hex'),
      bus_recordedtime: time
    })
    assert.deepEqual(JSON.parse(Buffer.from(value).toString()), { log: id, begunAt: time })
    const beginning = await readLogBeginning(one)
    assert.deepEqual(beginning, { id, records: 1 })
  })

  it('is the same for all where several made the topics at once', async (t) => {
    const one = await cluster(t)
    await Promise.all([one.apply(), one.apply(), one.apply()])
    const store = newStore(t)
    const first = await open(t, one, store)
    const { id, records } = await readLogBeginning(one)
    assert.equal((await first.ends()).get(`${activityTopic}/0`), records)
    await one.apply()
    await one.writeTo()
    const again = await readLogBeginning(one)
    assert.deepEqual([again.id, again.records], [id, records])
    await open(t, one, store)
  })

  it('is recorded by the process that opens the log first, and no group is left behind', async (t) => {
    const one = await cluster(t)
    await one.apply()
    const store = newStore(t)
    const known = () => store.reader<{ logIdentity: { id: string } }>().selectFrom('logIdentity').select('id')
    assert.deepEqual(await known().execute(), [])
    await Promise.all([open(t, one, store), open(t, one, store)])
    const { id } = await readLogBeginning(one)
    assert.deepEqual(
      (await known().execute()).map((row) => row.id),
      [id]
    )
    const { groups } = await one.admin.listGroups()
    assert.deepEqual(
      groups.filter(({ groupId }) => groupId.startsWith(one.config.namespace)),
      []
    )
  })

  it('keeps a store from topics that were made anew, however many records they hold', async (t) => {
    const one = await cluster(t)
    await one.apply()
    const store = newStore(t)
    const log = await open(t, one, store)
    const { id: known } = await readLogBeginning(one)
    await log.append([newRecord(), newRecord()])
    await log.close()
    await one.makeAnew()
    const { id: found } = await readLogBeginning(one)
    const other = await open(t, one, newStore(t))
    await other.append([newRecord(), newRecord(), newRecord()])
    await assert.rejects(open(t, one, store), (error) => {
      assert.ok(isRefusal('log-is-another')(error))
      assert.match(
        String(error),
        new RegExp(`hold the log ${found},.* the log ${known}\\..*set them to`, 'i')
      )
      return true
    })
  })

  it('keeps a store from topics that begin no log, and says what to do', async (t) => {
    const one = await cluster(t)
    const store = newStore(t)
    await assert.rejects(open(t, one, store), isRefusal('log-not-begun'))
    const topic = one.config.namespace + activityTopic
    await one.admin.createTopics({ topics: [{ topic, numPartitions: 2 }] })
    await assert.rejects(open(t, one, store), isRefusal('log-not-begun'))
    await one.writeTo()
    await assert.rejects(open(t, one, store), isRefusal('log-begins-otherwise'))
    await one.apply() // It does not write behind what is there.
    await assert.rejects(open(t, one, store), isRefusal('log-begins-otherwise'))
    await one.makeAnew()
    await open(t, one, store)
  })

  it('is missed where the first records were deleted', async (t) => {
    const one = await cluster(t)
    await one.apply()
    await one.writeTo()
    const topic = one.config.namespace + activityTopic
    await one.admin.fetchTopicOffsets(topic) // Or the client does not know whom to ask.
    await one.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '1' }] })
    await assert.rejects(open(t, one, newStore(t)), isRefusal('log-begins-otherwise'))
  })

  it('is looked at again when topics go and come while a process runs', async (t) => {
    const one = await cluster(t)
    await one.apply()
    const log = await open(t, one, newStore(t))
    const faults: unknown[] = []
    const subscription = log.read({
      group: randomUUID(),
      positionOf: async () => 0,
      reader: async () => {},
      onState: (fault) => void faults.push(fault)
    })
    t.after(() => subscription.close())
    await one.makeAnew()
    await until(async () => {
      const refusal = await log.append([newRecord()]).then(
        () => undefined,
        (error: unknown) => error
      )
      return isRefusal('log-is-another')(refusal)
    }, 60_000)
    await until(async () => faults.some(isRefusal('log-is-another')), 30_000)
  })
})

function isRefusal(fault: Fault): (error: unknown) => boolean {
  return (error) => error instanceof BusError && error.code === 'BUS_LOG_UNAVAILABLE' && error.fault === fault
}
