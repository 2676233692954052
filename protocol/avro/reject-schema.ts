import { BusError } from '../errors/bus-error.ts'
import type { Fault } from '../errors/faults.ts'
import { type AvroJson, isArray, isObject } from './avro-json.ts'

/** Throws `BUS_SCHEMA_INVALID` with the field (empty for the whole schema) and what was found there. */
export function rejectSchema(field: string, fault: Fault, got: AvroJson = ''): never {
  throw new BusError('BUS_SCHEMA_INVALID', fault, { values: { field: field || '/', got: shorten(got) } })
}

/** Shortens a value; objects and arrays are only named. */
function shorten(got: AvroJson): string {
  if (isArray(got)) return '[…]'
  return isObject(got) ? '{…}' : String(got).slice(0, 100)
}
