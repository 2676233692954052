import type { DatabaseSync, SQLInputValue } from 'node:sqlite'

/** A prepared statement. */
export interface KeptStatement {
  /** Whether it gives rows. */
  readonly isReader: boolean
  rows(parameters: readonly unknown[]): unknown[]
  /** Returns the number of rows it changed. */
  run(parameters: readonly unknown[]): number
}

/**
 * Length of SQL up to which prepared statements are kept. A statement for many rows needs some 30 bytes for
 * each, and keeps its last values.
 */
const maxKeptLength = 500_000

/** Prepares statements and keeps them for reuse. */
export function keepStatements(db: DatabaseSync): (sql: string) => KeptStatement {
  const statements = new Map<string, KeptStatement>()
  let length = 0
  return (sql) => {
    const known = statements.get(sql)
    if (known) return known
    if (length > maxKeptLength) {
      statements.clear()
      length = 0
    }
    const statement = prepare(db, sql)
    statements.set(sql, statement)
    length += sql.length
    return statement
  }
}

function prepare(db: DatabaseSync, sql: string): KeptStatement {
  const statement = db.prepare(sql)
  const names = statement.columns().map(({ name }) => name)
  // The objects that Node makes of rows take twice the time of these, and what reads them is slower, too.
  statement.setReturnArrays(true)
  return {
    isReader: names.length > 0,
    rows: (parameters) =>
      (statement.all(...(parameters as SQLInputValue[])) as unknown as unknown[][]).map((values) =>
        toRow(names, values)
      ),
    run: (parameters) => Number(statement.run(...(parameters as SQLInputValue[])).changes)
  }
}

function toRow(names: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (let index = 0; index < names.length; index += 1) row[names[index] ?? ''] = values[index]
  return row
}
