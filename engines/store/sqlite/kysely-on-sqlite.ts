import type { DatabaseSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteDialect,
  SqliteIntrospector
} from 'kysely'
import { keepStatements } from './kept-statements.ts'
import { ListCompiler } from './list-compiler.ts'

export interface QueryDone {
  readonly rows: unknown[]
  readonly changes: number
}

/** Runs one statement of a transaction. */
export type RunQuery = (sql: string, parameters: readonly unknown[]) => Promise<QueryDone>

/** Kysely on a connection of this thread. */
export function kyselyOn(db: DatabaseSync): Kysely<unknown> {
  const prepare = keepStatements(db)
  return new Kysely<unknown>({
    dialect: new ListDialect({
      database: {
        close: () => db.close(),
        prepare: (sql) => {
          const { isReader, rows, run } = prepare(sql)
          return {
            reader: isReader,
            all: rows,
            run: (parameters) => ({ changes: run(parameters), lastInsertRowid: 0 }),
            iterate: notStreamed
          }
        }
      }
    })
  })
}

/** Kysely for the statements of a transaction, which the store begins and ends. */
export function kyselyThrough(query: RunQuery): Kysely<unknown> {
  const connection = new WriterConnection(query)
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: notHere,
    commitTransaction: notHere,
    rollbackTransaction: notHere,
    destroy: async () => {}
  }
  return new Kysely<unknown>({
    dialect: {
      createDriver: () => driver,
      createAdapter: () => new Pipelined(),
      createQueryCompiler: () => new ListCompiler(),
      createIntrospector: (db) => new SqliteIntrospector(db)
    }
  })
}

class ListDialect extends SqliteDialect {
  override createQueryCompiler(): ListCompiler {
    return new ListCompiler()
  }
}

/** Stops Kysely from holding back a statement until the one before it is answered; the writer keeps their order. */
class Pipelined extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

class WriterConnection implements DatabaseConnection {
  readonly #query: RunQuery

  constructor(query: RunQuery) {
    this.#query = query
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes } = await this.#query(sql, parameters)
    return { rows: rows as R[], numAffectedRows: BigInt(changes) }
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    return notStreamed()
  }
}

function notStreamed(): never {
  throw new TypeError('the store does not stream')
}

async function notHere(): Promise<never> {
  throw new TypeError('the store begins and ends its transactions')
}
