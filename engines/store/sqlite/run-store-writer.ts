import { parentPort, workerData } from 'node:worker_threads'
import { reachFailpoint } from '../../telemetry/failpoints.ts'
import type { StoreTransaction, StoreWork, Tables } from '../store.ts'
import type { Answers, Numbered } from './asked-worker.ts'
import { createCheckpoints } from './checkpoints.ts'
import { openForWriting } from './connections.ts'
import { keepStatements } from './kept-statements.ts'
import { kyselyThrough, type QueryDone } from './kysely-on-sqlite.ts'
import { toFailed } from './sqlite-faults.ts'

/** What the worker is started with. */
export interface StoreWriterData {
  readonly file: string
}

/**
 * Statements are of the one current transaction; `work` is a transaction of its own. After a statement has failed, later
 * ones fail too, and for the same reason, until the transaction is undone, and outside a transaction none runs. So no
 * statement is ever committed alone.
 */
export type Asked =
  | { readonly kind: 'begin' | 'commit' | 'undo' | 'close' }
  | { readonly kind: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly kind: 'work'; readonly inputs: readonly unknown[] }

export interface Done extends QueryDone {
  /** Of the work, with each input. */
  readonly results?: readonly unknown[]
}

type Answer = Answers<Done>['answers'][number]

const nothing: Done = { rows: [], changes: 0 }

export interface StoreWriterWork<I> {
  /** Reads, before anything is asked, what would hold up the first work. If it fails, work must do without. */
  readonly readAhead?: (transaction: StoreTransaction) => Promise<unknown>
  readonly perform?: StoreWork<I, unknown>
}

/** Runs the writer of a store in this worker, and the work that it is asked for. */
export function runStoreWriter<I>({ readAhead, perform }: StoreWriterWork<I> = {}): void {
  const port = parentPort
  if (!port) throw new TypeError('the store writer runs in a worker')
  const { file } = workerData as StoreWriterData
  const db = openForWriting(file)
  const prepare = keepStatements(db)
  const checkpoints = createCheckpoints(db, {
    beforeStep: () => reachFailpoint('store.in-checkpoint'),
    onFatal: (error) => {
      checkpoints.close()
      port.postMessage({ answers: [], fatal: toFailed(error) } satisfies Answers<Done>)
    }
  })
  /** Why the first statement of the transaction failed. SQLite may have undone the transaction by then. */
  let failure: { readonly error: unknown } | undefined

  const inTransaction = <T>(step: () => T): T => {
    if (failure) throw failure.error
    try {
      return step()
    } catch (error) {
      failure = { error }
      throw error
    }
  }

  const begin = (): void => {
    failure = undefined
    inTransaction(() => db.exec('BEGIN IMMEDIATE'))
  }

  const query = (sql: string, parameters: readonly unknown[]): QueryDone =>
    inTransaction(() => {
      if (!db.isTransaction) throw new TypeError('a statement outside of a transaction')
      const { isReader, rows, run } = prepare(sql)
      return isReader ? { rows: rows(parameters), changes: 0 } : { rows: [], changes: run(parameters) }
    })

  const commit = (): void => inTransaction(() => db.exec('COMMIT'))

  const undo = (): void => {
    if (db.isTransaction) db.exec('ROLLBACK')
  }

  const tables = kyselyThrough(async (sql, parameters) => query(sql, parameters))
  const transaction: StoreTransaction = { tables: <T>() => tables as Tables<T> }

  const runWork = async (inputs: readonly I[]): Promise<readonly unknown[]> => {
    if (!perform) throw new TypeError('this writer has no work')
    begin()
    try {
      const results: unknown[] = []
      for (const input of inputs) results.push(await perform(transaction, input))
      commit()
      return results
    } catch (error) {
      const first = failure ? failure.error : error
      try {
        undo()
      } catch {
        // The first failure says more; the next transaction cannot begin then.
      }
      throw first
    }
  }

  const run = async (asked: Asked): Promise<Done> => {
    if (asked.kind === 'query') return query(asked.sql, asked.parameters)
    if (asked.kind === 'work') return { ...nothing, results: await runWork(asked.inputs as readonly I[]) }
    if (asked.kind === 'begin') begin()
    else if (asked.kind === 'commit') commit()
    else if (asked.kind === 'undo') undo()
    else {
      checkpoints.close()
      db.close()
    }
    return nothing
  }

  const answer = async ({ number, ...asked }: Numbered<Asked>): Promise<Answer> => {
    try {
      return { number, ...(await run(asked)) }
    } catch (error) {
      return { number, failed: toFailed(error) }
    }
  }

  const start = async (): Promise<void> => {
    if (!readAhead) return
    try {
      begin()
      await readAhead(transaction)
    } catch {
      // The first work meets the same, and tells whoever waits for it.
    } finally {
      undo()
    }
  }

  // Nothing else is asked while work runs: the store runs one transaction at a time.
  const onRequests = async (requests: readonly Numbered<Asked>[]): Promise<void> => {
    const answers: Answer[] = []
    for (const one of requests) answers.push(await answer(one))
    try {
      port.postMessage({ answers } satisfies Answers<Done>)
    } catch (error) {
      port.postMessage({ answers: [], fatal: toFailed(error) } satisfies Answers<Done>) // A result that cannot be sent.
    }
    if (requests.some(({ kind }) => kind === 'commit' || kind === 'work')) checkpoints.afterWrite()
  }
  void start().then(() => port.on('message', onRequests))
}
