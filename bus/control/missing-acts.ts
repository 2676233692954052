import { setTimeout as pause } from 'node:timers/promises'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import { retry } from '#protocol/timing/retry.ts'
import type { ActJournal, StoredAct } from './act-journal.ts'
import type { ControlTables } from './control-tables.ts'

export interface MissingActsOptions {
  readonly store: Store
  readonly journal: ActJournal
  readonly isIgnored: (number: number) => boolean
  readonly signal: AbortSignal
  /** Told of what failed and is tried again. */
  readonly onError: (error: unknown) => void
}

/** Looked up at once while the bus runs, and the pause between. */
const atOnce = 50
const pauseMs = 20
const retryMs = 5000

/** A process may have died after it recorded an act and before it wrote the act to the log: writes such acts now. */
export async function writeMissing(journal: ActJournal, acts: readonly StoredAct[]): Promise<void> {
  const missing = new Set(await journal.missing(acts.map(({ number }) => number)))
  for (const act of acts) if (missing.has(act.number)) journal.write(act)
}

/** The same for all acts up to one, a few at a time: there may be very many. Rejects once the signal says so. */
export async function writeMissingUpTo(
  last: number,
  { store, journal, isIgnored, signal, onError }: MissingActsOptions
): Promise<void> {
  const acts = () => store.reader<ControlTables>().selectFrom('controlActs')
  const look = async (from: number): Promise<void> => {
    const some = await acts()
      .select('number')
      .where('number', '>', from)
      .where('number', '<=', Math.min(from + atOnce, last))
      .execute()
    const numbers = some.map(({ number }) => number).filter((number) => !isIgnored(number))
    const missing = await inChunks(await journal.missing(numbers), (some) =>
      acts().selectAll().where('number', 'in', some).orderBy('number').execute()
    )
    for (const act of missing) journal.write(act)
  }
  const waitMs = (error: unknown): number => {
    onError(error)
    return retryMs
  }
  for (let from = 0; from < last; from += atOnce) {
    await pause(pauseMs, undefined, { signal, ref: false })
    await retry(() => look(from), { waitMs, signal, unref: true })
  }
}
