import { jwk } from '../examples.ts'
import type { OperationDocuments } from '../operation-document.ts'

const document = { type: 'object', additionalProperties: true }

export const descriptionOperations: OperationDocuments = {
  'GET /.well-known/jwks.json': {
    id: 'readBusKeys',
    description: 'Every key that the bus has signed receipts with, past ones included (RFC 7517).',
    answers: { 200: { description: 'The keys.', example: { keys: [jwk] } } }
  },
  'GET /problems': {
    id: 'readProblems',
    description: 'Every problem type: what it means and what to do, in Vietnamese and English.',
    answers: {
      200: {
        description: 'A page in Markdown.',
        schema: { type: 'string' },
        example: '# Problems\n',
        mediaTypes: ['text/markdown']
      }
    }
  },
  'GET /openapi.json': {
    id: 'readOpenApi',
    description: 'This document: OpenAPI 3.1 of everything that the bus serves over HTTP.',
    answers: { 200: { description: 'The document.', schema: document, example: { openapi: '3.1.1' } } }
  },
  'GET /asyncapi.json': {
    id: 'readAsyncApi',
    description: 'AsyncAPI 3.0 of every event type, for tools that work with messages.',
    answers: { 200: { description: 'The document.', schema: document, example: { asyncapi: '3.0.0' } } }
  }
}
