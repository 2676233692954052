import { sha256 } from '../examples.ts'
import type { HeaderDocument, OperationDocuments } from '../operation-document.ts'

const text = { type: 'string' }
const count = { type: 'integer', minimum: 0 }
const bytes = { type: 'string', format: 'binary' }
const progress: Readonly<Record<string, HeaderDocument>> = {
  'upload-offset': { description: 'Number of bytes stored.', schema: count },
  'upload-length': { description: 'Size of the whole attachment in bytes.', schema: count },
  'upload-complete': { description: '`?1` once all bytes are stored, otherwise `?0`.', schema: text },
  'upload-limit': { description: 'Largest size, and how long an unfinished upload is kept.', schema: text }
}
const etag = { description: 'The SHA-256 in quotation marks.', schema: text }
const ranges = { description: 'Always `bytes`.', schema: text }
const stored = { sha256, size: 4 }
const complete = {
  in: 'header' as const,
  name: 'upload-complete',
  schema: { type: 'string', enum: ['?0', '?1'] },
  example: '?1'
}
const length = {
  in: 'header' as const,
  name: 'upload-length',
  description:
    'Size of the whole attachment in bytes, where this request does not bring all of it. Only with `Upload-Complete`.',
  schema: text,
  example: '4'
}

export const attachmentOperations: OperationDocuments = {
  'GET /v1/attachments/{sha256}': {
    id: 'downloadAttachment',
    description:
      'An attachment, or with `Range` a part of it, for agencies that uploaded it or received an event that lists it.',
    parameters: [
      {
        in: 'header',
        name: 'range',
        description: 'One range of bytes (RFC 9110); several are answered with the whole.',
        schema: text,
        example: 'bytes=0-1'
      },
      {
        in: 'header',
        name: 'if-range',
        description: 'The `ETag` that the range is for; for another the whole is sent.',
        schema: text,
        example: `"${sha256}"`
      },
      {
        in: 'header',
        name: 'if-none-match',
        description: 'An `ETag` that the caller has already.',
        schema: text,
        example: `"${sha256}"`
      }
    ],
    answers: {
      200: {
        description: 'The bytes.',
        schema: bytes,
        example: 'test',
        mediaTypes: ['application/octet-stream'],
        headers: { etag, 'accept-ranges': ranges }
      },
      206: {
        description: 'The part of the bytes that was asked for.',
        schema: bytes,
        example: 'te',
        mediaTypes: ['application/octet-stream'],
        headers: {
          etag,
          'content-range': { description: 'First and last byte, and the size of the whole.', schema: text }
        }
      },
      304: { description: 'The caller has it already.', headers: { etag } }
    },
    errors: ['BUS_NOT_FOUND', 'BUS_RANGE_INVALID']
  },
  'HEAD /v1/attachments/{sha256}': {
    id: 'readUploadProgress',
    description: 'How much of an upload is stored; for a complete attachment also its size.',
    answers: {
      200: {
        description: 'The attachment is complete.',
        headers: { ...progress, etag, 'accept-ranges': ranges }
      },
      204: { description: 'The upload is not complete: continue at `Upload-Offset`.', headers: progress }
    },
    errors: ['BUS_NOT_FOUND']
  },
  'PUT /v1/attachments/{sha256}': {
    id: 'uploadAttachment',
    description:
      'Stores the bytes and checks them against the digest in the address and the announced size. With `Upload-Complete` an upload that broke off can be continued ("Resumable Uploads for HTTP", draft-ietf-httpbis-resumable-upload-09). An attachment that no event lists is deleted after a day.',
    parameters: [
      {
        ...complete,
        description: 'Whether this request brings the last byte. Without it the upload cannot be continued.'
      },
      length
    ],
    body: {
      description:
        'The bytes, of any media type. `Content-Length` is required unless `Upload-Length` is there.',
      isOptional: true,
      content: { 'application/octet-stream': { schema: bytes, example: 'test' } }
    },
    answers: {
      201: {
        description: 'Stored.',
        example: stored,
        headers: {
          ...progress,
          location: { description: 'Address of the attachment; with `Upload-Complete`.', schema: text }
        }
      }
    },
    errors: ['BUS_ATTACHMENT_INVALID', 'BUS_UPLOAD_CONFLICT', 'BUS_QUOTA_EXCEEDED']
  },
  'PATCH /v1/attachments/{sha256}': {
    id: 'continueUpload',
    description: 'Adds bytes to an upload that is not complete, at the offset that `HEAD` tells.',
    parameters: [
      { ...complete, isRequired: true, description: 'Whether this request brings the last byte.' },
      {
        in: 'header',
        name: 'upload-offset',
        isRequired: true,
        description: 'Number of bytes that are stored already.',
        schema: { type: 'string', pattern: '^[0-9]{1,15}$' },
        example: '0'
      }
    ],
    body: {
      description: 'The next bytes.',
      isOptional: true,
      content: { 'application/partial-upload': { schema: bytes, example: 'test' } }
    },
    answers: {
      201: { description: 'Stored, and complete.', example: stored, headers: progress },
      204: { description: 'Stored; more is to come.', headers: progress }
    },
    errors: ['BUS_NOT_FOUND', 'BUS_ATTACHMENT_INVALID', 'BUS_UPLOAD_CONFLICT', 'BUS_QUOTA_EXCEEDED']
  },
  'DELETE /v1/attachments/{sha256}': {
    id: 'cancelUpload',
    description: 'Discards what is stored of an upload that is not complete. A complete attachment stays.',
    answers: { 204: { description: 'Discarded.' } },
    errors: ['BUS_NOT_FOUND', 'BUS_UPLOAD_CONFLICT']
  }
}
