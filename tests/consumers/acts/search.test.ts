import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { ActRecord, ActSource } from '#bus/control/act-records.ts'
import { type ActTables, actTables } from '#consumers/acts/act-tables.ts'
import { createActs } from '#consumers/acts/read.ts'
import { insertOf } from '#engines/store/insert-rows.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

type Entry = ActTables['actEntries']

const count = 22_000
const agency = '000.00.01.H03'
/** Acts with the words that are searched for: beside the ends of the steps in which they are looked through. */
const marked = [1, 2, 2000, 2001, 2002, 11_999, 12_000, 12_001, 12_002, 21_999, 22_000]

const entryOf = (number: number): Entry => ({
  ...{ number, source: 'test', sourceNumber: number, act: 'key.added', resource: `/systems/${number}` },
  ...{ system: '/bus/systems/operator', agency, person: null },
  at: 1_700_000_000_000 + Math.floor(number / 3) * 1000, // Some at one time.
  text: marked.includes(number) ? ' key added da nang lo khoa' : ` key added lo nang ${number}`
})

/** Acts that are all taken already. */
const source: ActSource = {
  name: 'test',
  after: async (position) => ({ acts: [], end: position }),
  of: async (numbers) =>
    numbers.map((number): ActRecord => {
      const { act, resource, system, at } = entryOf(number)
      return { number, act, resource, system, agency, at, agencies: [], body: {}, hash: `${number}` } as never
    })
}

describeOnEveryStore('a search of acts', (open) => {
  it('finds each act with all the words once, newest first, however many lie between', async (t) => {
    const store = await open(t, [actTables])
    const columns = Object.keys(entryOf(1)) as (keyof Entry)[]
    const rows = Array.from({ length: count }, (_, index) => entryOf(index + 1))
    await store.transaction((transaction) => insertOf<Entry>('actEntries', columns)(transaction, rows))
    const acts = createActs(store, [source])
    const search = async (q: string, limit: number): Promise<readonly number[]> => {
      const found: number[] = []
      for (let after: string | undefined; ; ) {
        const place = after === undefined ? {} : { after }
        const page = await acts.search({ q, agencies: [] }, { ...place, limit, turn: async () => {} })
        found.push(...page.items.map(({ number }) => number))
        if (page.next === undefined) return found
        after = page.next
      }
    }
    const newestFirst = marked.toReversed()
    assert.deepEqual(await search('Đà NẴNG khoá', 2), newestFirst)
    assert.deepEqual(await search('da', 500), newestFirst)
    assert.deepEqual(await search('nang 1499', 4), [
      ...Array.from({ length: 10 }, (_, index) => 14_999 - index),
      1499
    ])
    for (const none of ['anang', 'da_nang khoa 1', "' OR 1=1", 'da nang 149']) {
      assert.deepEqual(await search(none, 10), [], none)
    }
  })
})
