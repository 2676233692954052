import assert from 'node:assert/strict'
import { it } from 'node:test'
import { firstSince } from '#consumers/inbox/first-since.ts'
import { type InboxTables, inboxTables } from '#consumers/inbox/inbox-tables.ts'
import type { Store } from '#engines/store/store.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

const count = 6000

describeOnEveryStore('the first entry since an instant', (openStore) => {
  it('is the one with the lowest number, also after a clock was set back, and is looked for in steps', async (t) => {
    const store = await openStore(t, [inboxTables])
    // Entries 1 to 3000 at 3000 to 5999; then the clock is set back, and 3001 to 6000 are at 0 to 2999.
    await fill(store, (number) => (number <= count / 2 ? count / 2 + number - 1 : number - count / 2 - 1))
    let turns = 0
    const since = (from: number) => {
      turns = 0
      const turn = (): undefined => {
        turns += 1
        return undefined
      }
      return firstSince(store, { agency: 'A', from, turn })
    }
    assert.equal(await since(10), 1)
    assert.ok(turns > 1, 'all in one step')
    assert.equal(await since(count / 2 + 10), 11)
    assert.equal(await since(count - 1), count / 2)
    assert.equal(await since(count), undefined)
    assert.equal(turns, 1)
  })

  it('is looked for in steps also among entries of one instant', async (t) => {
    const store = await openStore(t, [inboxTables])
    await fill(store, (number) => (number === 1 ? 0 : 7))
    let turns = 0
    const turn = (): undefined => {
      turns += 1
      return undefined
    }
    assert.equal(await firstSince(store, { agency: 'A', from: 7, turn }), 2)
    assert.ok(turns > 2, 'all in one step')
    turns = 0
    assert.equal(await firstSince(store, { agency: 'A', from: 0, turn }), 1)
    assert.equal(turns, 1, 'it is the first of all')
  })
})

async function fill(store: Store, recordedAt: (number: number) => number): Promise<void> {
  await store.transaction(async (transaction) => {
    const db = transaction.tables<InboxTables>()
    const facts = {
      agency: 'A',
      type: 'a.b.v1',
      agreement: null,
      act: 1,
      bytes: 10,
      expiresAt: null,
      ended: 0
    }
    for (let from = 0; from < count; from += 500) {
      const rows = Array.from({ length: 500 }, (_one, index) => {
        const number = from + index + 1
        return { ...facts, number, event: number, recordedAt: recordedAt(number) }
      })
      await db.insertInto('inboxEntries').values(rows).execute()
    }
  })
}
