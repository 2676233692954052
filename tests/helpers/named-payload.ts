import { type MarkName, markedFields, markNames } from '#protocol/avro/payload-marks.ts'
import type { RecordShape } from '#protocol/avro/payload-shape.ts'
import type { JsonObject } from '#protocol/events/json.ts'

/** A payload that names its sender and subject wherever its schema marks a field that is there. */
export function namedPayload(
  shape: RecordShape,
  data: JsonObject,
  names: Readonly<Record<MarkName, string>>
): JsonObject {
  const named = structuredClone(data) as Record<string, unknown>
  for (const name of markNames) {
    for (const { path } of markedFields(shape, name)) {
      const last = path.at(-1) ?? ''
      let parent: Record<string, unknown> | undefined = named
      for (const step of path.slice(0, -1)) parent = parent?.[step] as typeof parent
      if (parent && last in parent) parent[last] = names[name]
    }
  }
  return named as JsonObject
}
