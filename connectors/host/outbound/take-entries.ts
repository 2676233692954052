import { type ArchivedEvent, eventOf } from '#bus/archive/archived-event.ts'
import { agencyOf } from '#protocol/events/event.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import type { Deliveries, TakenEntry } from './deliveries.ts'
import type { OutboundOptions } from './outbound-options.ts'

const takenAtOnce = 100
const mostUrgent = 4

/**
 * Adds deliveries for the next entries of the inbox, without other types and without what an instance of the
 * same rate group published. Returns whether there may be more.
 */
export async function takeEntries(
  instance: HostedInstance,
  { inbox, publishedBy }: OutboundOptions,
  deliveries: Deliveries
): Promise<boolean> {
  const { agency, definition, rateGroup } = instance
  const position = await deliveries.position()
  const entries = await inbox.entriesAfter(agency, position, takenAtOnce)
  const last = entries.at(-1)
  if (!last) return false
  const wanted = entries
    .map(({ event }) => event)
    .filter(({ type }) => definition.outbound?.types.includes(type))
  const hosted = wanted.filter((event) => event.hosted).map(({ hash }) => hash)
  const echoes = hosted.length > 0 ? await publishedBy(rateGroup, hosted) : new Set()
  await deliveries.take(
    wanted.filter(({ hash }) => !echoes.has(hash)).map((event) => toEntry(event, instance)),
    last.number
  )
  return entries.length === takenAtOnce
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
    logger.error({ err: error, event: event.number }, 'the urgency of an event cannot be determined; see err; it is taken as 0')
    return 0
  }
}
