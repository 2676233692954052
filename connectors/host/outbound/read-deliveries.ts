import { inChunks } from '#engines/store/chunks.ts'
import type { Store, Tables } from '#engines/store/store.ts'
import type { Person } from '#protocol/trust/person.ts'
import { shownPerson } from '../acting-person.ts'
import type { DeliveryState, DeliveryTables } from './delivery-tables.ts'

/** What a list of deliveries is narrowed to. Absent: all. */
export interface DeliveryFilter {
  readonly connector?: string
  /** Absent: those that are open. */
  readonly state?: DeliveryState
  readonly recipient?: string
  readonly sender?: string
  readonly subject?: string
}

/** A delivery, as people see it. Times are RFC 3339. */
export interface ShownDelivery {
  readonly connector: string
  /** The event's hash. */
  readonly event: string
  readonly type: string
  readonly recipient: string
  readonly sender: string
  readonly subject: string
  readonly state: DeliveryState
  readonly attempts: number
  /** Since when an attempt runs, or the outside is to be asked. */
  readonly begun?: string
  /** When it is attempted next; only if it waits for a time. */
  readonly nextAttempt?: string
  readonly lastError?: {
    readonly code: string
    readonly at: string
    /** By language. */
    readonly detail: Readonly<Record<'vi' | 'en', string>>
  }
  readonly ended?: string
}

/** A delivery with its line and its past. */
export interface DeliveryDetails extends ShownDelivery {
  /** The delivery that must end first (the event's hash). */
  readonly waitsFor?: string
  /** What people did to it, oldest first. */
  readonly acts: readonly {
    readonly act: string
    /** The system that did it, or in whose name a person did. */
    readonly by: string
    readonly person?: Person
    readonly at: string
    readonly reason?: string
  }[]
}

export interface DeliveryPage {
  readonly items: readonly ShownDelivery[]
  /** To be given as `after` for the next page; absent at the end. */
  readonly next?: string
}

/** The deliveries of all instances, as the store has them. */
export interface DeliveryReads {
  /** Oldest event first. `after` is the `next` of the page before. */
  list(
    filter: DeliveryFilter,
    page: { readonly after?: string; readonly limit: number }
  ): Promise<DeliveryPage>
  find(connector: string, hash: string): Promise<DeliveryDetails | undefined>
  /** All deliveries of some events. */
  ofEvents(hashes: readonly string[]): Promise<readonly ShownDelivery[]>
}

export const openStates: ReadonlySet<DeliveryState> = new Set(['waiting', 'dead', 'in-doubt'])

type Row = DeliveryTables['deliveries']

export function createDeliveryReads(store: Store, steadyNow: () => number): DeliveryReads {
  const reader = () => store.reader<DeliveryTables>()
  const show = (row: Row): ShownDelivery => showDelivery(row, steadyNow())

  return {
    async list(filter, { after, limit }) {
      const all = filtered(reader(), filter)
      const [event, instance] = placeOf(after)
      const rows = await all
        .where((e) =>
          e.or([e('event', '>', event), e.and([e('event', '=', event), e('instance', '>', instance)])])
        )
        .orderBy('event')
        .orderBy('instance')
        .limit(limit + 1)
        .execute()
      const items = rows.slice(0, limit)
      const last = items.at(-1)
      const hasMore = rows.length > limit && last !== undefined
      return { items: items.map(show), ...(hasMore ? { next: `${last.event}.${last.instance}` } : {}) }
    },

    async find(connector, hash) {
      const row = await reader()
        .selectFrom('deliveries')
        .selectAll()
        .where('hash', '=', hash)
        .where('instance', '=', connector)
        .executeTakeFirst()
      if (!row) return undefined
      const acts = await reader()
        .selectFrom('deliveryActs')
        .select(['act', 'system', 'person', 'personName', 'at', 'reason'])
        .where('instance', '=', connector)
        .where('event', '=', row.event)
        .orderBy('number')
        .execute()
      const waitsFor = await headBefore(reader(), row)
      return {
        ...show(row),
        ...(waitsFor === undefined ? {} : { waitsFor }),
        acts: acts.map(({ act, system, at, reason, ...row }) => ({
          act,
          by: system,
          ...shownPerson(row),
          at: instant(at),
          ...(reason === null ? {} : { reason })
        }))
      }
    },

    async ofEvents(hashes) {
      const rows = await inChunks(hashes, (some) =>
        reader().selectFrom('deliveries').selectAll().where('hash', 'in', some).orderBy('instance').execute()
      )
      return rows.map(show)
    }
  }
}

/** The deliveries that a filter names. */
export function filtered(db: Tables<DeliveryTables>, filter: DeliveryFilter) {
  const { connector, state, recipient, sender, subject } = filter
  let rows = db.selectFrom('deliveries').selectAll()
  if (state !== undefined) rows = rows.where('state', '=', state)
  if (state === undefined || openStates.has(state)) rows = rows.where((e) => e('open', '=', e.lit(1)))
  if (connector !== undefined) rows = rows.where('instance', '=', connector)
  if (recipient !== undefined) rows = rows.where('recipient', '=', recipient)
  if (sender !== undefined) rows = rows.where('sender', '=', sender)
  if (subject !== undefined) rows = rows.where('subject', '=', subject)
  return rows
}

/** The hash of the delivery that an open one waits for in its line. */
async function headBefore(db: Tables<DeliveryTables>, row: Row): Promise<string | undefined> {
  if (row.open === 0) return undefined
  const head = await db
    .selectFrom('deliveryLines')
    .innerJoin('deliveries', (join) =>
      join
        .onRef('deliveries.instance', '=', 'deliveryLines.instance')
        .onRef('deliveries.event', '=', 'deliveryLines.head')
    )
    .select('deliveries.hash')
    .where('deliveryLines.instance', '=', row.instance)
    .where('deliveryLines.sender', '=', row.sender)
    .where('deliveryLines.subject', '=', row.subject)
    .executeTakeFirst()
  return head === undefined || head.hash === row.hash ? undefined : head.hash
}

function showDelivery(row: Row, now: number): ShownDelivery {
  const { instance, hash, type, recipient, sender, subject, state, attempts, begunAt, dueAt } = row
  const waits = state === 'waiting' && begunAt === null && dueAt > now
  return {
    connector: instance,
    event: hash,
    type,
    recipient,
    sender,
    subject,
    state,
    attempts,
    ...(begunAt === null ? {} : { begun: instant(begunAt) }),
    ...(waits ? { nextAttempt: instant(dueAt) } : {}),
    ...(row.failure === null ? {} : { lastError: lastError(row.failure, row) }),
    ...(row.endedAt === null ? {} : { ended: instant(row.endedAt) })
  }
}

function lastError(code: string, { failureText, failedAt }: Row) {
  return {
    code,
    at: instant(failedAt ?? 0),
    detail: JSON.parse(failureText ?? '{}') as Record<'vi' | 'en', string>
  }
}

/** The place of a `next`: event and instance. Anything else is the beginning. */
function placeOf(after: string | undefined): readonly [number, string] {
  const [, event = '0', instance = ''] = /^(\d{1,15})\.(.+)$/.exec(after ?? '') ?? []
  return [Number(event), instance]
}

function instant(at: number): string {
  return new Date(at).toISOString()
}
