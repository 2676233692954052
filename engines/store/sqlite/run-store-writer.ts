import { parentPort, workerData } from 'node:worker_threads'
import { reachFailpoint } from '../../telemetry/failpoints.ts'
import type { StoreTransaction, StoreWork, Tables } from '../store.ts'
import type { Answers, Numbered } from './asked-worker.ts'
import { createCheckpoints } from './checkpoints.ts'
import { openForWriting } from './connections.ts'
import { keepStatements } from './kept-statements.ts'
import { kyselyThrough, type QueryDone } from './kysely-on-sqlite.ts'
import { type Failed, toFailed } from './sqlite-faults.ts'

/** What the worker is started with. */
export interface StoreWriterData {
  readonly file: string
}

/**
 * A request about the one current transaction. After a statement has failed, later ones fail too until the
 * transaction is undone, and outside a transaction none runs. So no statement is ever committed alone.
 */
type Statement =
  | { readonly kind: 'begin' | 'commit' | 'undo' | 'close' }
  | { readonly kind: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }

/** A transaction of its own. */
interface Work {
  readonly kind: 'work'
  readonly input: unknown
}

export type Asked = Statement | Work

export interface Done extends QueryDone {
  /** Of the work. */
  readonly result?: unknown
}

type Answer = Answers<Done>['answers'][number]

const nothing: Done = { rows: [], changes: 0 }

/** Why the first statement of the work failed: the transaction may be undone already, and later ones fail for that. */
interface OfWork {
  failure: { readonly error: unknown } | undefined
}

function firstOf({ failure }: OfWork, error: unknown): unknown {
  return failure ? failure.error : error
}

/** Runs the writer of a store in this worker, and the work that it is asked for. */
export function runStoreWriter<I>(perform?: StoreWork<I, unknown>): void {
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
  let failed: Failed | undefined
  const ofWork: OfWork = { failure: undefined }

  const query = (sql: string, parameters: readonly unknown[]): QueryDone => {
    if (!db.isTransaction) throw new TypeError('a statement outside of a transaction')
    const { isReader, rows, run } = prepare(sql)
    return isReader ? { rows: rows(parameters), changes: 0 } : { rows: [], changes: run(parameters) }
  }

  const queryOfWork = async (sql: string, parameters: readonly unknown[]): Promise<QueryDone> => {
    if (ofWork.failure) throw ofWork.failure.error
    try {
      return query(sql, parameters)
    } catch (error) {
      ofWork.failure = { error }
      throw error
    }
  }

  const tables = kyselyThrough(queryOfWork)
  const transaction: StoreTransaction = { tables: <T>() => tables as Tables<T> }

  const run = (asked: Statement): Done => {
    switch (asked.kind) {
      case 'begin':
        db.exec('BEGIN IMMEDIATE')
        return nothing
      case 'query':
        return query(asked.sql, asked.parameters)
      case 'commit':
        db.exec('COMMIT')
        return nothing
      case 'undo':
        if (db.isTransaction) db.exec('ROLLBACK')
        return nothing
      case 'close':
        checkpoints.close()
        db.close()
        return nothing
    }
  }

  const answer = ({ number, ...asked }: Numbered<Statement>): Answer => {
    if (asked.kind === 'begin') failed = undefined
    try {
      const goesOn = failed === undefined || asked.kind === 'undo' || asked.kind === 'close'
      if (goesOn) return { number, ...run(asked) }
    } catch (error) {
      failed = toFailed(error)
    }
    return { number, failed: failed as Failed }
  }

  const worked = async ({ number, input }: Numbered<Work>): Promise<Answer> => {
    ofWork.failure = undefined
    try {
      if (!perform) throw new TypeError('this writer has no work')
      db.exec('BEGIN IMMEDIATE')
      const result = await perform(transaction, input as I)
      db.exec('COMMIT')
      return { number, ...nothing, result }
    } catch (error) {
      const failed = toFailed(firstOf(ofWork, error))
      try {
        if (db.isTransaction) db.exec('ROLLBACK')
      } catch {
        // The first failure says more; the next transaction cannot begin then.
      }
      return { number, failed }
    }
  }

  // Nothing else is asked while work runs: the store runs one transaction at a time.
  port.on('message', async (requests: readonly Numbered<Asked>[]) => {
    const answers: Answer[] = []
    for (const one of requests) answers.push(one.kind === 'work' ? await worked(one) : answer(one))
    try {
      port.postMessage({ answers } satisfies Answers<Done>)
    } catch (error) {
      port.postMessage({ answers: [], fatal: toFailed(error) } satisfies Answers<Done>) // A result that cannot be sent.
    }
    if (requests.some(({ kind }) => kind === 'commit' || kind === 'work')) checkpoints.afterWrite()
  })
}
