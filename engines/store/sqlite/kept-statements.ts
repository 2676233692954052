import type { DatabaseSync, StatementSync } from 'node:sqlite'

/**
 * Length of SQL up to which prepared statements are kept. A statement for many rows needs some 30 bytes for
 * each, and keeps its last values.
 */
const maxKeptLength = 500_000

/** Prepares statements and keeps them for reuse. */
export function keepStatements(db: DatabaseSync): (sql: string) => StatementSync {
  const statements = new Map<string, StatementSync>()
  let length = 0
  return (sql) => {
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
}
