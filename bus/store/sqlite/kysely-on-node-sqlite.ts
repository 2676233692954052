import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'

const maxCachedStatements = 500

/** Kysely over a `node:sqlite` connection; prepared statements are kept, since most queries recur. */
export function kyselyOn(db: DatabaseSync): Kysely<unknown> {
  const statements = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql)
    if (known) return known
    if (statements.size >= maxCachedStatements) statements.clear()
    const statement = db.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  return new Kysely<unknown>({
    dialect: new SqliteDialect({
      database: {
        close: () => db.close(),
        prepare: (sql) => {
          const statement = prepare(sql)
          const valuesOf = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[]
          return {
            reader: statement.columns().length > 0,
            all: (parameters) => statement.all(...valuesOf(parameters)),
            run: (parameters) => statement.run(...valuesOf(parameters)),
            iterate: (parameters) => statement.iterate(...valuesOf(parameters))
          }
        }
      }
    })
  })
}

/** Opens a database file for writing: WAL, every commit flushed. */
export function openForWriting(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  db.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000'
  )
  return db
}

export function openForReading(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true })
  db.exec('PRAGMA busy_timeout=5000')
  return db
}
