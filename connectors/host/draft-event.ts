import { BusError } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { toNewEvent } from '#protocol/events/new-event.ts'
import { strictJson } from '#protocol/events/strict-json.ts'
import type { EventDraft } from '../connector.ts'

/** What the host sets itself, and what a draft has members for: no extension may replace it. */
const reserved = new Set([
  ...['specversion', 'id', 'source', 'time', 'nonce'],
  ...['type', 'subject', 'recipients', 'correlationid', 'causationid', 'senddeadline', 'data']
])

/**
 * Completes a connector's draft to an event with a new id. Throws `BUS_ATTRIBUTE_INVALID` if an extension has
 * the name of another attribute, and what strict JSON is rejected with: the event was never parsed, but must
 * meet the same rules.
 */
export function toDraftedEvent(
  system: string,
  { extensions = {}, ...draft }: EventDraft,
  at: number
): BusEvent {
  const attribute = Object.keys(extensions).find((name) => reserved.has(name))
  if (attribute !== undefined) {
    throw new BusError('BUS_ATTRIBUTE_INVALID', 'extension-reserved', { values: { attribute } })
  }
  const event = toNewEvent(system, { ...extensions, ...draft }, at)
  strictJson(event)
  return event
}
