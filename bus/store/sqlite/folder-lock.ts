import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BusError } from '../../errors/bus-error.ts'

/**
 * Takes a data folder for this process alone, by SQLite's own lock on a file
 * that holds nothing; the kernel frees it when the process ends, however it
 * ends. Throws `BUS_DATA_IN_USE`. Returns what lets go.
 */
export function lockFolder(folder: string): () => void {
  const db = new DatabaseSync(join(folder, 'lock.sqlite'))
  try {
    db.exec('PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    db.close()
    throw new BusError('BUS_DATA_IN_USE', 'data-in-use', { cause, values: { folder } })
  }
  return () => db.close()
}
