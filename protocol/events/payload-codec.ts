import { AvroWriter } from '../avro/avro-writer.ts'
import { avscTypeOf } from '../avro/avsc-type.ts'
import { boundedWalkOf } from '../avro/bounded-walk.ts'
import type { RecordShape } from '../avro/payload-shape.ts'
import { BusError } from '../errors/bus-error.ts'
import { type Attachment, attachmentsOf } from './attachments-of.ts'
import type { BusEvent } from './event.ts'
import { readEventSchema } from './event-schema.ts'
import type { Json, JsonObject } from './json.ts'
import { compileCheck } from './json-schema.ts'
import { extensionsCheckOf } from './package-extensions.ts'
import { payloadEncoderOf } from './payload-encoder.ts'
import { toPayloadError } from './payload-fault.ts'
import { formOf } from './payload-forms.ts'
import { payloadJsonSchema } from './payload-json-schema.ts'
import { namesCheckOf } from './payload-names.ts'

export type { Attachment } from './attachments-of.ts'

/**
 * Converts payloads of one schema between JSON and Avro in Confluent framing (magic byte 0, four bytes of
 * schema id, body).
 */
export interface PayloadCodec {
  readonly shape: RecordShape
  /** JSON Schema of the JSON form. */
  readonly jsonSchema: object
  /**
   * Throws `BUS_PAYLOAD_INVALID` naming the place, what was expected and what was found; the value of a
   * personal field is left out.
   */
  encode(data: JsonObject, schemaId: number): Buffer
  /**
   * The exact inverse. Safe for bytes of any origin: throws `BUS_PAYLOAD_INVALID` unless they are one
   * framed payload of this schema. Does not compare the schema id.
   */
  decode(framed: Uint8Array): JsonObject
  /** Every attachment that the payload lists, wherever the schema allows one. */
  attachmentsIn(data: JsonObject): readonly Attachment[]
  /**
   * Throws `BUS_PAYLOAD_INVALID` if the payload names another sender than `source`, or another subject. The
   * payload must match the schema: call `encode` first.
   */
  checkNames(event: BusEvent): void
  /** Throws `BUS_PAYLOAD_INVALID` if a document's extensions cannot be written into a package. Call `encode` first. */
  checkExtensions(data: JsonObject): void
}

const framingBytes = 5
const writer = new AvroWriter()

/** Compiles a codec. Takes milliseconds: keep it. Throws `BUS_SCHEMA_INVALID` for a schema outside the profile. */
export function createPayloadCodec(schemaText: string): PayloadCodec {
  const shape = readEventSchema(schemaText)
  const jsonSchema = payloadJsonSchema(shape)
  const check = compileCheck<JsonObject>(jsonSchema, (violation, data) =>
    toPayloadError(violation, shape, data as Json)
  )
  const type = avscTypeOf(schemaText)
  const form = formOf(shape)
  const encode = payloadEncoderOf(shape)
  const walk = boundedWalkOf(shape)

  return {
    shape,
    jsonSchema,

    encode(data, schemaId) {
      writer.start()
      writer.byte(0)
      writer.uint32(schemaId)
      if (encode(data, writer)) return writer.written()
      form.check(check(data))
      throw new TypeError('a payload was refused without an error')
    },

    decode(framed) {
      if (schemaIdOf(framed) === undefined) {
        throw new BusError('BUS_PAYLOAD_INVALID', 'payload-not-avro', { values: { position: 0 } })
      }
      const body = Buffer.from(
        framed.buffer,
        framed.byteOffset + framingBytes,
        framed.byteLength - framingBytes
      )
      walk(body)
      return form.toJson(type.fromBuffer(body)) as JsonObject
    },

    attachmentsIn: attachmentsOf(shape),
    checkNames: namesCheckOf(shape),
    checkExtensions: extensionsCheckOf(shape)
  }
}

/** The schema id in a framed value; undefined if it is not framed. */
export function schemaIdOf(framed: Uint8Array): number | undefined {
  if (framed.length < framingBytes || framed[0] !== 0) return undefined
  return new DataView(framed.buffer, framed.byteOffset).getUint32(1)
}
