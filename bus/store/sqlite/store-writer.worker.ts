import { parentPort, workerData } from 'node:worker_threads'
import { openForWriting } from './connections.ts'
import { keepStatements } from './kept-statements.ts'

/** What the worker is started with. */
export interface StoreWriterData {
  readonly file: string
}

/**
 * A statement of the one transaction that runs. Where one fails, those after it
 * fail with it until the transaction is undone, so that none is ever written by
 * itself.
 */
export interface StoreWriterRequest {
  readonly number: number
  readonly kind: 'begin' | 'query' | 'commit' | 'undo' | 'close'
  readonly sql: string
  readonly parameters: readonly unknown[]
}

export type StoreWriterAnswer = { readonly number: number } & (QueryDone | { readonly failed: Failed })

export interface QueryDone {
  readonly rows: unknown[]
  readonly changes: number
}

/** SQLite's own error; its code is lost where an error is handed from thread to thread. */
export interface Failed {
  readonly message: string
  readonly errcode: number | undefined
}

const port = parentPort
if (!port) throw new TypeError('the store writer runs in a worker')
const { file } = workerData as StoreWriterData
const db = openForWriting(file)
const prepare = keepStatements(db)
const nothing: QueryDone = { rows: [], changes: 0 }
let failed: Failed | undefined

port.on('message', (requests: readonly StoreWriterRequest[]) => {
  port.postMessage(requests.map(answer))
})

function answer({ number, ...request }: StoreWriterRequest): StoreWriterAnswer {
  if (request.kind === 'begin') failed = undefined
  try {
    if (failed === undefined || request.kind === 'undo' || request.kind === 'close') {
      return { number, ...run(request) }
    }
  } catch (error) {
    failed = toFailed(error)
  }
  return { number, failed: failed as Failed }
}

function run({ kind, sql, parameters }: Omit<StoreWriterRequest, 'number'>): QueryDone {
  switch (kind) {
    case 'begin':
      db.exec('BEGIN IMMEDIATE')
      return nothing
    case 'query':
      return query(sql, parameters)
    case 'commit':
      db.exec('COMMIT')
      return nothing
    case 'undo':
      if (db.isTransaction) db.exec('ROLLBACK')
      return nothing
    case 'close':
      db.close()
      return nothing
  }
}

function query(sql: string, parameters: readonly unknown[]): QueryDone {
  const statement = prepare(sql)
  const values = parameters as Parameters<typeof statement.all>
  if (statement.columns().length > 0) return { rows: statement.all(...values), changes: 0 }
  return { rows: [], changes: Number(statement.run(...values).changes) }
}

function toFailed(error: unknown): Failed {
  const errcode = error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined
  return { message: error instanceof Error ? error.message : String(error), errcode }
}
