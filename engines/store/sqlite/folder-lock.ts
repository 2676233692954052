import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BusError } from '#protocol/errors/bus-error.ts'
import { isBusy } from './sqlite-faults.ts'

/**
 * Connections that have a lock. A connection that nothing refers to would be garbage-collected, and its
 * lock released.
 */
const held = new Set<DatabaseSync>()

/**
 * Locks a data folder for this process by SQLite's lock on an empty file. The kernel releases it when the
 * process ends, however it ends. Throws `BUS_DATA_IN_USE` if another process has the lock and
 * `BUS_STORE_UNAVAILABLE` if the file cannot be locked. Returns a function that releases the lock; it need
 * not be kept, and calling it twice is safe.
 *
 * Nothing else in this process may open `lock.sqlite` meanwhile, not even to copy it: closing a file
 * releases every lock that the process has on it.
 */
export function lockFolder(folder: string): () => void {
  const db = openOrRefuse(folder)
  try {
    db.exec('PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    db.close()
    if (!isBusy(cause)) throw cannotLock(folder, cause)
    throw new BusError('BUS_DATA_IN_USE', 'data-in-use', { cause, values: { folder } })
  }
  held.add(db)
  return () => {
    if (held.delete(db)) db.close()
  }
}

function openOrRefuse(folder: string): DatabaseSync {
  try {
    return new DatabaseSync(join(folder, 'lock.sqlite'))
  } catch (cause) {
    throw cannotLock(folder, cause)
  }
}

function cannotLock(folder: string, cause: unknown): BusError {
  const problem = cause instanceof Error ? cause.message : String(cause)
  return new BusError('BUS_STORE_UNAVAILABLE', 'data-not-locked', { cause, values: { folder, problem } })
}
