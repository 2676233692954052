import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'

/** Characters of SQL whose statements are kept: one of many rows holds some 30 bytes for each, and its last values. */
const maxKeptLength = 500_000

/** Kysely over a `node:sqlite` connection; prepared statements are kept, since most queries recur. */
export function kyselyOn(db: DatabaseSync): Kysely<unknown> {
  const statements = new Map<string, StatementSync>()
  let length = 0
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql)
    if (known) return known
    if (length > maxKeptLength) {
      statements.clear()
      length = 0
    }
    const statement = db.prepare(sql)
    statements.set(sql, statement)
    length += sql.length
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

/**
 * Opens a database file for writing: WAL, every commit flushed. Its cache, 16
 * MiB, holds what a transaction of 500 events changes; what it could not hold
 * would be written twice.
 */
export function openForWriting(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON')
  db.exec('PRAGMA busy_timeout=5000; PRAGMA cache_size=-16384')
  return db
}

export function openForReading(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true })
  db.exec('PRAGMA busy_timeout=5000')
  return db
}
