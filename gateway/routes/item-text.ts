import type { ArchivedEvent } from '#bus/archive/archived-event.ts'
import type { DeliveredEvent } from '#protocol/events/event-stages.ts'

/** What an inbox item or an event's resource carries besides the event. */
export interface ItemExtras {
  readonly cursor?: string
  readonly agreement?: string | undefined
  /** Of the hop by which it goes out; by default of the last before. */
  readonly traceparent?: string | undefined
  readonly deliveries?: readonly object[]
}

/** One event with what the bus added, as JSON text: the event's own part goes out byte for byte as it is archived. */
export function itemText(event: ArchivedEvent, extras: ItemExtras): string {
  const { cursor, agreement, deliveries, traceparent = event.traceparent } = extras
  const added: DeliveredEvent['added'] = {
    recordedtime: event.recordedTime,
    ...(agreement === undefined ? {} : { agreement }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(event.signature ? {} : { unsigned: true }),
    ...(event.hosted ? { hosted: true } : {})
  }
  const parts = [
    ...(cursor === undefined ? [] : [`"cursor":${JSON.stringify(cursor)}`]),
    `"event":${event.body}`,
    `"added":${JSON.stringify(added)}`,
    ...(event.signature ? [`"signature":${JSON.stringify(event.signature)}`] : []),
    `"receipt":${JSON.stringify(event.receipt)}`,
    ...(deliveries ? [`"deliveries":${JSON.stringify(deliveries)}`] : [])
  ]
  return `{${parts.join(',')}}`
}
