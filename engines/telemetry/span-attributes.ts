import { topicOf } from '#protocol/events/event.ts'
import type { HopName, TracedEvent } from './tracing.ts'

/**
 * The attribute names in our spans: OpenTelemetry's messaging conventions 1.45, which are not stable yet,
 * and those of CloudEvents. No other file names them.
 */
const names = {
  system: 'messaging.system.name',
  destination: 'messaging.destination.name',
  operation: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  channel: 'messaging.consumer.group.name',
  batchSize: 'messaging.batch.message_count',
  conversation: 'messaging.message.conversation_id',
  id: 'cloudevents.event_id',
  type: 'cloudevents.event_type',
  source: 'cloudevents.event_source'
} as const

/** The error code of a failed span. */
export const errorType = 'error.type'

const operationTypes = { send: 'send', process: 'process', poll: 'receive', deliver: 'process' } as const

/** Identifies the event and the hop. Contains nothing of the payload, and not the subject. */
export function attributesOf(hop: HopName, event: TracedEvent, channel?: string): Record<string, string> {
  return {
    [names.system]: 'lienthong',
    [names.destination]: topicOf(event.type),
    [names.operation]: hop,
    [names.operationType]: operationTypes[hop],
    [names.id]: event.id,
    [names.type]: event.type,
    [names.source]: event.source,
    ...(event.correlationid === undefined ? {} : { [names.conversation]: event.correlationid }),
    ...(channel === undefined ? {} : { [names.channel]: channel })
  }
}

/** Attributes of the span of one inbox request: its reader and the number of events returned. */
export function attributesOfReading(reader: string, events: number): Record<string, string | number> {
  return {
    [names.system]: 'lienthong',
    [names.operation]: 'poll',
    [names.operationType]: operationTypes.poll,
    [names.channel]: reader,
    [names.batchSize]: events
  }
}
