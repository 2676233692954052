import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { BusError } from '#protocol/errors/bus-error.ts'
import { openForReading } from '../../store/sqlite/connections.ts'
import { watchFile } from '../../store/sqlite/watch-file.ts'
import type {
  Appended,
  EventLog,
  NewRecord,
  ReadOptions,
  RecordId,
  StoredRecord,
  Subscription
} from '../event-log.ts'
import { defaultPartitions } from '../partition.ts'
import { lastPositionSql } from './log-file.ts'
import { type LogWriter, startLogWriter } from './log-writer.ts'
import { createLogReader, type LogReader } from './read-log.ts'
import { onlyShard, toReceipt } from './rows.ts'
import { findIdSql } from './write-batch.ts'

export interface SqliteEventLogOptions {
  /** The data folder; the log's file there is `log.sqlite`. */
  readonly folder: string
  readonly partitions?: number
  /**
   * Called once when a flush to disk failed or the writer died. The content of the disk is then unknown, so
   * the process should end. Until it does, the log refuses every append.
   */
  readonly onFatal: (error: unknown) => void
}

/** Opens the log; creates its file if there is none. Rejects with `BUS_LOG_UNAVAILABLE`. */
export async function openSqliteEventLog(options: SqliteEventLogOptions): Promise<EventLog> {
  const { folder, partitions = defaultPartitions, onFatal } = options
  const file = join(folder, 'log.sqlite')
  const writer = await startLogWriter({ file, partitions, onFatal })
  return new SqliteEventLog(writer, openForReading(file), watchFile(file, 'BUS_LOG_UNAVAILABLE'))
}

class SqliteEventLog implements EventLog {
  readonly #writer: LogWriter
  readonly #db: DatabaseSync
  readonly #findId: StatementSync
  readonly #checkFile: () => void
  readonly #readers = new Set<LogReader>()
  readonly #underWay = new Set<Promise<unknown>>()
  #lastPosition: number
  #closing: Promise<void> | undefined

  constructor(writer: LogWriter, db: DatabaseSync, checkFile: () => void) {
    this.#writer = writer
    this.#checkFile = checkFile
    this.#db = db
    this.#findId = db.prepare(findIdSql)
    this.#lastPosition = Number(db.prepare(lastPositionSql).get()?.last ?? 0)
  }

  async append(records: readonly NewRecord[]): Promise<readonly Appended[]> {
    this.#refuseWhenClosed()
    const appending = this.#append(records)
    this.#underWay.add(appending)
    try {
      return await appending
    } finally {
      this.#underWay.delete(appending)
    }
  }

  async #append(records: readonly NewRecord[]): Promise<readonly Appended[]> {
    this.#checkFile()
    const { outcomes, lastPosition } = await this.#writer.append(records)
    if (lastPosition > this.#lastPosition) {
      this.#lastPosition = lastPosition
      for (const reader of this.#readers) reader.wake()
    }
    this.#checkFile() // What is in a file that nobody finds is not stored.
    return outcomes
  }

  async find(ids: readonly RecordId[]): Promise<readonly (StoredRecord | undefined)[]> {
    this.#refuseWhenClosed()
    try {
      return ids.map(({ source, id }) => toStoredRecord(this.#findId.get(source, id)))
    } catch (cause) {
      throw new BusError('BUS_LOG_UNAVAILABLE', 'log-not-read', { cause, waitMs: 2000 })
    }
  }

  read(options: ReadOptions): Subscription {
    this.#refuseWhenClosed()
    const reader = createLogReader(this.#db, options)
    this.#readers.add(reader)
    return {
      close: async () => {
        this.#readers.delete(reader)
        await reader.close()
      }
    }
  }

  async ends(): Promise<ReadonlyMap<string, number>> {
    this.#refuseWhenClosed()
    return this.#lastPosition === 0 ? new Map() : new Map([[onlyShard, this.#lastPosition]])
  }

  async confirmStored(): Promise<void> {} // An id is written with its record.

  problem(): undefined {}

  warning(): undefined {}

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#readers].map((reader) => reader.close()))
    await Promise.allSettled(this.#underWay) // They look for the file, which changes when it is closed.
    this.#db.close() // Before the writer: the last connection to close cleans up the file.
    await this.#writer.close()
  }

  #refuseWhenClosed(): void {
    if (this.#closing) throw new BusError('BUS_LOG_UNAVAILABLE', 'log-closed')
  }
}

function toStoredRecord(row: Record<string, unknown> | undefined): StoredRecord | undefined {
  return (
    row && {
      hash: Buffer.from(row.hash as Uint8Array).toString('hex'),
      recordedTime: String(row.recordedTime),
      receipt: toReceipt(row)
    }
  )
}
