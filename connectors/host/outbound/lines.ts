import { inChunks } from '#engines/store/chunks.ts'
import type { Tables } from '#engines/store/store.ts'
import { valuesTable } from '#engines/store/values-table.ts'
import type { DeliveryTables } from './delivery-tables.ts'

/** Deliveries of an instance from one sending agency about one subject: they keep their order. */
export interface Line {
  readonly sender: string
  readonly subject: string
}

/** A line whose head may be attempted now. */
export interface DueLine extends Line {
  readonly head: number
  readonly urgency: number
}

export function lineKey({ sender, subject }: Line): string {
  return `${sender} ${subject}`
}

/** The lines of deliveries, each once. */
export function distinctLines(rows: readonly Line[]): readonly Line[] {
  return [...new Map(rows.map((line) => [lineKey(line), line])).values()]
}

/** Derives lines from their deliveries again. To be called in every transaction that changes deliveries of them. */
export async function refreshLines(
  db: Tables<DeliveryTables>,
  instance: string,
  changed: readonly Line[]
): Promise<void> {
  const rows = await inChunks(distinctLines(changed), (some) => headsOf(db, instance, some).execute())
  const open = rows.flatMap(({ sender, subject, urgency, ...head }) =>
    head.event === null || urgency === null
      ? []
      : [{ instance, sender, subject, urgency, head: head.event, dueAt: dueAtOf(head) }]
  )
  await inChunks(open, (some) =>
    db
      .insertInto('deliveryLines')
      .values(some)
      .onConflict((on) =>
        on.columns(['instance', 'sender', 'subject']).doUpdateSet((e) => ({
          head: e.ref('excluded.head'),
          dueAt: e.ref('excluded.dueAt'),
          urgency: e.ref('excluded.urgency')
        }))
      )
      .execute()
  )
  const closed = rows.filter(({ event }) => event === null)
  for (const [sender, own] of Map.groupBy(closed, (line) => line.sender)) {
    const subjects = own.map(({ subject }) => subject)
    await inChunks(subjects, (some) =>
      db
        .deleteFrom('deliveryLines')
        .where('instance', '=', instance)
        .where('sender', '=', sender)
        .where('subject', 'in', some)
        .execute()
    )
  }
}

/** A delivery in doubt with `begunAt` is due to be looked up. Others in doubt, and dead ones, hold their line. */
function dueAtOf({
  state,
  dueAt,
  begunAt
}: { [K in HeadColumn]: DeliveryTables['deliveries'][K] | null }): number | null {
  return state === 'waiting' || (state === 'in-doubt' && begunAt !== null) ? dueAt : null
}

type HeadColumn = 'state' | 'dueAt' | 'begunAt'

/** The head of each line, and the highest urgency; null for a line without open deliveries. */
function headsOf(db: Tables<DeliveryTables>, instance: string, lines: readonly Line[]) {
  return db
    .with('asked(sender, subject)', () => valuesTable(lines, ['sender', 'subject']))
    .with('found', (cte) =>
      cte.selectFrom('asked').select((e) => {
        const ofLine = e
          .selectFrom('deliveries')
          .where('deliveries.instance', '=', instance)
          .whereRef('deliveries.sender', '=', 'asked.sender')
          .whereRef('deliveries.subject', '=', 'asked.subject')
          .where('deliveries.open', '=', e.lit(1))
        return [
          'asked.sender',
          'asked.subject',
          ofLine.select((of) => of.fn.min('deliveries.event').as('event')).as('head'),
          ofLine.select((of) => of.fn.max('deliveries.urgency').as('urgency')).as('urgency')
        ]
      })
    )
    .selectFrom('found')
    .leftJoin('deliveries', (join) =>
      join.on('deliveries.instance', '=', instance).onRef('deliveries.event', '=', 'found.head')
    )
    .select(['found.sender', 'found.subject', 'found.urgency'])
    .select(['deliveries.event', 'deliveries.state', 'deliveries.dueAt', 'deliveries.begunAt'])
}

/** Lines that may be attempted now: the most urgent ones, and the oldest ones, up to a limit of each. */
export async function dueLines(
  db: Tables<DeliveryTables>,
  instance: string,
  { now, limit }: { readonly now: number; readonly limit: number }
): Promise<{ readonly urgent: readonly DueLine[]; readonly oldest: readonly DueLine[] }> {
  const due = db
    .selectFrom('deliveryLines')
    .select(['sender', 'subject', 'head', 'urgency'])
    .where('instance', '=', instance)
    .where('dueAt', '<=', now)
    .limit(limit)
  const urgent = await due.orderBy('urgency', 'desc').orderBy('head').execute()
  const hasAll = urgent.length < limit || urgent[0]?.urgency === 0 // Then all are: the order is the same.
  const oldest = hasAll ? urgent.toSorted((a, b) => a.head - b.head) : await due.orderBy('head').execute()
  return { urgent, oldest }
}

/** When the next line is due, in milliseconds since the epoch; undefined if none waits. */
export async function nextDueAt(
  db: Tables<DeliveryTables>,
  instance: string,
  after: number
): Promise<number | undefined> {
  const row = await db
    .selectFrom('deliveryLines')
    .select((e) => e.fn.min('dueAt').as('dueAt'))
    .where('instance', '=', instance)
    .where('dueAt', '>', after)
    .executeTakeFirst()
  return row?.dueAt ?? undefined
}
