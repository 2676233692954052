import { attachmentRecord, type FieldShape, type RecordShape, type Shape } from '../avro/payload-shape.ts'
import { BusError } from '../errors/bus-error.ts'
import { isJsonObject, type Json } from './json.ts'
import type { Violation } from './json-schema.ts'
import { expectedOf, expectedOfField } from './payload-json-schema.ts'

/**
 * Turns a violation found by Ajv into our error: the place, what was expected, and what was found unless
 * the field is personal.
 */
export function toPayloadError(
  { keyword, instancePath, params }: Violation,
  shape: RecordShape,
  data: Json
): BusError {
  const path = instancePath || '/'
  const { expected, personal, value, isFileName } = lookUp(instancePath, shape, data)
  if (isFileName && typeof value === 'string') return fault('payload-attachment-name', { path })
  switch (keyword) {
    case 'required':
      return fault('payload-missing', { path, name: String(params.missingProperty) })
    case 'additionalProperties':
      return fault('payload-unknown', { path, name: String(params.additionalProperty).slice(0, 100) })
    case 'maxItems':
      return fault('payload-too-many-items', { path, limit: Number(params.limit) })
    default:
      if (value === null) return fault('payload-null', { path })
      return personal
        ? fault('payload-malformed', { path, expected })
        : fault('payload-differs', { path, expected, got: shown(value) })
  }
}

type PayloadFault =
  | 'payload-missing'
  | 'payload-unknown'
  | 'payload-too-many-items'
  | 'payload-null'
  | 'payload-malformed'
  | 'payload-differs'
  | 'payload-attachment-name'

function fault(key: PayloadFault, values: Readonly<Record<string, string | number>>): BusError {
  return new BusError('BUS_PAYLOAD_INVALID', key, { values })
}

interface Place {
  readonly expected: string
  readonly personal: boolean
  readonly value: Json | undefined
  /** It is the name of an attachment. */
  readonly isFileName: boolean
}

/** Follows a JSON pointer through schema and payload at the same time. */
function lookUp(pointer: string, root: RecordShape, data: Json): Place {
  let shape: Shape = root
  let place: Place = { expected: expectedOf(root), personal: false, value: data, isFileName: false }
  for (const step of pointer.split('/').slice(1)) {
    const value = (place.value as Readonly<Record<string, Json>> | undefined)?.[step]
    if (shape.kind === 'array') {
      shape = shape.items
      place = { expected: expectedOf(shape), personal: place.personal, value, isFileName: false }
    } else if (shape.kind === 'record') {
      const field: FieldShape | undefined = shape.fields.find(({ name }) => name === step)
      if (!field) return place
      place = {
        expected: expectedOfField(field, shape),
        personal: place.personal || field.personal,
        value,
        isFileName: shape.name === attachmentRecord && step === 'name'
      }
      shape = field.shape
    }
  }
  return place
}

/** The value found, cut to 100 characters. Objects and arrays are only named, since they may contain anything. */
function shown(value: Json | undefined): string {
  if (Array.isArray(value)) return 'array'
  return isJsonObject(value) ? 'object' : JSON.stringify(value ?? null).slice(0, 100)
}
