import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { startTestBus, type TestBus } from '../../helpers/test-bus.ts'

/** Numbers of events in the archive, and of records in the log, of which those that are events. */
function stored({ folder }: TestBus): { archived: number; entries: number } {
  const db = new DatabaseSync(join(folder, 'store.sqlite'), { readOnly: true })
  const count = (sql: string): number => Number(db.prepare(sql).get()?.n)
  const archived = count('SELECT count(*) AS n FROM "archiveEvents"')
  const entries = count(`SELECT count(*) AS n FROM "logEntries" WHERE topic <> 'lienthong.activity'`)
  db.close()
  return { archived, entries }
}

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
})
