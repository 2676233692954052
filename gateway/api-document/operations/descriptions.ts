import { at, jwk } from '../examples.ts'
import type { OperationDocuments } from '../operation-document.ts'

const document = { type: 'object', additionalProperties: true }

const bus = 'https://bus.example.gov.vn'
const mebibyte = 1_048_576

export const descriptionOperations: OperationDocuments = {
  'GET /.well-known/lienthong': {
    id: 'readAbout',
    description:
      'What a system must know before its first request: the `aud` of tokens, the clock of the bus, its limits, and where its keys and descriptions are. `lienthong doctor --gateway` compares it with what a system uses.',
    answers: {
      200: {
        description: 'What a system must know.',
        example: {
          audience: bus,
          time: at,
          token: { type: 'lienthong+jwt', lifetimeSeconds: 300, clockToleranceSeconds: 30 },
          busKeys: { url: `${bus}/.well-known/jwks.json`, kids: ['bus-2026'] },
          limits: {
            bodyBytes: mebibyte,
            eventsPerRequest: 500,
            recipientsPerEvent: 500,
            attachmentBytes: 2048 * mebibyte,
            attachmentsPerEvent: 100,
            attachmentBytesPerEvent: 2048 * mebibyte,
            unlistedAttachmentSeconds: 86_400,
            inboxPage: 500,
            inboxTypes: 30,
            inboxWaitSeconds: 30,
            answersPerRequest: 500,
            listPage: 500
          },
          documents: {
            openapi: `${bus}/openapi.json`,
            asyncapi: `${bus}/asyncapi.json`,
            problems: `${bus}/problems`
          }
        },
        headers: { 'cache-control': { description: 'Always `no-store`.', schema: { type: 'string' } } }
      }
    }
  },
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
