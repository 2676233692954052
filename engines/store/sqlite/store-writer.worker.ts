import { parentPort, workerData } from 'node:worker_threads'
import { createCheckpoints } from './checkpoints.ts'
import { openForWriting } from './connections.ts'
import { keepStatements } from './kept-statements.ts'
import { sqliteCodeOf } from './sqlite-faults.ts'

/** What the worker is started with. */
export interface StoreWriterData {
  readonly file: string
}

/**
 * What is asked of the one transaction that runs. Where a statement fails, those
 * after it fail with it until the transaction is undone, and outside of one none
 * runs: so none is ever written by itself.
 */
export type StoreWriterRequest = { readonly number: number } & Asked
export type Asked =
  | { readonly kind: 'begin' | 'commit' | 'undo' | 'close' }
  | { readonly kind: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }

export interface StoreWriterAnswers {
  readonly answers: readonly StoreWriterAnswer[]
  /** Why nothing should be written any more. */
  readonly fatal?: Failed
}

export type StoreWriterAnswer = { readonly number: number } & (QueryDone | { readonly failed: Failed })

export interface QueryDone {
  readonly rows: unknown[]
  readonly changes: number
}

/** An error; SQLite's code is lost where it is handed from thread to thread as it is. */
export interface Failed {
  readonly message: string
  readonly errcode: number | undefined
}

const port = parentPort
if (!port) throw new TypeError('the store writer runs in a worker')
const { file } = workerData as StoreWriterData
const db = openForWriting(file)
const prepare = keepStatements(db)
const checkpoints = createCheckpoints(db, {
  onFatal: (error) => port.postMessage({ answers: [], fatal: toFailed(error) } satisfies StoreWriterAnswers)
})
const nothing: QueryDone = { rows: [], changes: 0 }
let failed: Failed | undefined

port.on('message', (requests: readonly StoreWriterRequest[]) => {
  port.postMessage({ answers: requests.map(answer) } satisfies StoreWriterAnswers)
  if (requests.some(({ kind }) => kind === 'commit')) checkpoints.afterWrite()
})

function answer({ number, ...asked }: StoreWriterRequest): StoreWriterAnswer {
  if (asked.kind === 'begin') failed = undefined
  try {
    const goesOn = failed === undefined || asked.kind === 'undo' || asked.kind === 'close'
    if (goesOn) return { number, ...run(asked) }
  } catch (error) {
    failed = toFailed(error)
  }
  return { number, failed: failed as Failed }
}

function run(asked: Asked): QueryDone {
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

function query(sql: string, parameters: readonly unknown[]): QueryDone {
  if (!db.isTransaction) throw new TypeError('a statement outside of a transaction')
  const statement = prepare(sql)
  const values = parameters as Parameters<typeof statement.all>
  if (statement.columns().length > 0) return { rows: statement.all(...values), changes: 0 }
  return { rows: [], changes: Number(statement.run(...values).changes) }
}

function toFailed(error: unknown): Failed {
  return { message: error instanceof Error ? error.message : String(error), errcode: sqliteCodeOf(error) }
}
