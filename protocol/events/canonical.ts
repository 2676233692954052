import type { Json, JsonObject } from './json.ts'

/**
 * The canonical form of a JSON value (RFC 8785, JCS): members sorted by UTF-16 code units, no white space,
 * strings and numbers as in ECMAScript. Expects no lone surrogates; `parseStrictJson` rejects them.
 */
export function canonicalJson(value: Json): string {
  if (usual.size > maxUsual) usual.clear()
  return written(value, new Map())
}

/** An object's member names in their own order and in canonical order. */
interface Members {
  readonly names: readonly string[]
  readonly sorted: readonly { readonly name: string; readonly quoted: string }[]
}

/**
 * Sorted members by the names of an object. Most objects in a batch have the same names, and sorting is the
 * largest cost.
 */
type KnownMembers = Map<string, Members>

/** Sorted members kept between values. Limited, so that odd names in requests cannot fill memory. */
const usual: KnownMembers = new Map()
const maxUsual = 1000
const maxUsualLength = 512

function written(value: Json, known: KnownMembers): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) {
    let text = '['
    for (let index = 0; index < value.length; index += 1) {
      text += (index === 0 ? '' : ',') + written(value[index], known)
    }
    return `${text}]`
  }
  const object = value as Readonly<Record<string, Json>>
  let text = '{'
  for (const { name, quoted: member } of sortedMembers(object, known)) {
    const inner = object[name]
    if (inner === undefined) continue
    text += (text.length === 1 ? '' : ',') + member + written(inner, known)
  }
  return `${text}}`
}

function sortedMembers(object: JsonObject, known: KnownMembers): Members['sorted'] {
  const names = Object.keys(object)
  const key = names.join()
  const place = key.length > maxUsualLength ? known : usual
  const alike = place.get(key)
  const isAlike = alike?.names.length === names.length && names.every((name, at) => name === alike.names[at])
  if (isAlike) return alike.sorted
  const sorted = [...names].sort().map((name) => ({ name, quoted: `${quoted(name)}:` }))
  place.set(key, { names, sorted })
  return sorted
}

/** Characters that JSON escapes; a text without them is only put in quotes. Surrogates are left to `JSON.stringify`. */
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/

function quoted(text: string): string {
  return text.length < 64 && !escaped.test(text) ? `"${text}"` : JSON.stringify(text)
}
