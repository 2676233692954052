import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { endlessSpace } from '#engines/store/disk-space.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { WorkOptions } from '#engines/store/store.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

interface Numbers {
  numbers: { number: number }
}

interface Added {
  readonly number: number
  readonly before: number
  readonly count: number
}

const writer = new URL('../../helpers/adding.worker.ts', import.meta.url)
const parts = [
  { part: 'numbers', migrations: [['CREATE TABLE numbers (number bigint PRIMARY KEY CHECK (number < 100))']] }
]

function open(t: TestContext, space = endlessSpace, folder = temporaryFolder(t)) {
  const store = openSqliteStore({
    ...{ folder, parts, writer, space },
    onFatal: assert.ifError
  })
  t.after(() => store.close())
  const numbers = async () => {
    const rows = await store.reader<Numbers>().selectFrom('numbers').selectAll().orderBy('number').execute()
    return rows.map(({ number }) => number)
  }
  return {
    store,
    add: (number: number, options?: WorkOptions) => store.work<Added>(number, options),
    numbers
  }
}

const few = { rows: 1 }

it('work that writes few rows comes with work that goes first, in one transaction', async (t) => {
  const { store, add, numbers } = open(t)
  const seen: number[][] = []
  const held = store.transaction(async () => {}) // Until it has ended, all of them wait.
  const adding = [add(1, few), add(2, few), add(3)].map((one) =>
    one.finally(async () => seen.push(await numbers()))
  )
  await held
  assert.deepEqual(
    (await Promise.all(adding)).map(({ count }) => count),
    [2, 3, 1]
  )
  assert.deepEqual(seen, Array(3).fill([1, 2, 3])) // Whoever is answered first finds all of them.
})

it('work that goes first waits for none that writes many rows, which are all written', async (t) => {
  const { store, add, numbers } = open(t)
  const held = store.transaction(async () => {})
  const many = Array.from({ length: 20 }, (_one, number) => add(number, { rows: 500 }))
  const first = add(50)
  await held
  assert.equal((await first).count, 1)
  await Promise.all(many)
  assert.equal((await numbers()).length, 21)
})

it('work that is refused, or cannot be sent, stops none that shared its transaction', async (t) => {
  const { add, numbers } = open(t)
  const done = await Promise.allSettled([1, 100, 2, Symbol('x') as never, 3].map((one) => add(one, few)))
  assert.deepEqual(
    done.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled']
  )
  assert.deepEqual(await numbers(), [1, 2, 3])
})

it('work that waits is done before the store is closed', async (t) => {
  const { store, add } = open(t)
  const adding = [add(1, few), add(2, { rows: 500 }), add(3)]
  await store.close()
  assert.equal((await Promise.all(adding)).length, 3)
  await assert.rejects(add(4), { code: 'BUS_STORE_UNAVAILABLE' })
})

it('work has what its writer read when it started, and is done where that failed', async (t) => {
  const folder = temporaryFolder(t)
  const start = () => open(t, endlessSpace, folder)
  for (const [first, last, before] of [
    [0, 50, 0],
    [51, 98, 51],
    [99, 99, 99]
  ] as const) {
    const { store, add, numbers } = start()
    for (let number = first; number <= last; number += 1)
      assert.deepEqual(await add(number), { number, before, count: number + 1 })
    assert.equal((await numbers()).length, last + 1)
    await store.close()
  }
})

it('work only uses the space kept back if it says so', async (t) => {
  const full = () => {
    throw new RangeError('full')
  }
  const { add, numbers } = open(t, { ...endlessSpace, change: full })
  await assert.rejects(add(1), /full/)
  await add(2, { usesReserve: true })
  assert.deepEqual(await numbers(), [2])
})
