/** A JSON value as `parseStrictJson` returns it; numbers are integers within ±(2^53 − 1). */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

declare const isStrict: unique symbol

/**
 * A value whose names and texts were checked by the rules of `strict-json.ts`.
 * Only the functions there, `readCanonical` and `eventFromBinary` return one, and `checkEvent`
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
