import { parentPort, workerData } from 'node:worker_threads'
import { reachFailpoint } from '../../telemetry/failpoints.ts'
import type { Answers, Numbered } from './asked-worker.ts'
import { createCheckpoints } from './checkpoints.ts'
import { openForWriting } from './connections.ts'
import { keepStatements } from './kept-statements.ts'
import { type Failed, toFailed } from './sqlite-faults.ts'

/** What the worker is started with. */
export interface StoreWriterData {
  readonly file: string
}

/**
 * A request about the one current transaction. After a statement has failed, later ones fail too until the
 * transaction is undone, and outside a transaction none runs. So no statement is ever committed alone.
 */
export type Asked =
  | { readonly kind: 'begin' | 'commit' | 'undo' | 'close' }
  | { readonly kind: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }

export interface QueryDone {
  readonly rows: unknown[]
  readonly changes: number
}

const port = parentPort
if (!port) throw new TypeError('the store writer runs in a worker')
const { file } = workerData as StoreWriterData
const db = openForWriting(file)
const prepare = keepStatements(db)
const checkpoints = createCheckpoints(db, {
  beforeStep: () => reachFailpoint('store.in-checkpoint'),
  onFatal: (error) => {
    checkpoints.close()
    port.postMessage({ answers: [], fatal: toFailed(error) } satisfies Answers<QueryDone>)
  }
})
const nothing: QueryDone = { rows: [], changes: 0 }
let failed: Failed | undefined

port.on('message', (requests: readonly Numbered<Asked>[]) => {
  port.postMessage({ answers: requests.map(answer) } satisfies Answers<QueryDone>)
  if (requests.some(({ kind }) => kind === 'commit')) checkpoints.afterWrite()
})

function answer({ number, ...asked }: Numbered<Asked>): Answers<QueryDone>['answers'][number] {
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
  const { isReader, rows, run } = prepare(sql)
  return isReader ? { rows: rows(parameters), changes: 0 } : { rows: [], changes: run(parameters) }
}
