import { BusError } from '#protocol/errors/bus-error.ts'
import { startAskedWorker } from './asked-worker.ts'
import type { QueryDone } from './kysely-on-sqlite.ts'
import type { Asked, Done, StoreWriterData } from './run-store-writer.ts'

/** The writing worker thread, seen from the main thread. */
export interface StoreWriter {
  /** Runs one statement of the current transaction. Rejects with SQLite's error and its `errcode`. */
  query(sql: string, parameters: readonly unknown[]): Promise<QueryDone>
  ask(kind: 'begin' | 'commit' | 'undo'): Promise<QueryDone>
  /**
   * Runs the work with each input, in one transaction. Rejects as `query`; then nothing is written, unless the flush
   * failed or the worker died.
   */
  work(inputs: readonly unknown[]): Promise<readonly unknown[]>
  /** Ends the worker after all earlier requests were answered. Never rejects. */
  close(): Promise<void>
}

export interface StoreWriterOptions {
  /** The worker's module, which calls `runStoreWriter`; by default one without work. */
  readonly module?: URL | undefined
  /** Called once when a flush failed or the worker died; every later request rejects. */
  readonly onFatal: (error: unknown) => void
}

const withoutWork = new URL('./store-writer.worker.ts', import.meta.url)

export function startStoreWriter(
  file: string,
  { module = withoutWork, onFatal }: StoreWriterOptions
): StoreWriter {
  const workerData: StoreWriterData = { file }
  const { ask, close } = startAskedWorker<Asked, Done>(module, {
    workerData,
    endedBy: (cause) => new BusError('BUS_STORE_UNAVAILABLE', 'store-failed', { cause, waitMs: 2000 }),
    onEnd: onFatal
  })
  return {
    query: (sql, parameters) => ask({ kind: 'query', sql, parameters }),
    ask: (kind) => ask({ kind }),
    work: async (inputs) => (await ask({ kind: 'work', inputs })).results ?? [],
    close: () => close({ kind: 'close' })
  }
}
