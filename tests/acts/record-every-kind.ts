import assert from 'node:assert/strict'
import type { ControlTables } from '#bus/control/control-tables.ts'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { lab, openControlLab } from '../helpers/control-lab.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { everyKind } from './every-kind.ts'

/**
 * `node tests/acts/record-every-kind.ts > tests/bus/control/recorded/<release>.json`:
 * an act of every kind, as this release records it. A file that is there stays
 * as it is: every later release must take what is in it.
 */
const cleanups = collectCleanups()
const store = openSqliteStore({
  folder: temporaryFolder(cleanups),
  parts: lab.parts,
  onFatal: assert.ifError
})
cleanups.after(() => store.close())
const { act, signers } = await openControlLab(store)
for (const body of everyKind(signers.publicJwk)) await act(body)
const acts = await store
  .reader<ControlTables>()
  .selectFrom('controlActs')
  .selectAll()
  .orderBy('number')
  .execute()
process.stdout.write(
  `${JSON.stringify({ operatorKeys: [...signers.operatorKeys.values()], acts }, null, 2)}\n`
)
await cleanups.end()
