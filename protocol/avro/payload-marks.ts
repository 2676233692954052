import type { FieldShape, RecordShape, Shape } from './payload-shape.ts'
import { rejectSchema } from './reject-schema.ts'

/**
 * The marks of a field: `sender` means that it has the code of the agency that sends the event, `subject` that
 * it has the same value as the attribute `subject`. `true` marks a field of type string; on a record, the name
 * of a member marks that member.
 */
export type MarkName = 'sender' | 'subject'

export const markNames: readonly MarkName[] = ['sender', 'subject']

/** A field that a schema marks. */
export interface MarkedField {
  /** Names of the members that lead to it. */
  readonly path: readonly string[]
  /** It, or a record it stands in, may be absent. */
  readonly optional: boolean
}

/** The fields with this mark, in the order of the schema. Ignores invalid marks: an earlier release may have accepted them. */
export function markedFields(shape: RecordShape, name: MarkName): readonly MarkedField[] {
  return shape.fields.flatMap((field): readonly MarkedField[] => {
    const inner = field.shape.kind === 'record' ? markedFields(field.shape, name) : []
    const path = markedIn(field, name)
    return [...(path ? [path] : []), ...inner].map((found) => ({
      path: [field.name, ...found.path],
      optional: field.optional || found.optional
    }))
  })
}

/** Throws `BUS_SCHEMA_INVALID` for an invalid mark, and for one in a list: its items cannot all name the one sender. */
export function checkMarks(shape: Shape, path = '', isInList = false): void {
  if (shape.kind === 'array') return checkMarks(shape.items, `${path}[]`, true)
  if (shape.kind !== 'record') return
  for (const field of shape.fields) {
    const at = path === '' ? field.name : `${path}.${field.name}`
    for (const name of markNames) {
      const written = field[name]
      if (written === undefined || written === false) continue
      if (isInList) rejectSchema(at, 'schema-mark-in-list')
      if (!markedIn(field, name)) rejectSchema(at, 'schema-mark-malformed', written)
    }
    checkMarks(field.shape, at, isInList)
  }
}

/** What the field's own mark points to; undefined if it has no valid mark. */
function markedIn(field: FieldShape, name: MarkName): MarkedField | undefined {
  const { shape, personal, [name]: mark } = field
  if (personal) return undefined // A sender or a subject is never personal data.
  if (mark === true && shape.kind === 'string') return { path: [], optional: false }
  const member = shape.kind === 'record' ? shape.fields.find((one) => one.name === mark) : undefined
  const isText = member?.shape.kind === 'string' && !member.personal
  return isText ? { path: [member.name], optional: member.optional } : undefined
}
