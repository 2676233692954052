import type { RecordShape, Shape } from './avro-schema.ts'

/** JSON Schema (2020-12 keywords that Ajv's draft-07 core knows too) of a payload's JSON form. */
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
      return { type: 'array', items: toJsonSchema(shape.items), maxItems: 10_000 }
    case 'record':
      return {
        type: 'object',
        ...(shape.doc === '' ? {} : { description: shape.doc }),
        properties: Object.fromEntries(
          shape.fields.map(({ name, doc, shape: field }) => [
            name,
            { description: doc, ...toJsonSchema(field) }
          ])
        ),
        required: shape.fields.filter(({ optional }) => !optional).map(({ name }) => name),
        additionalProperties: false
      }
  }
}
