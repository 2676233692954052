import { at, event, hash, later, recipient, sender, subject, system } from '../examples.ts'
import type { OperationDocuments } from '../operation-document.ts'

const holder = { agency: recipient, since: later, expects: ['dossier.completed.v1'] }
const summary = { flow: subject, title: 'Thủ tục mẫu', state: 'open', startedAt: at, lastAt: at }
const agencies = [sender, recipient]
const status = { events: 12, behind: 0 }
const link = { description: 'The next page (RFC 8288), if there is one.', schema: { type: 'string' } }

export const flowOperations: OperationDocuments = {
  'GET /v1/flows': {
    id: 'searchFlows',
    description:
      'Searches cases by words, identifiers, agency, type, state and time; the newest first. An agency finds a case by those of its steps that it may see. With `Accept: text/csv` the answer is one table of everything found, at most 10,000 rows; its last row says if it is cut.',
    parameters: [
      {
        in: 'header',
        name: 'accept',
        description: '`text/csv` for a table.',
        schema: { type: 'string' },
        example: 'application/json'
      }
    ],
    answers: {
      200: {
        description: 'What was found.',
        example: {
          items: [{ ...summary, subjects: [subject], steps: 1, holders: [holder], agencies }],
          behind: 0
        },
        others: { 'text/csv': { schema: { type: 'string' }, example: 'flow,title\r\n' } },
        headers: { link }
      }
    }
  },
  'GET /v1/flows/{flow}': {
    id: 'readFlow',
    description:
      'The steps of a case with the status of each at its recipients, and what should follow and by whom. Of steps that the caller may not see only agency and time are shown.',
    answers: {
      200: {
        description: 'The case.',
        example: {
          ...summary,
          agencies,
          subjects: [subject],
          count: 1,
          steps: [
            {
              number: 1,
              hash,
              type: event.type,
              source: system,
              agency: sender,
              subject,
              time: at,
              recordedTime: later,
              recipients: [{ agency: recipient, state: 'pending' }],
              event: `/v1/events/${hash}`
            }
          ],
          missing: [{ ...holder, isOverdue: false, after: hash, state: 'pending' }]
        },
        headers: { link }
      }
    },
    errors: ['BUS_NOT_FOUND']
  },
  'GET /v1/views/flows': {
    id: 'readFlowsView',
    description: 'How many events the search of cases covers already.',
    answers: { 200: { description: 'How far it is.', example: status } }
  },
  'POST /v1/views/flows': {
    id: 'rebuildFlowsView',
    description:
      'Builds the search of cases again from all events; the old one answers until the new one is complete. For operators.',
    body: {
      isOptional: true,
      description: 'Not read; the token is signed over it all the same.',
      content: { 'application/json': { schema: {}, example: {} } }
    },
    answers: { 200: { description: 'Begun.', example: { ...status, rebuilding: 0 } } }
  }
}
