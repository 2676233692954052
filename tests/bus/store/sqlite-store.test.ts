import { openSqliteStore } from '#bus/store/sqlite/sqlite-store.ts'
import type { TablesOfPart } from '#bus/store/store.ts'
import { storeContract } from '#tests/contracts/store.contract.ts'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'

storeContract('sqlite', (t, parts) => {
  const folder = temporaryFolder(t)
  const open = (given: readonly TablesOfPart[]) =>
    openSqliteStore({ folder, parts: given, onFatal: () => {} })
  const store = open(parts)
  t.after(() => store.close())
  return { store, reopen: open }
})
