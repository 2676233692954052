import { type MarkedField, markedFields } from '../avro/payload-marks.ts'
import type { RecordShape } from '../avro/payload-shape.ts'
import { BusError } from '../errors/bus-error.ts'
import { agencyOf, type BusEvent } from './event.ts'
import type { Json, JsonObject } from './json.ts'

/** The fields marked `subject`. The first one that is present counts: optional fields come before required ones. */
export function subjectFields(shape: RecordShape): readonly MarkedField[] {
  return markedFields(shape, 'subject').toSorted((a, b) => Number(b.optional) - Number(a.optional))
}

/** Compiles the check that the marked fields of a payload match `source` and `subject` of its event. */
export function namesCheckOf(shape: RecordShape): (event: BusEvent) => void {
  const senders = markedFields(shape, 'sender')
  const subjects = subjectFields(shape)
  return ({ data, source, subject }) => {
    for (const field of senders) {
      const got = valueAt(data, field)
      const expected = agencyOf(source)
      if (got !== undefined && got !== expected) refuse('payload-sender-differs', field, { expected, got })
    }
    for (const field of subjects) {
      const got = valueAt(data, field)
      if (got === undefined) continue
      if (got !== subject) refuse('payload-subject-differs', field, { expected: subject, got })
      return
    }
  }
}

/** The value of a marked field; undefined if it, or a record it stands in, is absent. */
export function valueAt(data: JsonObject, { path }: Pick<MarkedField, 'path'>): Json | undefined {
  let value: Json | undefined = data
  for (const name of path) value = (value as JsonObject | undefined)?.[name]
  return value
}

function refuse(
  fault: 'payload-sender-differs' | 'payload-subject-differs',
  { path }: MarkedField,
  { expected, got }: { readonly expected: string; readonly got: Json }
): never {
  throw new BusError('BUS_PAYLOAD_INVALID', fault, {
    values: { path: `/${path.join('/')}`, expected, got: String(got).slice(0, 100) }
  })
}
