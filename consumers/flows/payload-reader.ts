import type { EventTypes } from '#bus/registry/event-types.ts'
import {
  type ActorPart,
  type Expectation,
  expectations,
  type FieldPath,
  flowMarks,
  type KeyKind
} from '#protocol/avro/flow-marks.ts'
import type { Json, JsonObject } from '#protocol/events/json.ts'

/** Reads from payloads of one event type what the view shows and searches (`flow` and `expects` of the schema). */
export interface PayloadReader {
  title(data: JsonObject): string | undefined
  /** Identifiers, at most so many. */
  keys(data: JsonObject, max: number): readonly { readonly kind: KeyKind; readonly text: string }[]
  /** The person who did it; undefined if it names nobody. */
  actor(data: JsonObject): Readonly<Partial<Record<ActorPart, string>>> | undefined
  readonly expects: readonly ExpectedFrom[]
}

/** What should follow from each recipient, or from the sender: any of some event types. */
export interface ExpectedFrom extends Pick<Expectation, 'from'> {
  /** Separated by spaces. */
  readonly types: string
  readonly any: readonly Expectation[]
}

/** Readers of event types, by the newest schema of each: within a version, schemas only gain fields. */
export type PayloadReaders = (type: string) => PayloadReader

/** For a type without a schema: its schemas were deleted. */
const readsNothing: PayloadReader = {
  title: () => undefined,
  keys: () => [],
  actor: () => undefined,
  expects: []
}

export function createPayloadReaders(eventTypes: Pick<EventTypes, 'current'>): PayloadReaders {
  const known = new WeakMap<object, PayloadReader>()
  return (type) => {
    const found = eventTypes.current(type)
    if (!found) return readsNothing
    const reader = known.get(found) ?? readerOf(found.codec.shape)
    known.set(found, reader)
    return reader
  }
}

function readerOf(shape: Parameters<typeof flowMarks>[0]): PayloadReader {
  const { title, keys, actor } = flowMarks(shape)
  const expects = Array.from(
    Map.groupBy(expectations(shape), ({ from }) => from),
    ([from, any]) => ({
      ...{ from, any },
      types: any.map(({ type }) => type).join(' ')
    })
  )
  return {
    expects,

    title: (data) => title.flatMap((path) => textsAt(data, path))[0],

    keys(data, max) {
      const found: { readonly kind: KeyKind; readonly text: string }[] = []
      for (const { kind, fields } of keys) {
        for (const text of joined(fields.map((path) => textsAt(data, path)))) found.push({ kind, text })
      }
      return found.length > max ? found.slice(0, max) : found
    },

    actor(data) {
      const parts = Object.entries(actor).flatMap(([part, path]) => {
        const [text] = textsAt(data, path)
        return text ? [[part, text] as const] : []
      })
      return parts.length === 0 ? undefined : Object.fromEntries(parts)
    }
  }
}

/** The value at a path; undefined where a member is absent. */
export function valueAt(data: JsonObject, path: FieldPath): Json | undefined {
  let value: Json | undefined = data
  for (const name of path) value = (value as JsonObject | undefined)?.[name]
  return value
}

/** The texts at a path, through lists. */
function textsAt(data: JsonObject, path: FieldPath): readonly string[] {
  const found: string[] = []
  addTexts(found, data, path, 0)
  return found
}

function addTexts(found: string[], value: Json | undefined, path: FieldPath, depth: number): void {
  if (Array.isArray(value)) {
    for (const item of value) addTexts(found, item, path, depth)
    return
  }
  const name = path[depth]
  if (name !== undefined) addTexts(found, (value as JsonObject | undefined)?.[name], path, depth + 1)
  else if (typeof value === 'string') found.push(value)
}

/** The first with the first, the second with the second, and so on, joined by `/`; only where each has one. */
function joined([first = [], ...more]: readonly (readonly string[])[]): readonly string[] {
  if (more.length === 0) return first
  return first.flatMap((text, index) => {
    const others = more.map((texts) => texts[index])
    return others.includes(undefined) ? [] : [[text, ...others].join('/')]
  })
}
