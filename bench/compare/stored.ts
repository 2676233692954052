import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Number of entries in an agency's inbox. */
export function entriesOf(folder: string, agency: string): number {
  return ask(join(folder, 'store.sqlite'), 'SELECT last AS n FROM "inboxCounters" WHERE agency = ?', agency)
}

export function ask(file: string, sql: string, ...values: readonly string[]): number {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    return Number(db.prepare(sql).get(...values)?.n ?? 0)
  } finally {
    db.close()
  }
}
