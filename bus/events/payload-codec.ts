import { Ajv, type ErrorObject } from 'ajv'
import avsc from 'avsc'
import { BusError } from '#bus/errors/bus-error.ts'
import { type RecordShape, readEventSchema, type Shape } from './avro-schema.ts'
import type { Json, JsonObject } from './json.ts'
import { formOf } from './payload-forms.ts'
import { payloadJsonSchema } from './payload-json-schema.ts'

/** How an event lists an attachment: the Avro record `lienthong.Attachment`. */
export interface Attachment {
  readonly name: string
  readonly mediaType: string
  /** Bytes. */
  readonly size: number
  /** 64 lower-case hex digits. */
  readonly sha256: string
}

/** One schema's payloads between JSON and Avro in Confluent framing (magic 0, four bytes of schema id, body). */
export interface PayloadCodec {
  readonly shape: RecordShape
  /** JSON Schema of the JSON form. */
  readonly jsonSchema: object
  /** Throws `BUS_PAYLOAD_INVALID` naming the place; values are never shown, since they may be personal. */
  encode(data: JsonObject, schemaId: number): Buffer
  /** The exact inverse, for bytes the bus itself wrote. */
  decode(framed: Uint8Array): JsonObject
  /** Every attachment the payload lists, wherever the schema allows one. */
  attachmentsIn(data: JsonObject): readonly Attachment[]
}

const ajv = new Ajv({
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: false,
  allErrors: false,
  strict: true
})
const framingBytes = 5
const attachmentName = 'lienthong.Attachment'

export function createPayloadCodec(schemaText: string): PayloadCodec {
  const shape = readEventSchema(schemaText)
  const jsonSchema = payloadJsonSchema(shape)
  const validate = ajv.compile(jsonSchema)
  const type = avsc.Type.forSchema(JSON.parse(schemaText) as avsc.Schema)
  const form = formOf(shape)
  const findAttachments = attachmentFinder(shape)
  let pool = Buffer.allocUnsafe(8192)

  return {
    shape,
    jsonSchema,

    encode(data, schemaId) {
      if (!validate(data)) throw toPayloadError(validate.errors?.[0])
      const value = form.toAvro(data, '')
      let end = type.encode(value, pool, framingBytes)
      if (end < 0) {
        pool = Buffer.allocUnsafe(pool.length - end + 1024) // avsc tells how many bytes were lacking.
        end = type.encode(value, pool, framingBytes)
      }
      pool.writeUInt8(0, 0)
      pool.writeUInt32BE(schemaId, 1)
      return Buffer.from(pool.subarray(0, end))
    },

    decode(framed) {
      const body = Buffer.from(
        framed.buffer,
        framed.byteOffset + framingBytes,
        framed.byteLength - framingBytes
      )
      return form.toJson(type.fromBuffer(body)) as JsonObject
    },

    attachmentsIn(data) {
      const found: Attachment[] = []
      findAttachments?.(data, found)
      return found
    }
  }
}

/** The schema id a framed value was written with; undefined where it is not framed. */
export function schemaIdOf(framed: Uint8Array): number | undefined {
  if (framed.length < framingBytes || framed[0] !== 0) return undefined
  return new DataView(framed.buffer, framed.byteOffset).getUint32(1)
}

type Finder = (value: Json, found: Attachment[]) => void

/** Walks only where the schema can hold an attachment; undefined where it cannot. */
function attachmentFinder(shape: Shape): Finder | undefined {
  if (shape.kind === 'array') {
    const findInItem = attachmentFinder(shape.items)
    return (
      findInItem &&
      ((value, found) => {
        for (const item of value as readonly Json[]) findInItem(item, found)
      })
    )
  }
  if (shape.kind !== 'record') return undefined
  if (shape.name === attachmentName) return (value, found) => found.push(value as unknown as Attachment)
  const finders = shape.fields.flatMap(({ name, shape: field }) => {
    const find = attachmentFinder(field)
    return find ? [{ name, find }] : []
  })
  if (finders.length === 0) return undefined
  return (value, found) => {
    for (const { name, find } of finders) {
      const member = (value as JsonObject)[name]
      if (member !== undefined) find(member, found)
    }
  }
}

function toPayloadError(error: ErrorObject | undefined): BusError {
  const path = error?.instancePath || '/'
  const { params = {}, keyword } = error ?? {}
  switch (keyword) {
    case 'required':
      return new BusError('BUS_PAYLOAD_INVALID', 'payload-missing', {
        values: { path, name: params.missingProperty }
      })
    case 'additionalProperties':
      return new BusError('BUS_PAYLOAD_INVALID', 'payload-unknown', {
        values: { path, name: params.additionalProperty }
      })
    case 'type':
      return new BusError('BUS_PAYLOAD_INVALID', 'payload-malformed', {
        values: { path, expected: params.type }
      })
    case 'enum':
      return new BusError('BUS_PAYLOAD_INVALID', 'payload-malformed', {
        values: { path, expected: String(params.allowedValues) }
      })
    default:
      return new BusError('BUS_PAYLOAD_INVALID', 'payload-malformed', {
        values: { path, expected: error?.message ?? '' }
      })
  }
}
