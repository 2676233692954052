import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { TablesOfPart } from '#engines/store/store.ts'
import { storeContract } from '../../contracts/store.contract.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

storeContract('sqlite', (t, parts) => {
  const folder = temporaryFolder(t)
  const open = (given: readonly TablesOfPart[]) =>
    openSqliteStore({ folder, parts: given, onFatal: () => {} })
  const store = open(parts)
  t.after(() => store.close())
  return { store, reopen: open }
})
