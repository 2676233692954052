import type { ArchivedEvent } from '#bus/archive/archived-event.ts'
import type { DeliveredEvent } from '#protocol/events/event-stages.ts'

/** Parts of an inbox item or an event's resource other than the event. */
export interface ItemExtras {
  readonly cursor?: string
  readonly agreement?: string | undefined
  /** Trace context of the hop that returns the event; by default that of the hop before. */
  readonly traceparent?: string | undefined
  readonly deliveries?: readonly object[]
}

/** An event with what the bus added, as JSON text. The event itself is copied byte for byte from the archive. */
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
