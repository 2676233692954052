import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { KyselyPlugin } from 'kysely'
import { type InboxTables, inboxTables } from '#consumers/inbox/inbox-tables.ts'
import { createScan } from '#consumers/inbox/scan.ts'
import type { Store } from '#engines/store/store.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

const types = Array.from({ length: 30 }, (_one, index) => `a.type-${index}.v1`)
const count = 1500

describeOnEveryStore('a page of many types', (openStore) => {
  it('is the same as of all types, and is read by few statements at a time, with turns between', async (t) => {
    const store = await openStore(t, [inboxTables])
    await fill(store)
    const { reading, mostAtOnce } = counted(store)
    const options = {
      control: { state: { lastAct: 1 } as never, sync: async () => {} },
      stands: () => true,
      endDue: async () => false
    }
    const { scan } = createScan({ ...options, store: reading })
    for (const limit of [1, 7, 500]) {
      let turns = 0
      const turn = (): undefined => {
        turns += 1
        return undefined
      }
      for (const after of [0, 8, count - 3]) {
        const all = await scan('A', after, { limit, types: [], turn })
        turns = 0
        assert.deepEqual(await scan('A', after, { limit, types, turn }), all)
        assert.ok(turns >= 8, `${turns} turns`)
      }
    }
    assert.ok(mostAtOnce() <= 6, `${mostAtOnce()} statements at the same time`)
  })
})

describeOnEveryStore('a look past entries that may not be shown', (openStore) => {
  it('takes as few statements with limit=1 as with limit=500, each for some entries, with turns between', async (t) => {
    const store = await openStore(t, [inboxTables])
    await fill(store)
    await store.transaction((transaction) =>
      transaction
        .tables<InboxTables>()
        .updateTable('inboxEntries')
        .set({ ended: 1 })
        .where('number', '<=', 700)
        .execute()
    )
    let rows: number[] = []
    const { scan } = createScan({
      store,
      control: { state: { lastAct: 1 } as never, sync: async () => {} },
      stands: ({ number }) => number > 1400, // The others are withheld.
      endDue: async (_agency, found) => {
        rows.push(found.length)
        return false
      }
    })
    for (const limit of [1, 500]) {
      rows = []
      let turns = 0
      const turn = (): undefined => {
        turns += 1
        return undefined
      }
      const { shown, looked, isMore } = await scan('B', 0, { limit, types: [], turn })
      assert.deepEqual([shown.length, looked, isMore], [0, 0, false], 'an inbox without entries')
      const rest = await scan('A', count, { limit, types: [], turn })
      assert.deepEqual([rest.looked, rest.isMore], [count, false], 'after the last entry')
      rows = []
      const found = await scan('A', 0, { limit, types: [], turn })
      assert.equal(found.shown[0]?.number, 1401)
      assert.equal(found.shown.length, Math.min(limit, 100))
      assert.ok(rows.length <= 6, `${rows.length} statements`)
      assert.ok(Math.max(...rows) <= 500, 'a statement that looks at more')
      assert.ok(turns >= rows.length, `${turns} turns`)
    }
  })
})

describeOnEveryStore('entries written after acts that this process has not seen', (openStore) => {
  it('are looked at once it has seen them, and not passed', async (t) => {
    const store = await openStore(t, [inboxTables])
    await fill(store)
    const state = { lastAct: 0 }
    let isAway = true
    const { scan } = createScan({
      store,
      control: {
        state: state as never,
        sync: async () => {
          if (!isAway) state.lastAct = 1
        }
      },
      stands: () => state.lastAct === 1,
      endDue: async () => false
    })
    const look = () => scan('A', 0, { limit: 10, types: [], turn: () => undefined })
    await assert.rejects(look(), { code: 'BUS_CONTROL_STALE' })
    isAway = false
    assert.equal((await look()).shown.length, 10)
  })
})

async function fill(store: Store): Promise<void> {
  await store.transaction(async (transaction) => {
    const db = transaction.tables<InboxTables>()
    const facts = {
      agency: 'A',
      agreement: null,
      act: 1,
      bytes: 10,
      recordedAt: 1,
      expiresAt: null,
      ended: 0
    }
    for (let from = 0; from < count; from += 100) {
      const rows = Array.from({ length: 100 }, (_one, index) => {
        const number = from + index + 1
        return { ...facts, number, event: number, type: types[(number * 7) % types.length] ?? '' }
      })
      await db.insertInto('inboxEntries').values(rows).execute()
    }
    await db.insertInto('inboxCounters').values({ agency: 'A', last: count, endedCount: 1 }).execute()
  })
}

/** The store, and how many statements of its reader were under way at the same time. */
function counted(store: Store): { readonly reading: Store; readonly mostAtOnce: () => number } {
  let open = 0
  let most = 0
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      open += 1
      most = Math.max(most, open)
      return node
    },
    transformResult: async ({ result }) => {
      open -= 1
      return result
    }
  }
  const reading = Object.create(store, {
    reader: { value: () => store.reader().withPlugin(plugin) }
  }) as Store
  return { reading, mostAtOnce: () => most }
}
