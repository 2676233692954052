import { Body } from '../../routes/deliveries/act-on-deliveries.ts'
import { event, hash, recipient, sender, subject } from '../examples.ts'
import type { OperationDocuments } from '../operation-document.ts'

const delivery = {
  connector: 'documents',
  state: 'waiting',
  attempts: 1,
  nextAttempt: '2026-11-24T01:00:00.000Z',
  event: hash,
  type: event.type,
  recipient,
  sender,
  subject
}

export const deliveryOperations: OperationDocuments = {
  'GET /v1/deliveries': {
    id: 'listDeliveries',
    description:
      'What connectors have to deliver to outside systems, oldest event first: everything that is open, or with `state` what is in that state. An agency sees what is delivered to it, and with its own code as `sender` what it sent.',
    answers: {
      200: {
        description: 'A page of deliveries.',
        example: { items: [delivery] },
        headers: { link: { description: 'The next page (RFC 8288).', schema: { type: 'string' } } }
      }
    }
  },
  'GET /v1/deliveries/{connector}/{event}': {
    id: 'readDelivery',
    description: 'One delivery, what it waits for, and what people did to it.',
    answers: { 200: { description: 'The delivery.', example: { ...delivery, acts: [] } } },
    errors: ['BUS_NOT_FOUND']
  },
  'POST /v1/deliveries': {
    id: 'actOnDeliveries',
    description:
      'Releases, retries, skips or settles named deliveries, or all that a filter names. With a filter, send `dryRun` first and repeat with the `count` that it returns: if the number has changed, nothing is done.',
    body: {
      description: 'The act, with either `deliveries` or `filter`.',
      content: {
        'application/json': {
          schema: Body,
          example: { act: 'retry', filter: { connector: 'documents' }, dryRun: true }
        }
      }
    },
    answers: { 200: { description: 'Done, or in a dry run counted.', example: { count: 1 } } },
    errors: ['BUS_ACT_INVALID', 'BUS_ACT_CONFLICT', 'BUS_NOT_FOUND']
  }
}
