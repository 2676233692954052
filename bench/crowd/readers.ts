import { join } from 'node:path'
import { startTaskProcess, type TaskProcess } from '../fairness/task-process.ts'

/** What a process of readers asks, again and again. */
export interface Reading {
  readonly url: string
  readonly seconds: number
  /** Each reader asks as one system, the addresses in turn; `{next}` in one is where its last page ended. */
  readonly readers: readonly {
    readonly system: string
    readonly keyFile: string
    readonly paths: readonly string[]
  }[]
  /** Each reader begins a request so often, unless the one before is not answered yet. */
  readonly everyMs: number
}

export interface ReadingReport {
  /** Answers by status; 0 for a connection that ended without one. */
  readonly statuses: Readonly<Record<string, number>>
}

/** A process that makes requests of many readers. */
export function startReaderProcess(): TaskProcess<Reading, ReadingReport> {
  return startTaskProcess(join(import.meta.dirname, 'reader-process.ts'))
}
