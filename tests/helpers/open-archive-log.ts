import { type ArchiveLog, openArchiveLog } from '#bus/archive-log/archive-log.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { Store } from '#engines/store/store.ts'
import { appendingWriter } from '#runtime/appending-writer.ts'
import { tablesOnOneMachine } from '#runtime/tables.ts'

/** The log of a bus on one machine, with its store; closing it closes both. */
export async function openArchiveLogIn(
  folder: string,
  onFatal: (error: unknown) => void = () => {}
): Promise<{ readonly log: ArchiveLog; readonly store: Store }> {
  const store = openSqliteStore({ folder, parts: tablesOnOneMachine, writer: appendingWriter, onFatal })
  const log = await openArchiveLog({ store })
  const close = async (): Promise<void> => {
    await log.close()
    await store.close()
  }
  return { store, log: { ...log, close } }
}
