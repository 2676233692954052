import type { EventType } from '#bus/registry/event-types.ts'
import { ofAttributes } from './event-attributes.ts'
import { AddedSchema, ProofSchema } from './routes/shapes.ts'
import { securitySchemes } from './security-schemes.ts'

/**
 * The AsyncAPI 3.0 document for an agency's system, which sends to `/v1/events` and receives from
 * `/v1/inbox`. Describes nothing behind the gateway.
 */
export function asyncApiDocument(publicUrl: string, eventTypes: readonly EventType[]): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Liên Thông',
      version: '1',
      description:
        "The events that an agency's system sends and receives. /openapi.json describes the rest of the API.",
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' }
    },
    defaultContentType: 'application/json',
    servers: { gateway: serverOf(publicUrl) },
    channels: {
      publish: {
        address: '/v1/events',
        servers: [ref('servers', 'gateway')],
        description:
          'Accepts CloudEvents. Messages are described in binary mode; structured mode (application/cloudevents+json) and batches of up to 500 (application/cloudevents-batch+json) are accepted too.',
        messages: messagesNamed(eventTypes.map(({ type }) => [type, type]))
      },
      inbox: {
        address: '/v1/inbox',
        servers: [ref('servers', 'gateway')],
        description:
          "The calling agency's events, in order. Messages are the items of `events` in a page. Pass `next` of the page as `after` of the next request.",
        messages: messagesNamed(eventTypes.map(({ type }) => [type, inboxName(type)]))
      }
    },
    operations: {
      publish: {
        action: 'send',
        channel: ref('channels', 'publish'),
        summary: 'Publish events; the answer contains a signed receipt.',
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
        cursor: text('Pass it as `after` to continue after this event.'),
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

/** An event type never has four parts, so no type has this name. */
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
