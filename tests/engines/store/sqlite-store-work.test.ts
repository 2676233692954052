import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { endlessSpace } from '#engines/store/disk-space.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

interface Numbers {
  numbers: { number: number }
}

interface Added {
  readonly number: number
  readonly count: number
}

const writer = new URL('../../helpers/adding.worker.ts', import.meta.url)
const parts = [
  { part: 'numbers', migrations: [['CREATE TABLE numbers (number bigint PRIMARY KEY CHECK (number < 100))']] }
]

function open(t: TestContext, space = endlessSpace) {
  const store = openSqliteStore({
    ...{ folder: temporaryFolder(t), parts, writer, space },
    onFatal: assert.ifError
  })
  t.after(() => store.close())
  const numbers = async () => {
    const rows = await store.reader<Numbers>().selectFrom('numbers').selectAll().orderBy('number').execute()
    return rows.map(({ number }) => number)
  }
  return { store, add: (number: number) => store.work<Added>(number), numbers }
}

it('work that waits is done in the order called, and shares a transaction', async (t) => {
  const { store, add, numbers } = open(t)
  const seen: number[][] = []
  const held = store.transaction(async () => {}) // Until it has ended, all of them wait.
  const adding = [3, 1, 2].map((number) => add(number).finally(async () => seen.push(await numbers())))
  await held
  assert.deepEqual(await Promise.all(adding), [
    { number: 3, count: 1 },
    { number: 1, count: 2 },
    { number: 2, count: 3 }
  ])
  assert.deepEqual(seen, [
    [1, 2, 3],
    [1, 2, 3],
    [1, 2, 3]
  ]) // Whoever is answered first finds all of them.
})

it('work that is refused stops none that shared its transaction', async (t) => {
  const { add, numbers } = open(t)
  const done = await Promise.allSettled([1, 100, 2, 1].map(add))
  assert.deepEqual(
    done.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'rejected']
  )
  assert.deepEqual(await numbers(), [1, 2])
})

it('work only uses the space kept back if it says so', async (t) => {
  const full = () => {
    throw new RangeError('full')
  }
  const { store, add, numbers } = open(t, { ...endlessSpace, change: full })
  await assert.rejects(add(1), /full/)
  await store.work<Added>(2, { usesReserve: true })
  assert.deepEqual(await numbers(), [2])
})
