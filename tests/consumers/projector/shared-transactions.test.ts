import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { createBeginAdding } from '#consumers/inbox/begin-adding.ts'
import { movePositions, readPositions } from '#consumers/projector/positions.ts'
import { type Projector, startProjector } from '#consumers/projector/projector.ts'
import { openQuarantine, type Quarantine } from '#consumers/projector/quarantine.ts'
import type { LogRecord, ReadOptions } from '#engines/event-log/event-log.ts'
import { createSignals } from '#engines/signals/signals.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { createMetrics } from '#engines/telemetry/metrics.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { tablesOfAllParts } from '#runtime/tables.ts'
import { newRecord } from '../../contracts/event-log.contract.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { until } from '../../helpers/until.ts'

interface Opened extends Pick<ReadOptions, 'reader' | 'onState' | 'positionOf'> {
  readonly store: Store
  readonly quarantine: Quarantine
  /** What is in the projector's own log. */
  readonly lines: readonly string[]
  readonly reached: Projector['reached']
  transactions(): number
}

/** A projector whose log is the test: its records are a stranger's, so that each is quarantined. */
async function open(t: TestContext, isAway = false): Promise<Opened> {
  const store = openSqliteStore({ folder: temporaryFolder(t), parts: tablesOfAllParts, onFatal: () => {} })
  t.after(() => store.close())
  let count = 0
  const counted: Store = {
    reader: () => store.reader(),
    refuses: (error) => store.refuses(error),
    close: () => store.close(),
    transaction(work, options) {
      count += 1
      if (isAway) return Promise.reject(new BusError('BUS_STORE_UNAVAILABLE', 'database-away'))
      return store.transaction(work, options)
    }
  }
  const metrics = createMetrics({ ignoredActs: () => 0 } as never)
  const lines: string[] = []
  const logger = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } })
  const quarantine = await openQuarantine({ store, metrics, logger, now: Date.now })
  let given: ReadOptions | undefined
  const log = {
    confirmStored: async () => {},
    read(options: ReadOptions) {
      given = options
      return { close: async () => {} }
    }
  }
  const { reached } = startProjector({
    ...{ log: log as never, store: counted, metrics, logger, now: Date.now },
    ...{ control: {} as never, eventTypes: {} as never, tracing: {} as never },
    beginAdding: createBeginAdding(),
    justProjected: { add: () => {} },
    signals: createSignals(),
    quarantine
  })
  assert.ok(given)
  const { reader, onState, positionOf } = given
  return { store, quarantine, reader, onState, positionOf, reached, lines, transactions: () => count }
}

function recordsOf(shard: string, count: number): readonly LogRecord[] {
  return Array.from({ length: count }, (_unused, offset) => ({
    ...newRecord(),
    ...{ shard, position: offset + 1, partition: 0, offset }
  }))
}

async function quarantinedIn(store: Store): Promise<number> {
  const [row] = await store
    .reader<{ projectorQuarantine: { shard: string } }>()
    .selectFrom('projectorQuarantine')
    .select((e) => e.fn.countAll<number>().as('count'))
    .execute()
  return Number(row?.count)
}

const shards = ['document/0', 'document/1', 'document/2', 'document/3', 'document/4', 'document/5']

it('what six partitions have at the same time is projected in one transaction', async (t) => {
  const { store, reader, transactions } = await open(t)
  await Promise.all(shards.map((shard) => reader(recordsOf(shard, 17), 0, () => undefined)))
  assert.equal(transactions(), 1)
  assert.equal(await quarantinedIn(store), 6 * 17)
  assert.deepEqual(await readPositions(store), new Map(shards.map((shard) => [shard, 17])))
})

it('as much as is a long transaction is not projected together', async (t) => {
  const { store, reader, transactions } = await open(t)
  await Promise.all(shards.map((shard) => reader(recordsOf(shard, 300), 0, () => undefined)))
  assert.equal(transactions(), 6)
  assert.equal(await quarantinedIn(store), 6 * 300)
})

it('a partition that another process projects does not hold up the others of its transaction', async (t) => {
  const { store, reader } = await open(t)
  await store.transaction((transaction) =>
    movePositions(transaction, [{ shard: 'document/1', after: 0, to: 3 }])
  )
  const outcomes = await Promise.allSettled(
    shards.map((shard) => reader(recordsOf(shard, 5), 0, () => undefined))
  )
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    shards.map((shard) => (shard === 'document/1' ? 'rejected' : 'fulfilled'))
  )
  const reached = await readPositions(store)
  assert.deepEqual(
    shards.map((shard) => reached.get(shard)),
    [5, 3, 5, 5, 5, 5]
  )
  assert.equal(await quarantinedIn(store), 25)
})

it('while the database is away each partition waits for it once', async (t) => {
  const { reader, transactions } = await open(t, true)
  const outcomes = await Promise.allSettled(
    shards.map((shard) => reader(recordsOf(shard, 5), 0, () => undefined))
  )
  assert.ok(outcomes.every(({ status }) => status === 'rejected'))
  assert.equal(transactions(), 1)
})

it('a shard that is retried is logged when its fault begins or changes and when it goes on, and not at each attempt', async (t) => {
  const { onState, lines } = await open(t)
  const away = () => new BusError('BUS_STORE_UNAVAILABLE', 'database-away')
  const attempts = Array.from({ length: 10 })
  for (const _attempt of attempts) for (const shard of shards) onState(away(), shard)
  for (const _attempt of attempts) onState(new TypeError('x is not a function'), 'document/1')
  for (const shard of shards) onState(undefined, shard)
  for (const shard of shards) onState(undefined, shard)
  onState(away(), 'document/1')
  const logged = lines.map((line) => JSON.parse(line) as { shard: string; msg: string; level: number })
  const begun = logged.filter(({ msg }) => msg.startsWith('projector stopped at this shard'))
  const ended = logged.filter(({ msg }) => msg === 'projector reads this shard again')
  assert.deepEqual(
    begun.map(({ shard }) => shard),
    [...shards, 'document/1', 'document/1']
  )
  assert.deepEqual(new Set(begun.map(({ level }) => level)), new Set([50]))
  assert.deepEqual(
    ended.map(({ shard }) => shard),
    shards
  )
})

it('an event that was quarantined in a transaction whose answer was lost is told once the shard goes on', async (t) => {
  const { store, quarantine, onState, lines } = await open(t)
  const [record] = recordsOf('document/1', 1)
  assert.ok(record)
  const headers = { ce_source: '/agencies/x/systems/y', ce_id: 'a', bus_hash: '0'.repeat(64) }
  const one = { record: { ...record, headers }, reason: 'it cannot be stored', isOurs: true }
  await store.transaction((transaction) => quarantine.add(transaction, one))
  onState(new BusError('BUS_STORE_UNAVAILABLE', 'database-away'), 'document/1')
  assert.equal(quarantine.warning(), undefined)
  onState(undefined, 'document/1')
  await until(() => quarantine.warning()?.startsWith('1 accepted event') === true, 5000)
  quarantine.report(one)
  quarantine.recount()
  await until(() => lines.some((line) => line.includes('record quarantined')), 5000)
  assert.match(quarantine.warning() ?? '', /^1 /)
  assert.equal(lines.filter((line) => line.includes('more accepted event(s) were quarantined')).length, 1)
})

it('the projector says where it is only once it has read that, and after each batch', async (t) => {
  const { store, reader, positionOf, reached } = await open(t)
  await store.transaction((transaction) => movePositions(transaction, [{ shard: 'log', after: 0, to: 3 }]))
  assert.equal(reached(), -1)
  await positionOf('log')
  assert.equal(reached(), 3)
  await reader(recordsOf('log', 5).slice(3), 3, () => undefined)
  assert.equal(reached(), 5)
})
