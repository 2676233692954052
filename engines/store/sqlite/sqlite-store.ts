import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { BusError } from '#protocol/errors/bus-error.ts'
import { type DiskSpace, endlessSpace } from '../disk-space.ts'
import type {
  StoreTransaction,
  Tables,
  TablesOfPart,
  TransactionOptions,
  WorkingStore,
  WorkOptions
} from '../store.ts'
import { openForReading, openForWriting } from './connections.ts'
import { kyselyOn, kyselyThrough } from './kysely-on-sqlite.ts'
import { migrate } from './migrate.ts'
import { isOfValues, isUnavailable, sqliteCodeOf } from './sqlite-faults.ts'
import { type StoreWriter, startStoreWriter } from './store-writer.ts'
import { createTurns } from './turns.ts'
import { watchFile } from './watch-file.ts'

export interface SqliteStoreOptions {
  /** The data folder; the store's file there is `store.sqlite`. */
  readonly folder: string
  readonly parts: readonly TablesOfPart[]
  /** Called when a flush to disk failed. The content of the disk is then unknown, so the process should end. */
  readonly onFatal: (error: unknown) => void
  readonly space?: Pick<DiskSpace, 'change'>
  /** The module of its writer's worker, which calls `runStoreWriter`; by default one without work. */
  readonly writer?: URL
}

export function openSqliteStore(options: SqliteStoreOptions): WorkingStore {
  return new SqliteStore(options)
}

interface Work {
  readonly input: unknown
  readonly rows: number
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Rows that work may write in the transaction of other work: some 2 ms. */
const fewRows = 100

class SqliteStore implements WorkingStore {
  readonly #writer: StoreWriter
  readonly #writing: Kysely<unknown>
  readonly #reading: Kysely<unknown>
  readonly #space: Pick<DiskSpace, 'change'>
  readonly #checkFile: () => void
  readonly #turns = createTurns()
  /** Work that does not go first, in the order called. */
  readonly #waiting: Work[] = []
  #closing: Promise<void> | undefined

  constructor({ folder, parts, onFatal, space = endlessSpace, writer }: SqliteStoreOptions) {
    this.#space = space
    const file = join(folder, 'store.sqlite')
    const db = openForWriting(file)
    try {
      migrate(db, parts)
      this.#reading = kyselyOn(openForReading(file))
    } finally {
      db.close()
    }
    this.#checkFile = watchFile(file)
    this.#writer = startStoreWriter(file, { module: writer, onFatal })
    this.#writing = kyselyThrough(this.#writer.query)
  }

  reader<T>(): Tables<T> {
    return this.#reading as Tables<T>
  }

  transaction<T>(
    work: (transaction: StoreTransaction) => Promise<T>,
    { usesReserve = false }: TransactionOptions = {}
  ): Promise<T> {
    if (this.#closing) return refuseClosed()
    return this.#turns.take(() => {
      this.#checkFile()
      if (!usesReserve) this.#space.change()
      return this.#run(work)
    })
  }

  work<T>(input: unknown, { usesReserve = false, rows }: WorkOptions = {}): Promise<T> {
    if (this.#closing) return refuseClosed()
    return new Promise((resolve, reject) => {
      if (!usesReserve) this.#space.change()
      const work = { input, rows: rows ?? 0, resolve: resolve as Work['resolve'], reject }
      if (rows === undefined) {
        void this.#turns.takeFirst(() => this.#runWorks([work, ...this.#takeWaiting(0)]))
        return
      }
      this.#waiting.push(work)
      void this.#turns.take(() => this.#runWorks(this.#takeWaiting(1)))
    })
  }

  refuses(error: unknown): boolean {
    return isOfValues(sqliteCodeOf(error))
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.#turns.ended()
    await this.#reading.destroy()
    await this.#writer.close()
  }

  /** The next work that waits: at least so many, if they are still there, and more as long as it writes few rows. */
  #takeWaiting(least: number): readonly Work[] {
    let rows = 0
    const end = this.#waiting.findIndex((work, index) => {
      rows += work.rows
      return index >= least && rows > fewRows
    })
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end)
  }

  async #runWorks(works: readonly Work[]): Promise<void> {
    if (works.length === 0) return // It went with other work.
    try {
      this.#checkFile()
      const results = await this.#writer.work(works.map(({ input }) => input))
      this.#checkFile() // What is in a file that nobody finds is not stored.
      for (const [index, { resolve }] of works.entries()) resolve(results[index])
    } catch (error) {
      // By itself only what was wrong fails, or what finds no space.
      const mayHelp = works.length > 1 && !(error instanceof BusError)
      if (mayHelp) for (const one of works) await this.#runWorks([one])
      else for (const { reject } of works) reject(translated(error))
    }
  }

  async #run<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T> {
    const begun = this.#writer.ask('begin') // Not awaited: if it fails, so do the statements after it.
    begun.catch(() => {})
    try {
      const result = await work({ tables: <U>() => this.#writing as Tables<U> })
      await begun
      await this.#writer.ask('commit')
      this.#checkFile() // What is in a file that nobody finds is not stored.
      return result
    } catch (error) {
      await this.#writer.ask('undo').catch(() => {}) // The first failure says more.
      throw translated(error)
    }
  }
}

function refuseClosed(): Promise<never> {
  return Promise.reject(new BusError('BUS_STORE_UNAVAILABLE', 'store-closed'))
}

/** Turns SQLite's own failures into ours; what the work threw stays what it is. */
function translated(error: unknown): unknown {
  if (!isUnavailable(sqliteCodeOf(error))) return error
  return new BusError('BUS_STORE_UNAVAILABLE', 'store-failed', { cause: error, waitMs: 2000 })
}
