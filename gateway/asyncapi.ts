import type { EventType } from '#bus/registry/event-types.ts'
import { securitySchemes } from './openapi.ts'
import { AddedSchema, ProofSchema } from './routes/shapes.ts'

/**
 * The AsyncAPI 3.0 document of the bus as an agency's system meets it: it
 * sends to `/v1/events` and receives from `/v1/inbox`. Of what is behind the
 * gateway it tells nothing.
 */
export function asyncApiDocument(publicUrl: string, eventTypes: readonly EventType[]): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Liên Thông',
      version: '1',
      description:
        "Written for an agency's system: what it sends and receives. Everything else the gateway does is in /openapi.json.",
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' }
    },
    defaultContentType: 'application/json',
    servers: { gateway: serverOf(publicUrl) },
    channels: {
      publish: {
        address: '/v1/events',
        servers: [ref('servers', 'gateway')],
        description:
          'Takes CloudEvents. Messages are shown in binary mode; structured (application/cloudevents+json) and batches of up to 500 (application/cloudevents-batch+json) are taken too.',
        messages: messagesNamed(eventTypes.map(({ type }) => [type, type]))
      },
      inbox: {
        address: '/v1/inbox',
        servers: [ref('servers', 'gateway')],
        description:
          "The calling agency's events, in order. Messages are the members of `events` of a page; `next` of the page is the `after` of the next request.",
        messages: messagesNamed(eventTypes.map(({ type }) => [type, inboxName(type)]))
      }
    },
    operations: {
      publish: {
        action: 'send',
        channel: ref('channels', 'publish'),
        summary: 'Publish events; the answer holds a signed receipt.',
        security: [ref('components/securitySchemes', 'submission')],
        bindings: { http: { method: 'POST', bindingVersion } }
      },
      readInbox: {
        action: 'receive',
        channel: ref('channels', 'inbox'),
        summary: "Read the agency's next events.",
        security: [ref('components/securitySchemes', 'plain')],
        bindings: { http: { method: 'GET', bindingVersion } }
      }
    },
    components: {
      securitySchemes,
      messages: Object.fromEntries(
        eventTypes.flatMap((one) => [
          [one.type, publishedMessage(one)],
          [inboxName(one.type), inboxMessage(one)]
        ])
      ),
      schemas: {
        ...Object.fromEntries(eventTypes.map(({ type, jsonSchema }) => [type, jsonSchema])),
        headers: ofAttributes((name) => `ce-${name}`),
        event: ofAttributes((name) => name),
        added: AddedSchema,
        proof: ProofSchema
      }
    }
  }
}

const bindingVersion = '0.3.0'

interface Attribute {
  readonly isRequired?: true
  readonly schema: object
}

/** The attributes the bus knows; in a header each is percent-encoded, so only what needs no encoding has a form here. */
const attributes: Readonly<Record<string, Attribute>> = {
  specversion: { isRequired: true, schema: { type: 'string', const: '1.0' } },
  id: { isRequired: true, schema: text("The event's name, one of its source.") },
  source: { isRequired: true, schema: text('The publishing system: /agencies/<code>/systems/<name>.') },
  type: { isRequired: true, schema: text('The event type: <domain>.<event>.v<n>.') },
  subject: {
    isRequired: true,
    schema: text('What the event is about; events of one subject keep their order.')
  },
  time: {
    isRequired: true,
    schema: { ...text('When it happened, RFC 3339.'), format: 'date-time' }
  },
  nonce: {
    isRequired: true,
    schema: { ...text('128 random bits, base64url.'), pattern: '^[A-Za-z0-9_-]{21}[AQgw]$' }
  },
  recipients: { schema: text('Codes of the agencies it is for, comma-separated.') },
  correlationid: { schema: text('The flow it belongs to; absent: that of its subject.') },
  causationid: { schema: text('The event that led to it.') },
  onbehalfof: { schema: text('Code of the agency it is sent for.') },
  traceparent: { schema: text('W3C trace context.') },
  tracestate: { schema: text('W3C trace state.') },
  expirytime: { schema: { ...text('From then on it is not handed over, RFC 3339.'), format: 'date-time' } },
  dataclassification: { schema: { type: 'string', enum: ['public', 'internal', 'personal'] } }
}

/** Extension attributes are carried as they are, so others are let be. */
function ofAttributes(named: (attribute: string) => string): object {
  const all = Object.entries(attributes)
  return {
    type: 'object',
    properties: Object.fromEntries(all.map(([name, { schema }]) => [named(name), schema])),
    required: all.filter(([, { isRequired }]) => isRequired).map(([name]) => named(name))
  }
}

function publishedMessage({ type }: EventType): object {
  return {
    name: type,
    title: type,
    contentType: 'application/json',
    headers: {
      allOf: [ref('components/schemas', 'headers'), { properties: { 'ce-type': { const: type } } }]
    },
    payload: ref('components/schemas', type),
    correlationId: { location: '$message.header#/ce-correlationid' }
  }
}

function inboxMessage({ type }: EventType): object {
  const data = ref('components/schemas', type)
  return {
    name: type,
    title: `${type} in an inbox`,
    contentType: 'application/json',
    payload: {
      type: 'object',
      properties: {
        cursor: text('Goes on after this event, given as `after`.'),
        event: {
          allOf: [
            ref('components/schemas', 'event'),
            { properties: { type: { const: type }, data }, required: ['data'] }
          ]
        },
        added: ref('components/schemas', 'added'),
        signature: ref('components/schemas', 'proof'),
        receipt: ref('components/schemas', 'proof')
      },
      required: ['cursor', 'event', 'added', 'receipt']
    },
    correlationId: { location: '$message.payload#/event/correlationid' }
  }
}

/** No type has four words, so none is named like this. */
function inboxName(type: string): string {
  return `inbox.${type}`
}

function messagesNamed(names: readonly (readonly [string, string])[]): object {
  return Object.fromEntries(names.map(([type, name]) => [type, ref('components/messages', name)]))
}

function serverOf(publicUrl: string): object {
  const { host, protocol, pathname } = new URL(publicUrl)
  return { host, protocol: protocol.slice(0, -1), ...(pathname === '/' ? {} : { pathname }) }
}

function text(description: string): object {
  return { type: 'string', description }
}

function ref(place: string, name: string): object {
  return { $ref: `#/${place}/${name}` }
}
