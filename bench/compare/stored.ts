import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'

const lookMs = 20
const longestMs = 1_800_000

/**
 * Resolves when at most `leftAtMost` records in the log of a running bus are not yet in archive and
 * inboxes. Returns how many.
 */
export async function whenProjected(folder: string, leftAtMost = 0): Promise<number> {
  const until = performance.now() + longestMs
  for (;;) {
    const left = behind(folder)
    if (left <= leftAtMost) return left
    if (performance.now() > until) throw new TypeError('the projector does not catch up')
    await pause(lookMs)
  }
}

/** Number of records in the log that are not projected yet. */
function behind(folder: string): number {
  const last = ask(join(folder, 'log.sqlite'), 'SELECT max(position) AS n FROM stored')
  return last - ask(join(folder, 'store.sqlite'), 'SELECT position AS n FROM "projectorPositions"')
}

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
