import { setTimeout as pause } from 'node:timers/promises'
import type { Store } from '#engines/store/store.ts'
import type { ActJournal, StoredAct } from './act-journal.ts'
import type { ControlTables } from './control-tables.ts'

export interface MissingActsOptions {
  readonly store: Store
  readonly journal: ActJournal
  readonly isIgnored: (number: number) => boolean
  readonly signal: AbortSignal
}

/** Looked up at once while the bus runs, and the pause between. */
const atOnce = 50
const pauseMs = 20

/** A process may have died after it recorded an act and before it wrote the act to the log: writes such acts now. */
export async function writeMissing(journal: ActJournal, acts: readonly StoredAct[]): Promise<void> {
  for (const act of await journal.missing(acts)) journal.write(act)
}

/** The same for all acts up to one, a few at a time: there may be very many. */
export async function writeMissingUpTo(
  last: number,
  { store, journal, isIgnored, signal }: MissingActsOptions
): Promise<void> {
  for (let from = 0; from < last; from += atOnce) {
    await pause(pauseMs, undefined, { signal, ref: false })
    const acts = await store
      .reader<ControlTables>()
      .selectFrom('controlActs')
      .selectAll()
      .where('number', '>', from)
      .where('number', '<=', Math.min(from + atOnce, last))
      .execute()
    await writeMissing(
      journal,
      acts.filter(({ number }) => !isIgnored(number))
    )
  }
}
