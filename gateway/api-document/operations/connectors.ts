import { Body } from '../../routes/connectors/connector-routes.ts'
import { at, readerSystem, recipient } from '../examples.ts'
import type { OperationDocuments } from '../operation-document.ts'

const connector = {
  name: 'documents',
  kind: 'document',
  system: readerSystem,
  agency: recipient,
  state: 'running',
  since: at,
  counts: { toPublish: 0, quarantined: 0, waiting: 0, dead: 0, inDoubt: 0 }
}
const quarantined = {
  item: 1,
  connector: 'documents',
  reference: 'goi-tin-15.edxml',
  code: 'BUS_PACKAGE_INVALID',
  reason: 'The package has no DocumentId.',
  since: at,
  isKept: true
}

export const connectorOperations: OperationDocuments = {
  'GET /v1/connectors': {
    id: 'listConnectors',
    description:
      'The connector instances of the calling agency, or of all for operators and auditors, with their states and counts.',
    answers: { 200: { description: 'The instances.', example: { items: [connector] } } }
  },
  'GET /v1/connectors/{name}': {
    id: 'readConnector',
    description: 'One connector instance.',
    answers: { 200: { description: 'The instance.', example: connector } },
    errors: ['BUS_NOT_FOUND']
  },
  'POST /v1/connectors': {
    id: 'actOnConnector',
    description:
      'Pauses, resumes, restarts, checks or resets a connector instance, retries quarantined items, or has all processes read the settings again.',
    body: {
      description: 'The act and the instance.',
      content: {
        'application/json': {
          schema: Body,
          example: { act: 'pause', connector: 'documents', reason: 'Bảo trì' }
        }
      }
    },
    answers: { 200: { description: 'What came of it.', example: { result: 'done' } } },
    errors: ['BUS_ACT_INVALID', 'BUS_ACT_CONFLICT', 'BUS_NOT_FOUND']
  },
  'GET /v1/quarantine': {
    id: 'listQuarantine',
    description: 'What connectors received from outside systems and could not use, oldest first.',
    answers: {
      200: {
        description: 'A page of items.',
        example: { items: [quarantined] },
        headers: { link: { description: 'The next page (RFC 8288).', schema: { type: 'string' } } }
      }
    }
  },
  'GET /v1/quarantine/{item}': {
    id: 'readQuarantined',
    description: 'One quarantined item, with the reason.',
    answers: { 200: { description: 'The item.', example: quarantined } },
    errors: ['BUS_NOT_FOUND']
  }
}
