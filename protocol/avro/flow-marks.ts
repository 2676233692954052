import { type AvroJson, isArray, isObject } from './avro-json.ts'
import type { FieldShape, RecordShape, Shape } from './payload-shape.ts'
import { rejectSchema } from './reject-schema.ts'

/** Kinds of identifiers by which a flow is found: number and notation of a document, dossier code, citizen's code. */
export const keyKinds = ['number', 'dossier', 'citizen'] as const
export type KeyKind = (typeof keyKinds)[number]

/** Names of the members that lead to a field, also through lists. */
export type FieldPath = readonly string[]

/** What the view of flows takes from the payloads of an event type: the schema's property `flow`. */
export interface FlowMarks {
  /**
   * The text that says in a line what the event is about: the first of these that is present. Its words are
   * searched. Never personal data.
   */
  readonly title: readonly FieldPath[]
  /** Identifiers of each kind. One of several fields is their values joined by `/`. */
  readonly keys: readonly { readonly kind: KeyKind; readonly fields: readonly FieldPath[] }[]
  /** The person who did it. */
  readonly actor: Readonly<Partial<Record<ActorPart, FieldPath>>>
}

const actorParts = ['name', 'title', 'department'] as const
export type ActorPart = (typeof actorParts)[number]

/** An event that should follow in the same flow: an item of the schema's property `expects`. */
export interface Expectation {
  readonly type: string
  /** Which agency should send it: each recipient of the event, or its sender. */
  readonly from: 'recipient' | 'sender'
  /** Working hours, a whole number, until it is overdue; absent: never, unless `until` is there. */
  readonly withinWorkingHours?: number
  /** The field with the date or instant from which it is overdue; counts before the hours where it is present. */
  readonly until?: FieldPath
}

const maxPaths = 20
const maxExpectations = 20
const maxHours = 10_000
const typeGrammar = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.v[1-9][0-9]{0,3}$/

/** The property `flow` of a schema. Ignores what is invalid in it: an earlier release may have accepted it. */
export function flowMarks(shape: RecordShape): FlowMarks {
  const flow = isObject(shape.flow) ? shape.flow : {}
  const actor = isObject(flow.actor) ? flow.actor : {}
  return {
    title: textsIn(flow.title).flatMap((text) => {
      const path = titlePath(shape, text)
      return path ? [path] : []
    }),
    keys: keyKinds.flatMap((kind) =>
      textsIn(flow[kind]).flatMap((text) => {
        const fields = text.split('/').map((field) => pathTo(shape, field))
        return fields.every((field) => field !== undefined) ? [{ kind, fields }] : []
      })
    ),
    actor: Object.fromEntries(
      actorParts.flatMap((part) => {
        const path = pathTo(shape, actor[part])
        return path ? [[part, path]] : []
      })
    )
  }
}

/** The property `expects` of a schema, without items that are invalid. */
export function expectations(shape: RecordShape): readonly Expectation[] {
  const items = isArray(shape.expects) ? shape.expects : []
  return items.flatMap((item) => toExpectation(shape, item) ?? [])
}

/** Throws `BUS_SCHEMA_INVALID` for what is invalid in `flow` and `expects`. */
export function checkFlowMarks(shape: RecordShape): void {
  const { flow, expects } = shape
  if (flow !== undefined) {
    if (!isObject(flow)) rejectSchema('flow', 'schema-flow-malformed', flow)
    const { title, actor = {}, ...keys } = flow
    if (title !== undefined) checkTexts('title', title, (text) => titlePath(shape, text) !== undefined)
    if (!isObject(actor)) return rejectSchema('flow.actor', 'schema-flow-malformed', actor)
    for (const [part, path] of Object.entries(actor)) {
      const isKnown = (actorParts as readonly string[]).includes(part)
      if (!isKnown || !pathTo(shape, path)) rejectSchema(`flow.actor.${part}`, 'schema-flow-malformed', path)
    }
    for (const [kind, written] of Object.entries(keys)) {
      const isKnown = (keyKinds as readonly string[]).includes(kind)
      checkTexts(kind, written, (text) => isKnown && text.split('/').every((field) => pathTo(shape, field)))
    }
  }
  if (expects === undefined) return
  if (!isArray(expects) || expects.length > maxExpectations) {
    return rejectSchema('expects', 'schema-expects-malformed', expects)
  }
  for (const [index, item] of expects.entries()) {
    if (!toExpectation(shape, item)) rejectSchema(`expects[${index}]`, 'schema-expects-malformed', item)
  }
}

function checkTexts(member: string, written: AvroJson, isValid: (text: string) => boolean): void {
  const texts = textsIn(written)
  if (texts.length === 0 || texts.length > maxPaths) {
    rejectSchema(`flow.${member}`, 'schema-flow-malformed', written)
  }
  for (const text of texts) if (!isValid(text)) rejectSchema(`flow.${member}`, 'schema-flow-malformed', text)
}

/** A title is shown in lists: it is one text, and not personal data. */
function titlePath(shape: RecordShape, written: AvroJson | undefined): FieldPath | undefined {
  const found = fieldAt(shape, written)
  return found && !found.isPersonal && !found.isInList && found.kind === 'string' ? found.path : undefined
}

function pathTo(shape: RecordShape, written: AvroJson | undefined): FieldPath | undefined {
  const found = fieldAt(shape, written)
  return found?.kind === 'string' ? found.path : undefined
}

interface LocatedField {
  readonly path: FieldPath
  readonly kind: Shape['kind']
  readonly isPersonal: boolean
  readonly isInList: boolean
}

/** The field that a dotted path leads to; a list stands for its items. */
function fieldAt(shape: RecordShape, written: AvroJson | undefined): LocatedField | undefined {
  if (typeof written !== 'string') return undefined
  const path = written.split('.')
  let at: Shape = shape
  let isPersonal = false
  let isInList = false
  for (const name of path) {
    if (at.kind !== 'record') return undefined
    const field: FieldShape | undefined = at.fields.find((one) => one.name === name)
    if (!field) return undefined
    isPersonal ||= field.personal
    at = field.shape
    while (at.kind === 'array') {
      isInList = true
      at = at.items
    }
  }
  return { path, kind: at.kind, isPersonal, isInList }
}

function toExpectation(shape: RecordShape, item: AvroJson): Expectation | undefined {
  if (!isObject(item)) return undefined
  const { type, from, withinWorkingHours, until, ...rest } = item
  if (Object.keys(rest).length > 0 || typeof type !== 'string' || !typeGrammar.test(type)) return undefined
  if (from !== 'recipient' && from !== 'sender') return undefined
  const isHours =
    typeof withinWorkingHours === 'bigint' && withinWorkingHours > 0 && withinWorkingHours <= maxHours
  if (withinWorkingHours !== undefined && !isHours) return undefined
  const found = until === undefined ? undefined : fieldAt(shape, until)
  const isTime = found && !found.isInList && (found.kind === 'date' || found.kind === 'instant')
  if (until !== undefined && !isTime) return undefined
  return {
    type,
    from,
    ...(isHours ? { withinWorkingHours: Number(withinWorkingHours) } : {}),
    ...(found ? { until: found.path } : {})
  }
}

/** One text or a list of them. */
function textsIn(written: AvroJson | undefined): readonly string[] {
  if (typeof written === 'string') return [written]
  return isArray(written) ? written.filter((text) => typeof text === 'string') : []
}
