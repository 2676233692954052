import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import fc from 'fast-check'
import { appendEvents, lastNumber, numbered } from '#bus/archive/append-events.ts'
import { createArchive } from '#bus/archive/archive.ts'
import { type ArchiveForm, ownForm } from '#bus/archive/archive-form.ts'
import { archiveTables } from '#bus/archive/archive-tables.ts'
import type { NewArchivedEvent } from '#bus/archive/archived-event.ts'
import { addKeys, type FindNumbers, hashKey, nameKey, numbersOfKeys } from '#bus/archive/key-runs.ts'
import type { KeyTables } from '#bus/archive/key-tables.ts'
import type { MergeSizes } from '#bus/archive/merge-runs.ts'
import { createRecentKeys } from '#bus/archive/recent-keys.ts'
import { archiveLogTables } from '#bus/archive-log/archive-log-tables.ts'
import { type HeldTables, heldEvents, nameOf } from '#bus/archive-log/held-names.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { Store, StoreTransaction, Tables, TablesOfPart } from '#engines/store/store.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const parts = [archiveTables, archiveLogTables]

const open = (folder: string, these: readonly TablesOfPart[] = parts): Store =>
  openSqliteStore({ folder, parts: these, onFatal: assert.ifError })

/** So small that a few appends are in the middle of every merge. */
const small: MergeSizes = {
  ...{ fan: 2, mainFrom: 24, mainPart: 1 / 4, everyEvents: 1 },
  ...{ movedPerKey: 1, leastMoved: 3 }
}
const smallForm: ArchiveForm = {
  ...ownForm,
  index: { ...ownForm.index, add: (transaction, events) => addKeys(transaction, events, small) }
}

const eventOf = (id: number): NewArchivedEvent => ({
  hash: `hash of ${id}`,
  source: `/agencies/000.00.${id % 3}.H03/systems/qlvb`,
  id: `số ${id}`,
  type: 'document.issued.v1',
  subject: 'x',
  body: '{}',
  recordedTime: '2026-11-24T00:00:00.000Z',
  act: 1,
  schemaId: 1,
  signature: undefined,
  receipt: { token: 'receipt', index: 0, size: 1, path: [] },
  hosted: false,
  traceparent: undefined
})

interface Appending {
  readonly store: Store
  readonly find: FindNumbers
  readonly form?: ArchiveForm
}

/** Appends those that are new by their names, as the log does. Returns which. */
async function appendNew(
  transaction: StoreTransaction,
  ids: readonly number[],
  { find, form = smallForm }: Omit<Appending, 'store'>
): Promise<readonly number[]> {
  const held = await heldEvents(transaction.tables<HeldTables>(), ids.map(eventOf), find)
  const fresh = [...new Set(ids)].filter((id) => !held.has(nameOf(eventOf(id))))
  const last = await lastNumber(transaction.tables())
  await appendEvents(transaction, numbered(fresh.map(eventOf), last), form)
  return fresh
}

const append = ({ store, ...how }: Appending, ids: readonly number[]) =>
  store.transaction((transaction) => appendNew(transaction, ids, how))

/** Numbers by id. */
type Model = ReadonlyMap<number, number>

/** Looks everything up by hash and by name, in each way. */
async function check({ store, find }: Appending, model: Model, ids: readonly number[]): Promise<void> {
  const archive = createArchive(store, ownForm)
  const events = ids.map(eventOf)
  const wanted = new Map([...model].map(([id, number]) => [eventOf(id).hash, number]))
  const byHash = await archive.numbersOf(events.map(({ hash }) => hash))
  assert.deepEqual(new Map([...byHash].sort()), new Map([...wanted].sort()))
  const one = events[model.size % events.length]
  if (one) assert.equal((await archive.findByHash(one.hash))?.number, wanted.get(one.hash))
  const read = await heldEvents(store.reader<HeldTables>(), events)
  const written = await store.transaction((transaction) => heldEvents(transaction.tables(), events, find))
  for (const byName of [read, written])
    assert.deepEqual([...byName.values()].map(({ hash }) => hash).sort(), [...wanted.keys()].sort())
}

const runsIn = (store: Store) => store.reader<KeyTables>().selectFrom('archiveRuns').selectAll().execute()

/** Each event has its two keys, each once, in a run that is there; the main run knows how many it has or is given. */
async function checkKeys(store: Store, model: Model): Promise<void> {
  const db = store.reader<KeyTables>()
  const all = await db.selectFrom('archiveKeys').selectAll().execute()
  assert.equal(all.length, 2 * model.size)
  const known = await runsIn(store)
  const runs = new Set(known.map(({ run }) => run))
  const inMain = new Set(known.filter(({ run, target }) => run === 0 || target === 0).map(({ run }) => run))
  assert.equal(all.filter(({ run }) => inMain.has(run)).length, known.find(({ run }) => run === 0)?.keys ?? 0)
  assert.deepEqual(
    all.filter(({ run }) => !runs.has(run)),
    []
  )
}

const ids = Array.from({ length: 120 }, (_unused, index) => index)
const id = fc.nat({ max: ids.length - 1 })
const steps = fc.array(
  fc.record({
    ids: fc.array(id, { minLength: 1, maxLength: 12 }),
    end: fc.constantFrom('commit', 'commit', 'commit', 'undo', 'look and undo', 'restart')
  }),
  { minLength: 10, maxLength: 40 }
)

/** Gives the keys of an event to others too, in a run that is there. */
async function collide(store: Store, of: number, [, ...numbers]: readonly number[]): Promise<number> {
  const run = (await runsIn(store)).at(-1)?.run
  if (run === undefined || numbers.length === 0) return 0
  const keys = [hashKey(eventOf(of).hash), nameKey(eventOf(of))]
  const rows = numbers.flatMap((number) => keys.map((key) => ({ run, key, number: 1000 + number })))
  await store.transaction((transaction) =>
    transaction.tables<KeyTables>().insertInto('archiveKeys').values(rows).execute()
  )
  return rows.length
}

/** In one append, a merge of a level ends and one of the next level begins. */
const mergedAtTwoLevelsAtOnce = [
  [0],
  [1, 2, 3, 4, 6, 7, 8],
  [9, 10, 11],
  [12],
  [0],
  [0],
  [43],
  [5, 4],
  [6, 35, 60, 44, 117, 43, 117],
  [6],
  [1, 117, 3],
  [0, 116, 114, 44]
].map((ids, index) => ({ ids, end: index === 8 ? 'restart' : 'commit' }))

describe('keys of events', () => {
  it('find by hash and by name what was appended and not undone, at every moment, and nothing else', async (t) => {
    await fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        const folder = temporaryFolder(t)
        const start = (): Appending => ({ store: open(folder), find: createRecentKeys().find })
        let bus = start()
        const model = new Map<number, number>()
        try {
          for (const { ids: some, end } of steps) {
            const wanted = [...new Set(some)].filter((one) => !model.has(one))
            if (end.endsWith('undo')) {
              const undone = bus.store.transaction(async (transaction) => {
                assert.deepEqual(await appendNew(transaction, some, bus), wanted)
                const keys = some.map((one) => nameKey(eventOf(one)))
                if (end === 'look and undo') await numbersOfKeys(transaction.tables(), keys)
                throw new RangeError('undone')
              })
              await assert.rejects(undone, RangeError)
            } else {
              assert.deepEqual(await append(bus, some), wanted)
              for (const one of wanted) model.set(one, model.size + 1)
            }
            if (end === 'restart') {
              await bus.store.close()
              bus = start()
            }
            await check(bus, model, ids)
            await checkKeys(bus.store, model)
          }
        } finally {
          await bus.store.close()
        }
      }),
      { numRuns: 12, examples: [[mergedAtTwoLevelsAtOnce]], endOnFailure: true }
    )
  })

  it('that others have too do no harm', async (t) => {
    await fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        const bus = { store: open(temporaryFolder(t)), find: createRecentKeys().find }
        const model = new Map<number, number>()
        let others = 0
        for (const { ids: some } of steps) {
          others += await collide(bus.store, some[0] ?? 0, [...new Set(some)])
          for (const one of await append(bus, some)) model.set(one, model.size + 1)
          await check(bus, model, ids)
        }
        assert.ok(others > 0)
        await bus.store.close()
      }),
      { numRuns: 4 }
    )
  })

  for (const size of [1, 2, 8, 600]) {
    it(`come into the main run, in a bounded number of runs, and each once, in appends of ${size}`, async (t) => {
      const bus = { store: open(temporaryFolder(t)), find: createRecentKeys().find, form: ownForm }
      const groups = size === 600 ? 120 : 300
      const model = new Map<number, number>()
      let most = 0
      await append(bus, [0]) // Appends of 2 and of 8 then end at odd numbers.
      model.set(0, 1)
      for (let group = 0; group < groups; group += 1) {
        const some = Array.from({ length: size }, (_unused, index) => 1 + group * size + index)
        assert.deepEqual(await append(bus, [...some, 0]), some)
        for (const one of some) model.set(one, one + 1)
        most = Math.max(most, (await runsIn(bus.store)).length)
      }
      assert.ok(most < 100, `${most} runs`)
      await checkKeys(bus.store, model)
      const inMain = (await runsIn(bus.store)).filter(({ run }) => run === 0)
      assert.equal(inMain.length, size === 600 ? 1 : 0)
      const some = ids.map((index) => Math.floor((index * groups * size) / ids.length))
      await check(bus, new Map(some.map((one) => [one, one + 1])), [...some, 200_000])
      await bus.store.close()
    })
  }

  it('are those of every event once more when a bus is started again in the middle of a merge', async (t) => {
    const folder = temporaryFolder(t)
    const model = new Map<number, number>()
    let midway = 0
    for (let start = 0; start < 12; start += 1) {
      const bus = { store: open(folder), find: createRecentKeys().find }
      await check(bus, model, ids)
      for (const one of await append(bus, [start * 3, start * 3 + 1, start * 3 + 2, start]))
        model.set(one, model.size + 1)
      await check(bus, model, ids)
      if ((await runsIn(bus.store)).some(({ moved }) => moved > 0)) midway += 1
      await bus.store.close()
    }
    assert.ok(midway > 2)
  })
})

it('keys of a run are all read again where reading it broke off', async (t) => {
  const store = open(temporaryFolder(t))
  t.after(() => store.close())
  const many = Array.from({ length: 6000 }, (_unused, index) => index)
  const recent = createRecentKeys()
  await append({ store, find: recent.find, form: ownForm }, many) // One run, of more rows than are read at a time.
  let pages = 0
  const breaksOff = {
    selectFrom(table: 'archiveKeys') {
      pages += 1
      if (pages === 2) throw new TypeError('no memory')
      return store.reader<KeyTables>().selectFrom(table)
    }
  } as unknown as Tables<KeyTables>
  await assert.rejects(recent.read(breaksOff), { message: 'no memory' })
  const found = await recent.find(store.reader<KeyTables>(), [...many.map(eventOf).map(nameKey)])
  assert.equal(new Set(found).size, many.length)
})

/** Of a store, as an earlier build or release left it. */
async function fill(t: TestContext, parts: readonly TablesOfPart[]): Promise<string> {
  const folder = temporaryFolder(t)
  const store = open(folder, parts)
  await store.transaction((transaction) => appendEvents(transaction, numbered(ids.map(eventOf), 0)))
  await store.close()
  return folder
}

const before: Readonly<Record<string, readonly TablesOfPart[]>> = {
  'a log of its own': [archiveTables],
  'the log in it': [
    archiveTables,
    { ...archiveLogTables, migrations: archiveLogTables.migrations.slice(0, 1) }
  ]
}

describe('a store of the form before', () => {
  for (const [what, parts] of Object.entries(before)) {
    it(`with ${what} is given keys, and loses its other indexes of hashes and names`, async (t) => {
      const folder = await fill(t, parts)
      const bus = { store: open(folder), find: createRecentKeys().find }
      const model = new Map(ids.map((one) => [one, one + 1]))
      assert.deepEqual(
        (await runsIn(bus.store)).map(({ run, last }) => [run, last]),
        [[0, ids.length]]
      )
      await checkKeys(bus.store, model)
      await check(bus, model, [...ids, 200])
      const archived = await createArchive(bus.store).byNumbers(ids.map((one) => one + 1))
      assert.deepEqual([...archived.values()], numbered(ids.map(eventOf), 0))
      assert.deepEqual(await append(bus, [5, 200, 6]), [200])
      await check(bus, model.set(200, ids.length + 1), [...ids, 200])
      assert.deepEqual(await indexesOf(bus.store), ['archiveEventsBySubject', 'archiveEventsByHash'])
      await bus.store.close()
    })
  }

  it('has the same columns as one of today', async (t) => {
    const [own, shared] = [open(temporaryFolder(t)), open(temporaryFolder(t), [archiveTables])]
    assert.deepEqual(await columnsOf(own), await columnsOf(shared))
    await own.close()
    await shared.close()
  })
})

const indexesOf = async (store: Store) => {
  const rows = await store
    .reader<{ sqlite_schema: { type: string; tbl_name: string; name: string } }>()
    .selectFrom('sqlite_schema')
    .select('name')
    .where('type', '=', 'index')
    .where('tbl_name', '=', 'archiveEvents')
    .execute()
  return rows.map(({ name }) => name)
}

const columnsOf = async (store: Store) => {
  const tables = await store.reader().introspection.getTables()
  return tables.find(({ name }) => name === 'archiveEvents')?.columns
}
