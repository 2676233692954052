import assert from 'node:assert/strict'
import { it } from 'node:test'
import { caughtUp } from '#consumers/projector/positions.ts'
import { projectorTables } from '#consumers/projector/projector-tables.ts'
import { createSignals } from '#engines/signals/signals.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

it('a wait for the projector ends by itself, with the answer that it is behind', async (t) => {
  const store = openSqliteStore({ folder: temporaryFolder(t), parts: [projectorTables], onFatal: () => {} })
  t.after(() => store.close())
  const log = { ends: async () => new Map([['log', 1]]) }
  assert.equal(await caughtUp({ log, store, signals: createSignals() }, 50), false)
  assert.equal(
    await caughtUp({ log: { ends: async () => new Map() }, store, signals: createSignals() }, 0),
    true
  )
})
