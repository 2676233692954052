import { type ArchivedEvent, eventOf } from '#bus/archive/archived-event.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import { agencyOf } from '#protocol/events/event.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { ConnectorTables } from '../connector-tables.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import type { Deliveries, TakenEntry } from './deliveries.ts'
import type { OutboundOptions } from './outbound-options.ts'

const takenAtOnce = 100
const mostUrgent = 4

export interface Taken {
  readonly position: number
  /** There may be more. */
  readonly isMore: boolean
}

/**
 * Adds deliveries for the next entries of the inbox, without other types, without what was recorded before the
 * instance began, and without what an instance of the same rate group published.
 */
export async function takeEntries(
  instance: HostedInstance,
  { store, inbox, instancesOf, deliveries }: OutboundOptions & { readonly deliveries: Deliveries },
  position: number
): Promise<Taken> {
  const { agency, definition, rateGroup, deliversFrom } = instance
  const { items, looked, isMore } = await inbox.entriesAfter(agency, position, takenAtOnce)
  if (looked === position) return { position, isMore }
  const wanted = items
    .map(({ event }) => event)
    .filter(({ type }) => definition.outbound?.types.includes(type))
    .filter(({ recordedTime }) => instantMs(recordedTime) >= deliversFrom)
  const hosted = wanted.filter((event) => event.hosted).map(({ hash }) => hash)
  const echoes = await publishedAmong(store, instancesOf(rateGroup), hosted)
  await deliveries.take(
    wanted.filter(({ hash }) => !echoes.has(hash)).map((event) => toEntry(event, instance)),
    looked
  )
  return { position: looked, isMore }
}

/** Which of these events (hashes) these instances published. */
async function publishedAmong(
  store: Store,
  instances: readonly string[],
  hashes: readonly string[]
): Promise<ReadonlySet<string>> {
  const rows = await inChunks(hashes, (some) =>
    store
      .reader<ConnectorTables>()
      .selectFrom('connectorReferences')
      .select(['event', 'instance'])
      .where('event', 'in', some)
      .execute()
  )
  return new Set(
    rows.flatMap(({ event, instance }) => (event !== null && instances.includes(instance) ? [event] : []))
  )
}

function toEntry(event: ArchivedEvent, instance: HostedInstance): TakenEntry {
  const { number, hash, type, source, subject, recordedTime } = event
  return {
    event: number,
    hash,
    type,
    sender: agencyOf(source),
    subject,
    recordedTime,
    urgency: urgencyOf(event, instance)
  }
}

function urgencyOf(event: ArchivedEvent, { definition, logger }: HostedInstance): number {
  try {
    const urgency = definition.outbound?.urgency?.(eventOf(event)) ?? 0
    return Math.trunc(Math.min(Math.max(urgency, 0), mostUrgent)) || 0 // A kind may compute NaN.
  } catch (error) {
    logger.error(
      { err: error, event: event.number },
      'the urgency of an event cannot be determined; see err; it is taken as 0'
    )
    return 0
  }
}
