import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, it, type TestContext } from 'node:test'
import { createKafkaClient } from '#engines/event-log/kafka/connect.ts'
import { openKafkaEventLog } from '#engines/event-log/kafka/kafka-event-log.ts'
import { reservationTables } from '#engines/event-log/kafka/reservation-tables.ts'
import { createReservations, type Reservations } from '#engines/event-log/kafka/reservations.ts'
import { applyTopics } from '#engines/event-log/kafka/topics.ts'
import { openPostgresStore } from '#engines/store/postgres/postgres-store.ts'
import type { Store } from '#engines/store/store.ts'
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
/** A wait that has no end fails its test. */
const atMostAMinute = { timeout: 60_000 }
/** What does not wait for the disk is not written meanwhile, and no table's rows are counted. */
const settings = ['wal_writer_delay=10000ms', 'autovacuum=off']

describe('the ids of the log on Kafka, in PostgreSQL', needs('kafka', 'postgresql'), () => {
  const suite = afterSuite()
  let kafka: Kafka
  let postgres: PostgresServer

  before(async () => {
    const starting = [startKafka(suite), startPostgres(suite, { fsync: true, settings })] as const
    ;[kafka, postgres] = await allStarted(starting)
  })

  const open = async (t: TestContext, url: string): Promise<Store> => {
    const store = await openPostgresStore({ config: postgresConfig(url), parts: [reservationTables], logger })
    t.after(() => store.close())
    return store
  }

  const reservationsOn = (store: Store): Reservations =>
    createReservations({ store, owner: randomUUID(), now: Date.now })

  const crash = async (): Promise<void> => {
    await postgres.stop('SIGKILL')
    await postgres.start()
  }

  it('are spent by what was reserved, though the database crashes at once', atMostAMinute, async (t) => {
    const reservations = reservationsOn(await open(t, await postgres.newDatabase()))
    const record = newRecord()
    await reservations.claim([record])
    await crash()
    const [claim] = await untilBack(() => reservations.claim([{ ...record, hash: '0'.repeat(64) }]))
    assert.deepEqual(claim, { kind: 'conflicting' })
  })

  it(
    'are held once an append has answered, though the database crashes at once',
    atMostAMinute,
    async (t) => {
      const config = kafkaConfig(kafka.bootstrap)
      await applyTopics({ kafka: createKafkaClient(config, logger), config, topics })
      const store = await open(t, await postgres.newDatabase())
      const common = { config, topics, store, logger }
      const log = await openKafkaEventLog({ ...common, now: Date.now })
      t.after(() => log.close())
      const record = newRecord()
      await log.append([record])
      await crash()
      const { hash, recordedTime, receipt } = record
      assert.deepEqual(await untilBack(() => log.find([record])), [{ hash, recordedTime, receipt }])
      const again = { ...record, recordedTime: 'later', receipt: newRecord().receipt }
      const answers = await untilBack(() => log.append([again, { ...again, hash: '0'.repeat(64) }]))
      assert.deepEqual(answers, [{ outcome: 'repeated', recordedTime, receipt }, { outcome: 'conflicting' }])
    }
  )

  it(
    'that are given back are claimed by another process at once, and others are not',
    atMostAMinute,
    async (t) => {
      const url = await postgres.newDatabase()
      const [one, other] = [reservationsOn(await open(t, url)), reservationsOn(await open(t, url))]
      const records = ['a', 'b', 'c'].map((source) => newRecord({ source, id: 'same' }))
      await one.claim(records)
      one.releaseLease(records.slice(0, 1))
      await one.commit(records.slice(1, 2)) // Comes after what is given back.
      const claims = await other.claim(records)
      assert.deepEqual(
        claims.map(({ kind }) => kind),
        ['mine', 'held', 'waiting']
      )
      const uncommitted = await other.uncommitted(records)
      assert.deepEqual(uncommitted.map(({ source }) => source).sort(), ['a', 'c'])
    }
  )

  it(
    'are looked for by rows as many as are asked for, not by all of their source',
    atMostAMinute,
    async (t) => {
      const url = await postgres.newDatabase()
      const rowsRead = async (): Promise<number> => {
        const [row] = await postgres.ask(
          url,
          `SELECT seq_tup_read + idx_tup_fetch AS count FROM pg_stat_user_tables WHERE relname = 'logIds'`
        )
        return Number(row?.count)
      }
      /** What a session has read is counted when it has ended. */
      const close = async (store: Store): Promise<void> => {
        await store.close()
        const sessions = `SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'lienthong'`
        while ((await postgres.ask(url, sessions)).length > 0);
      }
      const count = 50_000
      await close(await open(t, url))
      await postgres.ask(url, `INSERT INTO "logReceipts" (number, token) VALUES (0, '')`)
      await postgres.ask(
        url,
        `INSERT INTO "logIds" SELECT '${newRecord().source}', n, '', '', 0, 0, 1, '', 'held', '', 0
       FROM generate_series(1, ${count}) AS n`
      )
      const readBefore = await rowsRead()
      const store = await open(t, url)
      const reservations = reservationsOn(store)
      const records = Array.from({ length: 100 }, () => newRecord())
      await reservations.claim(records)
      await reservations.commit(records)
      assert.equal((await reservations.find(records)).filter((held) => held === undefined).length, 0)
      await close(store)
      assert.ok((await rowsRead()) - readBefore < count, 'went through all of them')
    }
  )
})

/** Does it again until the database answers. */
async function untilBack<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 100; ; left -= 1) {
    try {
      return await work()
    } catch (error) {
      if (left === 1) throw error
    }
  }
}
