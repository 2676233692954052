import type { Json } from './json.ts'

/**
 * The canonical form of a JSON value (RFC 8785, JCS): members sorted by UTF-16
 * code units, no white space, strings and numbers as ECMAScript writes them.
 * Lone surrogates are not for it: `parseStrictJson` refuses them.
 */
export function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) {
    let text = '['
    for (let index = 0; index < value.length; index += 1) {
      text += (index === 0 ? '' : ',') + canonicalJson(value[index])
    }
    return `${text}]`
  }
  const object = value as Readonly<Record<string, Json>>
  let text = '{'
  for (const name of Object.keys(object).sort()) {
    const member = object[name]
    if (member === undefined) continue
    text += `${text.length === 1 ? '' : ','}${JSON.stringify(name)}:${canonicalJson(member)}`
  }
  return `${text}}`
}
