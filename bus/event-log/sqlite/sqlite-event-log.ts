import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { BusError } from '../../errors/bus-error.ts'
import type { Failpoints } from '../../telemetry/failpoints.ts'
import type { Appended, EventLog, HeldRecord, NewRecord, ReadOptions, Subscription } from '../event-log.ts'
import { defaultPartitions } from '../partition.ts'
import { openLogForReading } from './log-file.ts'
import type { LogWriterAnswer, LogWriterData, LogWriterRequest } from './log-writer.worker.ts'
import { createLogReader, type LogReader } from './read-log.ts'
import { toReceipt } from './write-batch.ts'

export interface SqliteEventLogOptions {
  /** The data folder; the file is `log.sqlite` in it. */
  readonly folder: string
  readonly partitions?: number
  readonly failpoints: Failpoints
  /** Called when a flush to disk failed: what is on disk is no longer known, so the process should end. */
  readonly onFatal: (error: unknown) => void
}

export async function openSqliteEventLog(options: SqliteEventLogOptions): Promise<EventLog> {
  const log = new SqliteEventLog(options)
  await log.append([]) // The writer has made the file, so it can be read.
  return log
}

interface Waiting {
  readonly resolve: (answer: LogWriterAnswer) => void
  readonly reject: (error: unknown) => void
}

const ioError = 10

class SqliteEventLog implements EventLog {
  readonly #worker: Worker
  readonly #file: string
  readonly #onFatal: (error: unknown) => void
  readonly #waiting = new Map<number, Waiting>()
  readonly #readers = new Set<LogReader>()
  #reading: { readonly db: DatabaseSync; readonly findId: StatementSync } | undefined
  #requests = 0
  #lastPosition = 0
  #closed = false

  constructor({ folder, partitions = defaultPartitions, failpoints, onFatal }: SqliteEventLogOptions) {
    this.#file = join(folder, 'log.sqlite')
    this.#onFatal = onFatal
    const workerData: LogWriterData = { file: this.#file, partitions, armed: failpoints.armed }
    this.#worker = new Worker(new URL('./log-writer.worker.ts', import.meta.url), {
      workerData,
      execArgv: []
    })
    this.#worker.on('message', (answer: LogWriterAnswer) => this.#take(answer))
    this.#worker.on('error', (error) => {
      this.#refuseAll(error)
      onFatal(error)
    })
  }

  async append(records: readonly NewRecord[]): Promise<readonly Appended[]> {
    if (this.#closed) throw new BusError('BUS_LOG_UNAVAILABLE', 'log-closed')
    const answer = await this.#ask({ records })
    if ('failed' in answer) {
      const { message, code } = answer.failed
      if (code !== undefined && (code & 0xff) === ioError) this.#onFatal(answer.failed)
      throw new BusError('BUS_LOG_UNAVAILABLE', 'append-failed', { cause: message, waitMs: 2000 })
    }
    if (!('outcomes' in answer)) throw new TypeError('the writer answered something else')
    if (answer.lastPosition > this.#lastPosition) {
      this.#lastPosition = answer.lastPosition
      for (const reader of this.#readers) reader.wake()
    }
    return answer.outcomes
  }

  async find(
    ids: readonly { readonly source: string; readonly id: string }[]
  ): Promise<readonly (HeldRecord | undefined)[]> {
    const { findId } = this.#forReading()
    return ids.map(({ source, id }) => {
      const row = findId.get(source, id)
      return (
        row && {
          hash: Buffer.from(row.hash as Uint8Array).toString('hex'),
          recordedTime: String(row.recordedTime),
          receipt: toReceipt(row)
        }
      )
    })
  }

  read(options: ReadOptions): Subscription {
    const reader = createLogReader(this.#forReading().db, options)
    this.#readers.add(reader)
    return {
      close: async () => {
        this.#readers.delete(reader)
        await reader.close()
      }
    }
  }

  lastPosition(): number {
    return this.#lastPosition
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await Promise.all([...this.#readers].map((reader) => reader.close()))
    await this.#ask({ close: true })
    this.#reading?.db.close()
    await this.#worker.terminate()
  }

  #forReading(): { readonly db: DatabaseSync; readonly findId: StatementSync } {
    if (!this.#reading) {
      const db = openLogForReading(this.#file)
      const findId = db.prepare(
        'SELECT hash, recordedTime, leaf, size, path, token FROM ids JOIN receipts ON number = receipt WHERE source = ? AND id = ?'
      )
      this.#reading = { db, findId }
    }
    return this.#reading
  }

  #ask(
    request: { readonly records: readonly NewRecord[] } | { readonly close: true }
  ): Promise<LogWriterAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<LogWriterAnswer>()
    this.#requests += 1
    this.#waiting.set(this.#requests, { resolve, reject })
    this.#worker.postMessage({ number: this.#requests, ...request } satisfies LogWriterRequest)
    return promise
  }

  #take(answer: LogWriterAnswer): void {
    this.#waiting.get(answer.number)?.resolve(answer)
    this.#waiting.delete(answer.number)
  }

  #refuseAll(cause: unknown): void {
    for (const { reject } of this.#waiting.values()) {
      reject(new BusError('BUS_LOG_UNAVAILABLE', 'append-failed', { cause, waitMs: 2000 }))
    }
    this.#waiting.clear()
  }
}
