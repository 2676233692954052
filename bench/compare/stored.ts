import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'

const lookMs = 20
const longestMs = 1_800_000

/** Resolves when an inbox has so many entries. */
export async function whenEntered(inbox: { entries(): number }, count: number): Promise<void> {
  const until = performance.now() + longestMs
  while (inbox.entries() < count) {
    if (performance.now() > until) throw new TypeError(`${inbox.entries()} of ${count} are in the inbox`)
    await pause(lookMs)
  }
}

/** Number of entries in an agency's inbox. */
export function entriesOf(folder: string, agency: string): number {
  return ask(join(folder, 'store.sqlite'), 'SELECT last AS n FROM "inboxCounters" WHERE agency = ?', agency)
}

/** Size of the databases in a folder, in bytes, with what is only in their write-ahead logs. */
export function databaseBytes(folder: string): number {
  const files = globSync(join(folder, '*.sqlite')).filter((file) => basename(file) !== 'lock.sqlite') // Empty, and locked.
  return files.reduce((sum, file) => {
    const pages = ask(file, 'SELECT page_count AS n FROM pragma_page_count')
    return sum + pages * ask(file, 'SELECT page_size AS n FROM pragma_page_size')
  }, 0)
}

export function ask(file: string, sql: string, ...values: readonly string[]): number {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    return Number(db.prepare(sql).get(...values)?.n ?? 0)
  } finally {
    db.close()
  }
}
