import { topicOf } from '#protocol/events/event.ts'
import type { HopName, TracedEvent } from './tracing.ts'

/**
 * The names in our spans: OpenTelemetry's messaging conventions as of 1.45,
 * which are not stable yet, and CloudEvents'. They stand here and nowhere else.
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

/** The code of a failed span. */
export const errorType = 'error.type'

const operationTypes = { send: 'send', process: 'process', poll: 'receive', deliver: 'process' } as const

/** Whose event it is and what is done with it; nothing of what it says or whom it is about. */
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

/** A reading of an inbox and how many events it was given. */
export function attributesOfReading(reader: string, events: number): Record<string, string | number> {
  return {
    [names.system]: 'lienthong',
    [names.operation]: 'poll',
    [names.operationType]: operationTypes.poll,
    [names.channel]: reader,
    [names.batchSize]: events
  }
}
