import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { createLagMeter } from '#consumers/projector/lag.ts'
import { type ProjectorTables, projectorTables } from '#consumers/projector/projector-tables.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

/** A meter of a log and a store whose positions a test sets. */
function startMeter(t: TestContext) {
  const parts = [projectorTables]
  const store = openSqliteStore({ folder: temporaryFolder(t), parts, onFatal: assert.ifError })
  t.after(() => store.close())
  const ends = new Map<string, number>()
  let at = 0
  return {
    ends,
    measure: createLagMeter({ log: { ends: async () => new Map(ends) }, store, steadyNow: () => at }),
    setTime(ms: number): void {
      at = ms
    },
    moveTo: (log: string, position: number) =>
      store.transaction((transaction) =>
        transaction
          .tables<ProjectorTables>()
          .insertInto('projectorPositions')
          .values({ log, position })
          .onConflict((on) => on.column('log').doUpdateSet({ position }))
          .execute()
      )
  }
}

it('the lag counts records of all shards, and the time since the first of them was seen', async (t) => {
  const { ends, measure, setTime, moveTo } = startMeter(t)
  assert.deepEqual(await measure(), { records: 0, seconds: 0, perSecond: 0 })
  ends.set('one', 10).set('two', 5)
  assert.deepEqual(await measure(), { records: 15, seconds: 0, perSecond: 0 })
  setTime(20_000)
  ends.set('one', 12)
  assert.deepEqual(await measure(), { records: 17, seconds: 20, perSecond: 0 })
  await moveTo('one', 10)
  await moveTo('two', 5)
  setTime(30_000)
  assert.deepEqual(
    await measure(),
    { records: 2, seconds: 10, perSecond: 1.5 },
    'the last two were seen at 20 s'
  )
  await moveTo('one', 12)
  assert.deepEqual(await measure(), { records: 0, seconds: 0, perSecond: 0 })
  for (let at = 30_000; at <= 3_000_000; at += 1000) {
    setTime(at)
    ends.set('one', at)
    await measure()
  }
  const { seconds } = await measure()
  assert.equal(seconds, 2970, 'the first sample is kept however many there are')
})

it('a projector that pauses has no rate, however fast it was, and one that goes on has', async (t) => {
  const { ends, measure, setTime, moveTo } = startMeter(t)
  let second = 0
  const next = async (projected: number) => {
    second += 1
    setTime(second * 1000)
    ends.set('one', second * 100)
    await moveTo('one', projected)
    return measure()
  }
  while (second < 10) await next(Math.max(0, second * 100 - 50))
  const stood = second * 100 - 50
  assert.ok((await next(stood)).perSecond > 0, 'it has just moved')
  await next(stood)
  for (let waited = 1; waited < 8; waited++) {
    const { perSecond, seconds } = await next(stood)
    assert.deepEqual([perSecond, seconds > waited], [0, true])
  }
  const { perSecond } = await next(stood + 500)
  assert.ok(perSecond > 0, String(perSecond))
})

it('a topic that was created again is not measured by how far the one before it reached', async (t) => {
  const { ends, measure, setTime, moveTo } = startMeter(t)
  ends.set('one', 1000)
  await moveTo('one', 900)
  await measure()
  ends.set('one', 3)
  await moveTo('one', 3)
  setTime(60_000)
  assert.deepEqual(await measure(), { records: 0, seconds: 0, perSecond: 0 })
})
