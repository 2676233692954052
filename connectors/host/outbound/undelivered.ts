import type { Inbox } from '#consumers/inbox/read.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import type { DeliveryTables } from './delivery-tables.ts'

export interface UndeliveredOptions {
  readonly store: Store
  readonly inbox: Pick<Inbox, 'enteredUpTo'>
  /** Name of the instance, and its agency. */
  readonly name: string
  readonly agency: string
}

/**
 * Those of these events (archive numbers) that the agency was given and the instance did not deliver: it has them
 * still to take or to deliver, they have ended, or a person skipped them. What it never had to deliver, being older
 * than the instance for example, is none of them.
 */
export async function undeliveredAmong(
  events: readonly number[],
  { store, inbox, name, agency }: UndeliveredOptions
): Promise<ReadonlySet<number>> {
  const reader = store.reader<DeliveryTables>()
  const own = await reader
    .selectFrom('deliveryInstances')
    .select('position')
    .where('instance', '=', name)
    .executeTakeFirst()
  const taken = await inbox.enteredUpTo(agency, events, own?.position ?? 0)
  const rows = await inChunks(events, (some) =>
    reader
      .selectFrom('deliveries')
      .select('event')
      .where('instance', '=', name)
      .where('event', 'in', some)
      .where('state', '!=', 'delivered')
      .execute()
  )
  return new Set([...events.filter((event) => !taken.has(event)), ...rows.map(({ event }) => event)])
}
