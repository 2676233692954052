import type { DatabaseSync } from 'node:sqlite'
import { isFatal, sqliteCodeOf } from './sqlite-faults.ts'

/**
 * Moves committed pages from the write-ahead log into the database. A step moves all that it may, so it is short as
 * long as steps are frequent; while somebody reads for long, as a backup does, they wait, and the step after takes longer.
 */
export interface Checkpoints {
  /** Call after each commit was answered. */
  afterWrite(): void
  /** Nothing is moved any more. */
  close(): void
}

/** Number of pages (4 KiB each) that makes a step due even while the file is busy. */
const busyPages = 1024
/** Number of pages that makes a step due while nothing is written. */
const idlePages = 32
const idleMs = 100
/**
 * Number of pages up to which the file keeps its size, to be written over. It grows beyond while a reader
 * keeps a transaction open, and is cut once nobody reads from it.
 */
const keptPages = 4096
const cutMs = 1000
/** Wait after the first step that a reader blocks; it is doubled up to `cutMs`. */
const leastWaitMs = 10

export interface CheckpointOptions {
  /** Called when a flush failed; SQLite itself would continue silently. */
  readonly onFatal: (error: unknown) => void
  readonly beforeStep?: () => void
}

/** For a connection whose automatic checkpoints are off. */
export function createCheckpoints(
  db: DatabaseSync,
  { onFatal, beforeStep = () => {} }: CheckpointOptions
): Checkpoints {
  const waiting = db.prepare('PRAGMA wal_checkpoint(NOOP)')
  const passive = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  const truncating = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)')
  const { timeout } = db.prepare('PRAGMA busy_timeout').get() ?? {}
  db.exec(`PRAGMA journal_size_limit = ${keptPages * 4096}`) // Cuts it also while it is busy.

  const run = (
    step: (checkpointed: number) => unknown,
    isDue: (log: number, checkpointed: number) => boolean
  ): void => {
    if (db.isTransaction) return
    try {
      const { log, checkpointed } = waiting.get() ?? {}
      if (!isDue(Number(log), Number(checkpointed))) return
      beforeStep()
      step(Number(checkpointed))
    } catch (error) {
      // A full disk is not fatal: committed data stays in the write-ahead log until a later step.
      if (isFatal(sqliteCodeOf(error))) onFatal(error)
    }
  }
  /**
   * How long the next step waits, and until when: a step that moves nothing, because of a reader, may look through the
   * whole log all the same. It grows as long as nothing is moved.
   */
  let waitMs = 0
  let againAt = 0
  const checkpointFrom = (pages: number): void => {
    if (performance.now() < againAt) return
    run(
      (before) => {
        const { checkpointed } = passive.get() ?? {}
        waitMs = Number(checkpointed) > before ? 0 : Math.min(cutMs, Math.max(leastWaitMs, 2 * waitMs))
        againAt = performance.now() + waitMs
      },
      (log, checkpointed) => log - checkpointed >= pages
    )
  }

  /** Without waiting for readers, which would hold up every write. */
  const cut = (): void => {
    db.exec('PRAGMA busy_timeout = 0')
    try {
      truncating.get()
    } finally {
      db.exec(`PRAGMA busy_timeout = ${Number(timeout)}`)
    }
  }

  const idle = setTimeout(() => {
    if (performance.now() < againAt) idle.refresh()
    else checkpointFrom(idlePages)
  }, idleMs)
  const cutting = setInterval(() => run(cut, (log) => log > keptPages), cutMs)
  return {
    afterWrite() {
      checkpointFrom(busyPages)
      idle.refresh()
    },
    close() {
      clearTimeout(idle)
      clearInterval(cutting)
    }
  }
}
