/** A JSON value as `parseStrictJson` returns it; numbers are integers within ±(2^53 − 1). */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

declare const isStrict: unique symbol

/**
 * A value whose names and texts were checked by the rules of `strict-json.ts`.
 * Only the functions there and `eventFromBinary` return one, and `checkEvent`
 * accepts nothing else: no mode of sending can skip these rules.
 */
export type StrictJson = Json & { readonly [isStrict]: true }

/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: Json
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value is of a type that a CloudEvents attribute may have in JSON. */
export function isSimple(value: Json | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** Whether two values have the same canonical form; an undefined member counts as absent. */
export function isSameJson(one: Json | undefined, other: Json | undefined): boolean {
  if (typeof one !== 'object' || one === null) return one === other
  if (typeof other !== 'object' || other === null || Array.isArray(one) !== Array.isArray(other)) return false
  const [left, right] = [one, other] as readonly JsonObject[]
  const names = Object.keys(one).filter((name) => left?.[name] !== undefined)
  const others = Object.keys(other).filter((name) => right?.[name] !== undefined)
  return names.length === others.length && names.every((name) => isSameJson(left?.[name], right?.[name]))
}
