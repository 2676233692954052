import { BusError } from '#protocol/errors/bus-error.ts'
import { startAskedWorker } from './asked-worker.ts'
import type { Asked, QueryDone, StoreWriterData } from './store-writer.worker.ts'

/** The writing worker thread, seen from the main thread. */
export interface StoreWriter {
  /** Runs one statement of the current transaction. Rejects with SQLite's error and its `errcode`. */
  query(sql: string, parameters: readonly unknown[]): Promise<QueryDone>
  ask(kind: 'begin' | 'commit' | 'undo'): Promise<QueryDone>
  /** Ends the worker after all earlier requests were answered. Never rejects. */
  close(): Promise<void>
}

/** Starts the worker. `onFatal` is called once when a flush failed or the worker died; every later request rejects. */
export function startStoreWriter(file: string, onFatal: (error: unknown) => void): StoreWriter {
  const workerData: StoreWriterData = { file }
  const { ask, close } = startAskedWorker<Asked, QueryDone>(
    new URL('./store-writer.worker.ts', import.meta.url),
    {
      workerData,
      endedBy: (cause) => new BusError('BUS_STORE_UNAVAILABLE', 'store-failed', { cause, waitMs: 2000 }),
      onEnd: onFatal
    }
  )
  return {
    query: (sql, parameters) => ask({ kind: 'query', sql, parameters }),
    ask: (kind) => ask({ kind }),
    close: () => close({ kind: 'close' })
  }
}
