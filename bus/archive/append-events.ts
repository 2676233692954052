import { inChunks } from '#engines/store/chunks.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { StoreTransaction, Tables } from '#engines/store/store.ts'
import { type ArchiveForm, sharedForm } from './archive-form.ts'
import { insertEvents, insertTokens, toRow } from './archive-rows.ts'
import type { ArchiveTables } from './archive-tables.ts'
import type { ArchivedEvent, NewArchivedEvent } from './archived-event.ts'
import { insertBlocks, keepBodies } from './stored-bodies.ts'
import { keepTokens } from './stored-proofs.ts'

/** An event with the number under which the archive has it. */
export type Numbered<T> = T & Pick<ArchivedEvent, 'number'>

/**
 * Returns the events that are new, each with the number under which this transaction must append it. The log may
 * contain an event twice: if the process that appended it died before it knew, a repeat appends it again.
 */
export async function numberNew<T extends NewArchivedEvent>(
  transaction: StoreTransaction,
  events: readonly T[],
  form = sharedForm
): Promise<readonly Numbered<T>[]> {
  const db = transaction.tables<ArchiveTables>()
  const [known, last] = await pipeline([hashesOf(db, events, form), lastNumber(db)])
  return numbered(
    events.filter(({ hash }) => !known.has(hash) && known.add(hash)),
    last
  )
}

/** New events with the numbers after the last one. */
export function numbered<T>(events: readonly T[], last: number): readonly Numbered<T>[] {
  return events.map((event, index) => ({ ...event, number: last + 1 + index }))
}

/** Appends events with the numbers that follow. */
export async function appendEvents(
  transaction: StoreTransaction,
  events: readonly ArchivedEvent[],
  form = sharedForm
): Promise<void> {
  const tokens = keepTokens(form)
  const { bodies, blocks } = keepBodies(events, form)
  const rows = events.map((event, index) => toRow(event, { tokens, body: bodies[index] ?? event.body }))
  await pipeline([
    insertEvents(transaction, rows),
    insertBlocks(transaction, blocks),
    insertTokens(transaction, tokens.rows()),
    form.index.add(transaction, events)
  ])
}

/** The number of the last event; 0 if there is none. */
export async function lastNumber(db: Tables<ArchiveTables>): Promise<number> {
  const row = await db
    .selectFrom('archiveEvents')
    .select((e) => e.fn.max('number').as('last'))
    .executeTakeFirst()
  return Number(row?.last ?? 0)
}

/** The hashes of those events that are archived already. */
async function hashesOf(
  db: Tables<ArchiveTables>,
  events: readonly Pick<ArchivedEvent, 'hash'>[],
  { index }: ArchiveForm
): Promise<Set<string>> {
  const hashes = events.map(({ hash }) => hash)
  const found = await inChunks(hashes, (some) => index.ofHashes(db, some).select('hash').execute())
  return new Set(found.map(({ hash }) => hash))
}
