import { Acknowledgements } from '../../routes/inbox/acknowledge.ts'
import { event, later, proof, system } from '../examples.ts'
import type { OperationDocuments } from '../operation-document.ts'

const cursor = 'MS4xMjM0'

export const inboxOperations: OperationDocuments = {
  'GET /v1/inbox': {
    id: 'readInbox',
    description:
      'The next events for the calling agency, in order. Process the page, store `next`, and pass it as `after` of the next request. Reading again from an earlier cursor is harmless. With `waitSeconds` an empty inbox is answered as soon as an event comes in.',
    answers: {
      200: {
        description: 'A page of events; empty if there are no more.',
        example: {
          events: [{ cursor, event, added: { recordedtime: later }, signature: proof, receipt: proof }],
          next: cursor
        }
      }
    },
    errors: ['BUS_CURSOR_INVALID', 'BUS_CURSOR_EXPIRED', 'BUS_RECORD_FOREIGN']
  },
  'POST /v1/inbox/acknowledgements': {
    id: 'acknowledgeEvents',
    description:
      'Tells the senders whether the agency accepts or rejects events. All answers of a request are recorded, or none. The first answer to an event is final; the same answer again is harmless.',
    body: {
      description: 'Up to 500 answers.',
      content: {
        'application/json': {
          schema: Acknowledgements,
          example: { acknowledgements: [{ source: system, id: event.id, state: 'accepted' }] }
        }
      }
    },
    answers: { 200: { description: 'Recorded.', example: { recorded: 1 } } },
    errors: ['BUS_ACT_INVALID', 'BUS_NOT_FOUND', 'BUS_STATE_CONFLICT', 'BUS_RECORD_FOREIGN']
  }
}
