import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { inStore, quarantinedIn } from '../../helpers/in-store.ts'
import { startTestBus, type TestBus } from '../../helpers/test-bus.ts'
import { until } from '../../helpers/until.ts'

/** Numbers of events in the archive, and of records in the log, of which those that are events. */
function stored({ folder }: TestBus): { archived: number; entries: number } {
  const db = new DatabaseSync(join(folder, 'store.sqlite'), { readOnly: true })
  const count = (sql: string): number => Number(db.prepare(sql).get()?.n)
  const archived = count('SELECT count(*) AS n FROM "archiveEvents"')
  const entries = count(`SELECT count(*) AS n FROM "logEntries" WHERE topic <> 'lienthong.activity'`)
  db.close()
  return { archived, entries }
}

type TestEvent = ReturnType<TestBus['document']>

describe('an event published on one machine', () => {
  it('is in the inbox when its publishing is answered, and stored once', async (t) => {
    const bus = await startTestBus(t)
    let seen = 0
    for (let round = 0; round < 20; round += 1) {
      const documents = Array.from({ length: round % 3 === 0 ? 5 : 1 }, () => bus.document())
      await bus.clients.A.publish(...documents)
      const { events } = await bus.clients.B.page({ limit: 100 })
      seen += documents.length
      assert.equal(events.length, seen)
    }
    assert.deepEqual(stored(bus), { archived: seen, entries: 0 })
  })

  it('is a repeat with its first receipt, alone, in a batch and at the same time', async (t) => {
    const bus = await startTestBus(t)
    const [one, two, three] = [bus.document(), bus.document(), bus.document()]
    const [first] = await bus.clients.A.publish(one)
    const again = await bus.clients.A.publish(two, one)
    assert.deepEqual(
      again.map(({ status }) => status),
      ['accepted', 'repeated']
    )
    assert.deepEqual(again[1]?.receipt, first?.receipt)
    const many = await Promise.all(Array.from({ length: 8 }, () => bus.clients.A.publish(three)))
    const counts = Map.groupBy(many.flat(), ({ status }) => status)
    assert.deepEqual([counts.get('accepted')?.length, counts.get('repeated')?.length], [1, 7])
    assert.equal(new Set(many.flat().map(({ receipt }) => JSON.stringify(receipt))).size, 1)
    assert.deepEqual(stored(bus), { archived: 3, entries: 0 })
  })

  it('has the nodes of its receipt with the token, which its batch shares', async (t) => {
    const bus = await startTestBus(t)
    await bus.clients.A.publish(...Array.from({ length: 10 }, () => bus.document()))
    const sqlite = `SELECT DISTINCT length(nodes) BETWEEN 18 * 32 AND 20 * 32 AS once, "receiptPath" LIKE '% %' AND length("receiptPath") < 43 AS short
      FROM "archiveEvents" JOIN "archiveTokens" t ON t.number = "receiptToken"`
    assert.deepEqual(
      { ...(await inStore(bus.folder, {}, { sqlite, postgres: '' }))[0] },
      { once: 1, short: 1 }
    )
  })

  it('keeps its place in its subject when one before it cannot be entered, and later ones are entered again', async (t) => {
    const bus = await startTestBus(t)
    const subject = 'one case'
    const events = Array.from({ length: 140 }, () => bus.document({ subject }))
    const bad = events[50]?.id ?? ''
    const sqlite = `CREATE TRIGGER refuse BEFORE INSERT ON "archiveEvents" WHEN NEW.id = '${bad}' BEGIN SELECT RAISE(ABORT, 'seeded'); END`
    await inStore(bus.folder, {}, { sqlite, postgres: '' })
    const publish = bus.clients.A.publish
    const [first] = await publish(...events.slice(0, 10))
    assert.equal(stored(bus).entries, 0)
    // Among them the one that the store refuses, one that is there already, and another under the name of one.
    const [archived, spent] = events as [TestEvent, TestEvent]
    const others = [archived, { ...spent, data: { ...spent.data, title: 'khác' } }]
    const [repeated, conflicting] = await publish(...others, ...events.slice(10, 130))
    assert.deepEqual([repeated?.status, repeated?.receipt], ['repeated', first?.receipt])
    assert.equal(conflicting?.problem?.code, 'BUS_EVENT_ID_SPENT')
    assert.equal(stored(bus).entries, 120)
    for (const event of events.slice(130)) await publish(event)

    await until(async () => {
      const before = stored(bus).entries
      const event = bus.document({ subject })
      await publish(event)
      events.push(event)
      return stored(bus).entries === before
    }, 30_000)
    const good = events.map(({ id }) => id).filter((id) => id !== bad)
    const received = async () =>
      (await bus.clients.B.page({ limit: 300 })).events.map(({ event }) => event.id)
    await until(async () => (await received()).length === good.length, 30_000)
    assert.deepEqual(await received(), good)
    const quarantined = (await quarantinedIn(bus.folder, {})).map(({ id }) => id)
    assert.deepEqual(quarantined, [bad])
  })
})
