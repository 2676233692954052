import { faults } from '../faults.ts'

/** What parsing may cost: V8 ends the process, not the request, where it runs out of memory. */
const maxDepth = 32
const maxSigns = 1_000_000

export type Raw = Readonly<Record<string, unknown>>

/**
 * Parses a JSON object of the outside. Numbers that JavaScript would change become texts. Throws `unreadable`, also
 * where an object has a member twice: others may take the first one for it.
 */
export function parseObject(text: string): Raw {
  try {
    const written = membersIn(text)
    let read = -1 // The whole text is read as a member, too.
    const value: unknown = JSON.parse(text, function (this: unknown, name, one: unknown, context?: Context) {
      if (!Array.isArray(this)) read += 1
      if (name === '__proto__') throw new TypeError('it has a member __proto__')
      const source = context?.source
      return typeof one === 'number' && source !== undefined && source !== String(one) ? source : one
    })
    if (read !== written) throw new TypeError('it has a member twice')
    if (isRaw(value)) return value
  } catch (cause) {
    throw faults.unreadable({ cause, values: { problem: (cause as Error).message.slice(0, 80) } })
  }
  throw faults.unreadable({ values: { problem: 'it is no object' } })
}

export function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

interface Context {
  readonly source?: string
}

/** How many members a text has, whatever they are worth. Throws if it has more, or is deeper, than any real answer. */
function membersIn(text: string): number {
  let [depth, signs, members] = [0, 0, 0]
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]
    if (sign === '"') {
      at = endOfText(text, at)
      continue
    }
    if (sign === '{' || sign === '[') depth += 1
    else if (sign === '}' || sign === ']') depth -= 1
    else if (sign === ':') members += 1
    else if (sign !== ',') continue
    signs += 1
    if (depth > maxDepth || signs > maxSigns) throw new TypeError('it is too deep or has too many values')
  }
  return members
}

/** Where the text ends that begins here. */
function endOfText(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
