import type { Json, JsonObject } from '#protocol/events/json.ts'

/** The members that are there: in an event, what is absent is left out. */
export function present(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter((member): member is [string, Json] => member[1] !== undefined)
  )
}
