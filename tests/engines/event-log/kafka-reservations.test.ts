import assert from 'node:assert/strict'
import { before, describe, it, type TestContext } from 'node:test'
import { createAppendQueue } from '#bus/publishing/append-queue.ts'
import type { EventLog, NewRecord } from '#engines/event-log/event-log.ts'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import { openKafkaEventLog } from '#engines/event-log/kafka/kafka-event-log.ts'
import { reservationTables } from '#engines/event-log/kafka/reservation-tables.ts'
import { createReservations, leaseMs } from '#engines/event-log/kafka/reservations.ts'
import { applyTopics } from '#engines/event-log/kafka/topics.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import type { EventRecord } from '#protocol/events/record.ts'
import { newRecord } from '../../contracts/event-log.contract.ts'
import { kafkaConfig } from '../../helpers/kafka-log.ts'
import { afterSuite } from '../../helpers/servers/cleanup.ts'
import { type Kafka, startKafka } from '../../helpers/servers/kafka.ts'
import { needs } from '../../helpers/servers/needs.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const topics = ['lienthong.document']
const logger = createLogger({ level: 'silent' })
/** A wait that has no end fails its test. */
const atMostHalfAMinute = { timeout: 30_000 }
const hourMs = 3_600_000

describe('what another process has reserved in the log on Kafka', needs('kafka'), () => {
  const suite = afterSuite()
  let kafka: Kafka

  before(async () => {
    kafka = await startKafka(suite)
  })

  /** The log, and a record that a process reserved before it died; its clock ran ahead by so much. */
  const openWithReserved = async (
    t: TestContext,
    aheadMs: number
  ): Promise<{ readonly log: EventLog; readonly reserved: NewRecord }> => {
    const config = kafkaConfig(kafka.bootstrap)
    await applyTopics({ kafka: createKafkaClient(config, logger), config, topics })
    const folder = temporaryFolder(t)
    const store = openSqliteStore({ folder, parts: [reservationTables], onFatal: () => {} })
    t.after(() => store.close())
    const common = { config, topics, store, logger }
    const log = await openKafkaEventLog({ ...common, now: Date.now })
    t.after(() => log.close())
    const reserved = newRecord()
    const dead = createReservations({ store, owner: 'dead', now: () => Date.now() + aheadMs })
    await dead.claim([reserved])
    return { log, reserved }
  }

  it(
    'is taken over under its first receipt once the lease has ended, and not before',
    atMostHalfAMinute,
    async (t) => {
      const { log, reserved } = await openWithReserved(t, 0)
      const beganAt = performance.now()
      const receipt = { ...reserved.receipt, token: 'another' }
      const [appended] = await log.append([{ ...reserved, receipt }])
      assert.ok(performance.now() - beganAt > leaseMs - 1000)
      const { recordedTime } = reserved
      assert.deepEqual(appended, { outcome: 'repeated', recordedTime, receipt: reserved.receipt })
    }
  )

  it(
    'is waited for no longer than its lease could last, whatever clock that was given by',
    atMostHalfAMinute,
    async (t) => {
      const { log, reserved } = await openWithReserved(t, hourMs)
      const beganAt = performance.now()
      await assert.rejects(log.append([reserved]), {
        code: 'BUS_LOG_UNAVAILABLE',
        fault: 'append-under-way'
      })
      assert.ok(performance.now() - beganAt < 3 * leaseMs)
    }
  )

  it(
    'is held once a reader confirms that it is stored, and its repeat is answered at once',
    atMostHalfAMinute,
    async (t) => {
      const { log, reserved } = await openWithReserved(t, hourMs)
      const { hash, recordedTime, receipt } = reserved
      assert.deepEqual(await log.find([reserved]), [undefined])
      await log.confirmStored([reserved, newRecord()])
      assert.deepEqual(await log.find([reserved]), [{ hash, recordedTime, receipt }])
      const again = { ...reserved, receipt: { ...receipt, token: 'another' } }
      assert.deepEqual(await log.append([again]), [{ outcome: 'repeated', recordedTime, receipt }])
      assert.equal([...(await log.ends()).values()].length, 0, 'appended once more')
    }
  )

  it('is not waited for when the log is closed', atMostHalfAMinute, async (t) => {
    const { log, reserved } = await openWithReserved(t, hourMs)
    await log.append([newRecord()])
    const refused = assert.rejects(log.append([reserved]), {
      code: 'BUS_LOG_UNAVAILABLE',
      fault: 'log-closed'
    })
    const beganAt = performance.now()
    await log.close()
    await refused
    assert.ok(performance.now() - beganAt < leaseMs, 'waited for')
  })

  it('holds up its repeat alone: what others hand in is answered meanwhile', atMostHalfAMinute, async (t) => {
    const { log, reserved } = await openWithReserved(t, hourMs)
    await log.append([newRecord()])
    const { append } = createAppendQueue({
      log,
      signReceipts: async (leaves) => leaves.map(() => reserved.receipt)
    })
    let isRefused = false
    const refused = assert.rejects(append([reserved as unknown as EventRecord])).then(() => {
      isRefused = true
    })
    for (let n = 0; n < 5; n += 1) {
      const [held] = await append([newRecord() as unknown as EventRecord]) // Of the same key and partition.
      assert.equal(held?.outcome, 'appended')
    }
    assert.ok(!isRefused, 'answered only once the repeat was refused')
    await refused
  })
})
