import { BusError } from '#protocol/errors/bus-error.ts'
import { startAskedWorker } from '../../store/sqlite/asked-worker.ts'
import type { NewRecord } from '../event-log.ts'
import type { LogWriterData, LogWriterRequest, Written } from './log-writer.worker.ts'
import { packRecords } from './pack-records.ts'

/** The writing worker thread, seen from the main thread. */
export interface LogWriter {
  /** Rejects with `BUS_LOG_UNAVAILABLE`. */
  append(records: readonly NewRecord[]): Promise<Written>
  /** Ends the worker after every earlier request was answered. Never rejects. */
  close(): Promise<void>
}

export interface LogWriterOptions extends LogWriterData {
  /** Called once when the log can no longer be written: a flush failed or the worker died. */
  readonly onFatal: (error: unknown) => void
}

/** Starts the worker. Resolves once it has opened the file. Rejects with `BUS_LOG_UNAVAILABLE`. */
export async function startLogWriter(options: LogWriterOptions): Promise<LogWriter> {
  const { file, partitions, onFatal } = options
  const workerData: LogWriterData = { file, partitions }
  let state: 'opening' | 'open' | 'failed' = 'opening'
  const { ask, close } = startAskedWorker<LogWriterRequest, Written>(
    new URL('./log-writer.worker.ts', import.meta.url),
    {
      workerData,
      endedBy: (problem) => problem,
      onEnd(cause) {
        if (state === 'open') onFatal(new BusError('BUS_LOG_UNAVAILABLE', 'log-failed', { cause }))
        state = 'failed'
      },
      reportsWhileClosing: true // Even then it is unknown what is on the disk.
    }
  )
  await ask({ kind: 'open' }).catch((cause: unknown) => {
    const values = { file, problem: String(cause) }
    throw new BusError('BUS_LOG_UNAVAILABLE', 'log-not-opened', { cause, values })
  })
  state = 'open'

  return {
    async append(records) {
      if (state === 'failed') throw new BusError('BUS_LOG_UNAVAILABLE', 'log-failed', { waitMs: 2000 })
      const packed = packRecords(records)
      try {
        return await ask({ kind: 'append', packed }, packed.bytes)
      } catch (cause) {
        throw new BusError('BUS_LOG_UNAVAILABLE', 'append-failed', { cause, waitMs: 2000 })
      }
    },
    close: () => close({ kind: 'close' })
  }
}
