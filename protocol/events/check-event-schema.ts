import { checkFlowMarks } from '../avro/flow-marks.ts'
import { checkMarks, type MarkedField, markedFields, markNames } from '../avro/payload-marks.ts'
import type { RecordShape, Shape } from '../avro/payload-shape.ts'
import { BusError } from '../errors/bus-error.ts'
import type { Fault } from '../errors/faults.ts'
import { recordNameOf } from './event-subjects.ts'
import { createPayloadCodec } from './payload-codec.ts'

/**
 * Checks that a schema may be registered for an event type: it fits the profile of event types, its record
 * has the name that belongs to the type, its marks are valid, and compared with the type's earlier schemas it
 * only adds optional fields and marks. Throws `BUS_SCHEMA_INVALID` naming the field. Takes milliseconds, since
 * it compiles the schema.
 */
export function checkEventSchema(type: string, text: string, earlier: readonly string[]): RecordShape {
  const { shape } = createPayloadCodec(text)
  const expected = recordNameOf(type)
  if (shape.name !== expected) refuse('schema-name-not-of-type', { got: shape.name, type, expected })
  checkMarks(shape)
  checkFlowMarks(shape)
  const newest = earlier.at(-1)
  if (newest !== undefined) {
    const before = createPayloadCodec(newest).shape
    checkGains(before, shape, '', type)
    for (const name of markNames) checkMarksKept(markedFields(before, name), markedFields(shape, name), type)
  }
  return shape
}

/** A later schema keeps the marks of the earlier one. */
function checkMarksKept(before: readonly MarkedField[], after: readonly MarkedField[], type: string): void {
  const kept = new Set(after.map(({ path }) => path.join('.')))
  const lost = before.map(({ path }) => path.join('.')).find((field) => !kept.has(field))
  if (lost !== undefined) refuse('schema-changes-field', { field: lost, type })
}

/** Checks that each of two schemas can read data written with the other: no field removed, changed or made required. */
function checkGains(before: Shape, after: Shape, field: string, type: string): void {
  const changed = (): never => refuse('schema-changes-field', { field: field || '/', type })
  if (before.kind === 'array' && after.kind === 'array')
    return checkGains(before.items, after.items, `${field}[]`, type)
  if (before.kind === 'enum' && after.kind === 'enum') {
    return String(before.symbols) === String(after.symbols) && before.name === after.name
      ? undefined
      : changed()
  }
  if (before.kind !== 'record' || after.kind !== 'record')
    return before.kind === after.kind ? undefined : changed()
  if (before.name !== after.name) changed()
  const known = new Set(before.fields.map(({ name }) => name))
  for (const { name, optional, personal, shape } of before.fields) {
    const path = field === '' ? name : `${field}.${name}`
    const now = after.fields.find((one) => one.name === name)
    if (now?.optional !== optional || (personal && !now.personal))
      refuse('schema-changes-field', { field: path, type })
    checkGains(shape, now.shape, path, type)
  }
  const gained = after.fields.find(({ name, optional }) => !known.has(name) && !optional)
  if (gained)
    refuse('schema-changes-field', { field: field === '' ? gained.name : `${field}.${gained.name}`, type })
}

function refuse(fault: Fault, values: Readonly<Record<string, string>>): never {
  throw new BusError('BUS_SCHEMA_INVALID', fault, { values })
}
