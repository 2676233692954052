import type { DatabaseSync } from 'node:sqlite'
import { isFatal, sqliteCodeOf } from './sqlite-faults.ts'

/** Moves what was committed from the write-ahead log into the database, in steps that hold nobody up for long. */
export interface Checkpoints {
  /** Called after each commit was answered for. */
  afterWrite(): void
  close(): void
}

/** Pages (4 KiB each) after which a step is due, however busy the file is. */
const busyPages = 1024
/** Pages worth a step when nothing is being written. */
const idlePages = 32
const idleMs = 100

export interface CheckpointOptions {
  /** Called when a flush failed: SQLite itself would go on and say nothing. */
  readonly onFatal: (error: unknown) => void
  readonly beforeStep?: () => void
}

/** For a connection that takes no checkpoints by itself. */
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
      // A full disk passes: what is committed stays in the write-ahead log until a later step.
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
