import { ofAttributes } from '../../event-attributes.ts'
import { event, hash, later, proof, recipient, system } from '../examples.ts'
import { type OperationDocuments, toComponent } from '../operation-document.ts'

const result = { source: system, id: event.id, status: 'accepted', hash, recordedtime: later, receipt: proof }
const item = {
  event,
  added: { recordedtime: later },
  signature: proof,
  receipt: proof,
  deliveries: [{ agency: recipient, state: 'pending' }]
}

/** Headers of binary mode. Every one is optional here: the other modes have none of them. */
const { properties } = ofAttributes((name) => `ce-${name}`) as { readonly properties: Record<string, Header> }
type Header = { readonly description?: string; readonly [member: string]: unknown }
const ofEvent: Readonly<Record<string, unknown>> = event
const binaryHeaders = Object.entries(properties).map(([name, { description, ...schema }]) => ({
  in: 'header' as const,
  name,
  description: `Only in binary mode. ${description ?? 'Attribute of the event.'}`,
  schema: { type: 'string', ...schema },
  example: ofEvent[name.slice('ce-'.length)] ?? binaryExamples()[name]
}))

function binaryExamples(): Readonly<Record<string, unknown>> {
  return {
    'ce-correlationid': event.subject,
    'ce-causationid': event.id,
    'ce-onbehalfof': recipient,
    'ce-traceparent': '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    'ce-tracestate': 'vendor=1',
    'ce-expirytime': '2027-01-01T00:00:00Z',
    'ce-dataclassification': 'internal'
  }
}

const published = {
  description:
    'What became of each event, in the order sent. Keep the receipt: it proves that the bus has the event.'
}
const found = {
  200: {
    description: 'The event as it was written, with its proofs and the status at each recipient.',
    example: item
  }
}

export const eventOperations: OperationDocuments = {
  'POST /v1/events': {
    id: 'publishEvents',
    description:
      'Publishes one event or a batch of up to 500. The token is signed over exactly these events. An event that was sent before, unchanged, is answered with its first receipt, so repeat a request that had no answer. A batch is answered event by event; a single event that is rejected is answered with its problem.',
    parameters: binaryHeaders,
    body: {
      description:
        'CloudEvents 1.0: structured, in a batch, or in binary mode with the attributes in headers.',
      content: {
        'application/cloudevents+json': { schema: toComponent('NewEvent'), example: event },
        'application/cloudevents-batch+json': {
          schema: { type: 'array', items: toComponent('NewEvent'), minItems: 1, maxItems: 500 },
          example: [event]
        },
        'application/json': { schema: toComponent('NewEventData'), example: event.data }
      }
    },
    answers: {
      202: {
        ...published,
        example: { results: [result] },
        headers: {
          location: { description: 'Address of the event; not for a batch.', schema: { type: 'string' } }
        }
      },
      207: {
        description: 'Some events of the batch are rejected; the others are accepted.',
        example: {
          results: [
            result,
            {
              source: system,
              id: 'another',
              status: 'rejected',
              problem: {
                type: 'https://lienthong.dev/problems/payload-invalid',
                title: 'Event data does not match its schema',
                status: 422,
                detail: 'Event data does not match its schema.',
                code: 'BUS_PAYLOAD_INVALID'
              }
            }
          ]
        }
      }
    },
    errors: [
      'BUS_ATTRIBUTE_INVALID',
      'BUS_AGENCY_CLOSED',
      'BUS_PAYLOAD_INVALID',
      'BUS_ATTACHMENT_MISSING',
      'BUS_EVENT_ID_SPENT'
    ]
  },
  'GET /v1/events/{hash}': {
    id: 'readEvent',
    description:
      'An event that the calling agency published or received. Its publisher sees the status at every recipient, a recipient its own.',
    answers: found,
    errors: ['BUS_NOT_FOUND', 'BUS_RECORD_FOREIGN']
  },
  'GET /v1/events': {
    id: 'findEvent',
    description: 'The same by the source and id that its publisher gave it.',
    answers: found,
    errors: ['BUS_NOT_FOUND', 'BUS_RECORD_FOREIGN']
  }
}

/** Components: an event to be published, of any of these types, and its data alone, as binary mode has it. */
export function newEventSchemas(types: readonly string[]): Readonly<Record<string, object>> {
  const Envelope = {
    ...ofAttributes((name) => name),
    description: 'Attributes of an event (CloudEvents 1.0). Other attributes are kept unchanged.'
  }
  return {
    EventAttributes: Envelope,
    NewEvent: {
      description: 'An event of one of the registered types.',
      anyOf: types.map((type) => toComponent(`event.${type}`))
    },
    NewEventData: {
      description: 'The data of an event, by its type.',
      anyOf: types.map(toComponent)
    },
    ...Object.fromEntries(
      types.map((type) => [
        `event.${type}`,
        {
          description: `An event of the type ${type}.`,
          allOf: [
            toComponent('EventAttributes'),
            {
              type: 'object',
              properties: { type: { type: 'string', const: type }, data: toComponent(type) },
              required: ['type', 'data']
            }
          ]
        }
      ])
    )
  }
}
