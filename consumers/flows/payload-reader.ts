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
  readonly expects: readonly Expectation[]
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
  return {
    expects: expectations(shape),

    title: (data) => title.flatMap((path) => textsAt(data, path))[0],

    keys: (data, max) =>
      keys
        .flatMap(({ kind, fields }) =>
          joined(fields.map((path) => textsAt(data, path))).map((text) => ({ kind, text }))
        )
        .slice(0, max),

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
function textsAt(value: Json | undefined, path: FieldPath, depth = 0): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => textsAt(item, path, depth))
  const name = path[depth]
  if (name === undefined) return typeof value === 'string' ? [value] : []
  return textsAt((value as JsonObject | undefined)?.[name], path, depth + 1)
}

/** The first with the first, the second with the second, and so on, joined by `/`; only where each has one. */
function joined([first = [], ...more]: readonly (readonly string[])[]): readonly string[] {
  if (more.length === 0) return first
  return first.flatMap((text, index) => {
    const others = more.map((texts) => texts[index])
    return others.includes(undefined) ? [] : [[text, ...others].join('/')]
  })
}
