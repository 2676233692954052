import type { DatabaseSync } from 'node:sqlite'
import { isFatal, sqliteCodeOf } from './sqlite-faults.ts'

/** Moves committed pages from the write-ahead log into the database, in steps short enough to hold nobody up. */
export interface Checkpoints {
  /** Call after each commit was answered. */
  afterWrite(): void
  close(): void
}

/** Number of pages (4 KiB each) that makes a step due even while the file is busy. */
const busyPages = 1024
/** Number of pages that makes a step due while nothing is written. */
const idlePages = 32
const idleMs = 100

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
  const step = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')

  const checkpointFrom = (pages: number): void => {
    try {
      const { log, checkpointed } = waiting.get() ?? {}
      if (Number(log) - Number(checkpointed) < pages) return
      beforeStep()
      step.get()
    } catch (error) {
      // A full disk is not fatal: committed data stays in the write-ahead log until a later step.
      if (isFatal(sqliteCodeOf(error))) onFatal(error)
    }
  }

  const idle = setTimeout(() => checkpointFrom(idlePages), idleMs)
  return {
    afterWrite() {
      checkpointFrom(busyPages)
      idle.refresh()
    },
    close: () => clearTimeout(idle)
  }
}
