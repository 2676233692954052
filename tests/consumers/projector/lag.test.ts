import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createLagMeter } from '#consumers/projector/lag.ts'
import { type ProjectorTables, projectorTables } from '#consumers/projector/projector-tables.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

it('the lag counts records of all shards, and the time since the first of them was seen', async (t) => {
  const parts = [projectorTables]
  const store = openSqliteStore({ folder: temporaryFolder(t), parts, onFatal: assert.ifError })
  t.after(() => store.close())
  const ends = new Map<string, number>()
  let at = 0
  const measure = createLagMeter({ log: { ends: async () => new Map(ends) }, store, steadyNow: () => at })
  const moveTo = (log: string, position: number) =>
    store.transaction((transaction) =>
      transaction
        .tables<ProjectorTables>()
        .insertInto('projectorPositions')
        .values({ log, position })
        .onConflict((on) => on.column('log').doUpdateSet({ position }))
        .execute()
    )
  assert.deepEqual(await measure(), { records: 0, seconds: 0, perSecond: 0 })
  ends.set('one', 10).set('two', 5)
  assert.deepEqual(await measure(), { records: 15, seconds: 0, perSecond: 0 })
  at = 20_000
  ends.set('one', 12)
  assert.deepEqual(await measure(), { records: 17, seconds: 20, perSecond: 0 })
  await moveTo('one', 10)
  await moveTo('two', 5)
  at = 30_000
  assert.deepEqual(
    await measure(),
    { records: 2, seconds: 10, perSecond: 1.5 },
    'the last two were seen at 20 s'
  )
  await moveTo('one', 12)
  assert.deepEqual(await measure(), { records: 0, seconds: 0, perSecond: 0 })
  for (; at < 3_000_000; at += 1000) {
    ends.set('one', at)
    await measure()
  }
  const { seconds } = await measure()
  assert.equal(seconds, 2970, 'the first sample is kept however many there are')
})
