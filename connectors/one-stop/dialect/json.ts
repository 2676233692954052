import { faults } from '../faults.ts'

/** What parsing may cost: V8 ends the process, not the request, where it runs out of memory. */
const maxDepth = 32
const maxSigns = 1_000_000

export type Raw = Readonly<Record<string, unknown>>

/** Parses a JSON object of the outside. Numbers that JavaScript would change become texts. Throws `unreadable`. */
export function parseObject(text: string): Raw {
  try {
    checkSize(text)
    const value: unknown = JSON.parse(text, (name, one: unknown, context?: { readonly source?: string }) => {
      if (name === '__proto__') return undefined
      const source = context?.source
      return typeof one === 'number' && source !== undefined && source !== String(one) ? source : one
    })
    if (isRaw(value)) return value
  } catch (cause) {
    throw faults.unreadable({ cause, values: { problem: (cause as Error).message.slice(0, 80) } })
  }
  throw faults.unreadable({ values: { problem: 'it is no object' } })
}

export function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Signs within texts count too: exact enough for a limit that no real answer comes near. */
function checkSize(text: string): void {
  let [depth, signs] = [0, 0]
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]
    if (sign === '{' || sign === '[') depth += 1
    else if (sign === '}' || sign === ']') depth -= 1
    else if (sign !== ',') continue
    signs += 1
    if (depth > maxDepth || signs > maxSigns) throw new TypeError('it is too deep or has too many values')
  }
}
