import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BusError } from '#protocol/errors/bus-error.ts'

const busy = 5

/** Connections that hold a lock: one that nothing refers to is collected as garbage, and its lock goes with it. */
const held = new Set<DatabaseSync>()

/**
 * Takes a data folder for this process alone, by SQLite's own lock on a file
 * that holds nothing; the kernel frees it when the process ends, however it
 * ends. Throws `BUS_DATA_IN_USE` where another has it, and
 * `BUS_STORE_UNAVAILABLE` where the file cannot be locked at all. Returns what
 * lets go; calling it twice is harmless, and not keeping it too. While it is held nothing else in this process may open
 * `lock.sqlite`, not to copy it either: closing a file frees every lock its
 * process has on it.
 */
export function lockFolder(folder: string): () => void {
  const db = openOrRefuse(folder)
  try {
    db.exec('PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    db.close()
    const inUse = cause instanceof Error && 'errcode' in cause && (Number(cause.errcode) & 0xff) === busy
    if (!inUse) throw cannotLock(folder, cause)
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
