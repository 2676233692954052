import { parseAvro } from '../avro/parse-avro.ts'
import { toPayloadShape } from '../avro/payload-profile.ts'
import type { RecordShape } from '../avro/payload-shape.ts'
import { BusError } from '../errors/bus-error.ts'
import { parseStrictJson } from './strict-json.ts'

/**
 * Reads an Avro schema for an event type: strict JSON, within the payload profile. Throws
 * `BUS_SCHEMA_INVALID` naming the field.
 */
export function readEventSchema(text: string): RecordShape {
  try {
    parseStrictJson(Buffer.from(text))
  } catch (cause) {
    throw new BusError('BUS_SCHEMA_INVALID', 'schema-not-json', { cause })
  }
  return toPayloadShape(parseAvro(text))
}
