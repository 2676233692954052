import Type from 'typebox'
import { actHash, at, event, hash, later, sender, system, traceId } from '../examples.ts'
import type { OperationDocuments } from '../operation-document.ts'

const StreamEvent = Type.Object(
  {
    event: Type.Optional(
      Type.Union([Type.Literal('message'), Type.Literal('gap'), Type.Literal('problem')], {
        description:
          'message: an event. gap: some were left out. problem: why the stream ends, as a problem document.'
      })
    ),
    id: Type.Optional(Type.String({ description: 'Where to continue.' })),
    data: Type.Optional(Type.String({ description: 'JSON.' }))
  },
  { description: 'One event of the stream (text/event-stream).' }
)
const link = { description: 'The next page (RFC 8288), if there is one.', schema: { type: 'string' } }
const activity = {
  agency: sender,
  name: 'Sở mẫu A',
  lastPublished: { at: later, type: event.type, hash, system },
  systems: [{ system, lastPublished: later }],
  backlog: 0,
  silentSince: later
}

export const lookupOperations: OperationDocuments = {
  'GET /v1/refusals/{traceId}': {
    id: 'readRefusal',
    description:
      'Why a request was refused, by the `traceId` of its problem: the checks that it passed, the one that failed, and what to do. Kept for 30 days, without what was sent.',
    answers: {
      200: {
        description: 'The refusal.',
        example: {
          traceId,
          at: later,
          code: 'BUS_PAYLOAD_INVALID',
          status: 422,
          title: 'Event data does not match its schema',
          detail: 'Event data does not match its schema.',
          checksPassed: ['request', 'media-type', 'token'],
          check: 'schema',
          caller: { agency: sender, system },
          route: 'POST /v1/events',
          remedy: 'Correct the field named in the detail.'
        }
      }
    },
    errors: ['BUS_NOT_FOUND']
  },
  'GET /v1/acts': {
    id: 'searchActs',
    description:
      'Who did what, newest first: control acts, and acts on deliveries, connectors and quarantined items. An agency sees those that touch it, operators and auditors all.',
    answers: {
      200: {
        description: 'A page of acts.',
        example: {
          items: [
            {
              number: 4,
              act: 'right.granted',
              resource: system,
              by: { system: '/bus/systems/operator' },
              recordedAt: at,
              body: {
                act: 'right.granted',
                resource: system,
                previous: null,
                type: event.type,
                recipients: 'agreements'
              },
              hash: actHash
            }
          ]
        },
        headers: { link }
      }
    }
  },
  'GET /v1/activity': {
    id: 'listActivity',
    description: 'When agencies last published and read, the longest silent first.',
    answers: {
      200: { description: 'A page of agencies.', example: { items: [activity] }, headers: { link } }
    }
  },
  'GET /v1/agencies/{code}/activity': {
    id: 'readActivity',
    description:
      'When one agency and each of its systems last published and read, and how much it has not read.',
    answers: { 200: { description: 'Its activity.', example: activity } },
    errors: ['BUS_NOT_FOUND']
  },
  'GET /v1/live': {
    id: 'followEvents',
    description:
      'A stream of server-sent events, one for each event that the bus stores, without its data. It goes on until the caller closes it, the bus stops, or the caller may not read any more. Pass the last `id` as `Last-Event-ID` to continue.',
    answers: {
      200: {
        description: 'The stream.',
        mediaTypes: ['text/event-stream'],
        schema: StreamEvent,
        example: { event: 'message', id: '1', data: `{"number":1,"type":"${event.type}"}` }
      }
    }
  }
}
