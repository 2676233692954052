import {
  attachmentRecord,
  type FieldShape,
  maxItems,
  type RecordShape,
  type Shape
} from '../avro/payload-shape.ts'
import { fileNamePattern, maxFileNameLength } from './file-name.ts'

/** JSON Schema of a payload's JSON form, with keywords that all drafts since 7 share. */
export function payloadJsonSchema(shape: RecordShape): object {
  return toJsonSchema(shape)
}

function toJsonSchema(shape: Shape): object {
  switch (shape.kind) {
    case 'string':
      return { type: 'string' }
    case 'boolean':
      return { type: 'boolean' }
    case 'bytes':
      return { type: 'string', pattern: '^[A-Za-z0-9_-]*$', contentEncoding: 'base64url' }
    case 'int':
      return { type: 'integer', minimum: -2_147_483_648, maximum: 2_147_483_647 }
    case 'long':
      return { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }
    case 'date':
      return { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }
    case 'instant':
      return {
        type: 'string',
        pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$'
      }
    case 'enum':
      return { type: 'string', enum: [...shape.symbols] }
    case 'array':
      return { type: 'array', items: toJsonSchema(shape.items), maxItems }
    case 'record':
      return {
        type: 'object',
        ...(shape.doc === '' ? {} : { description: shape.doc }),
        properties: Object.fromEntries(shape.fields.map((field) => [field.name, fieldSchema(field, shape)])),
        required: shape.fields.filter(({ optional }) => !optional).map(({ name }) => name),
        additionalProperties: false
      }
  }
}

function fieldSchema({ name, doc, shape }: FieldShape, parent: RecordShape): object {
  const rules = parent.name === attachmentRecord ? attachmentRules[name] : undefined
  return { description: doc, ...toJsonSchema(shape), ...rules }
}

const token = '[A-Za-z0-9!#$&^_.+-]{1,127}'

/** A media type of an attachment, with parameters or without. */
export const mediaTypePattern = `^${token}/${token}(; ?[\\x20-\\x7e]{1,127})?$`

/** Rules for attachments that Avro cannot express, by field. */
export const attachmentRules: Readonly<Record<string, object>> = {
  name: { minLength: 1, maxLength: maxFileNameLength, pattern: fileNamePattern },
  mediaType: { pattern: mediaTypePattern },
  size: { minimum: 0 },
  sha256: { pattern: '^[0-9a-f]{64}$' }
}

/** Describes the values of a shape without words of a human language, for error texts. */
export function expectedOf(shape: Shape): string {
  switch (shape.kind) {
    case 'int':
      return 'integer, −2147483648…2147483647'
    case 'long':
      return 'integer, ±(2^53 − 1)'
    case 'bytes':
      return 'base64url'
    case 'date':
      return 'YYYY-MM-DD'
    case 'instant':
      return 'YYYY-MM-DDTHH:MM:SS.sssZ'
    case 'enum':
      return shape.symbols.join(' | ')
    case 'record':
      return 'object'
    default:
      return shape.kind
  }
}

const expectedOfAttachment: Readonly<Record<string, string>> = {
  name: `string, 1…${maxFileNameLength}`,
  mediaType: 'type/subtype',
  size: 'integer, ≥ 0',
  sha256: '[0-9a-f]{64}'
}

/** As `expectedOf`, for a field: its record may define more than its type. */
export function expectedOfField({ name, shape }: FieldShape, parent: RecordShape): string {
  return (parent.name === attachmentRecord ? expectedOfAttachment[name] : undefined) ?? expectedOf(shape)
}
