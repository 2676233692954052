import { problem } from './problem-of.ts'

/** What an expression's input may hold, so that parsing it fits into the memory of the thread. */
export const inputLimits = { characters: 16_777_216, depth: 64, values: 500_000 } as const

export const inputProblems = {
  characters: `larger than ${inputLimits.characters} characters`,
  depth: `nested more than ${inputLimits.depth} deep`,
  values: `more than ${inputLimits.values} values`
} as const

/**
 * Parses JSON of the outside. Numbers that JavaScript would round, integers beyond 2^53 among them, become texts:
 * rounded, they would be other numbers. Names that reach prototypes are left out.
 */
export function parseJson(text: string): unknown {
  checkSize(text)
  return JSON.parse(text, (name, value: unknown, context?: { readonly source?: string }) => {
    if (name === '__proto__') return undefined
    if (typeof value !== 'number') return value
    const source = context?.source ?? String(value)
    return isExact(value, source) ? value : source
  })
}

/** So many digits are always kept. */
const safeDigits = 15

function isExact(value: number, source: string): boolean {
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) return false
  return source.length <= safeDigits || digitsOf(source) === digitsOf(String(value))
}

/** The significant digits of a number. */
function digitsOf(text: string): string {
  return text
    .replace(/e.*$/i, '')
    .replace(/[-.]/g, '')
    .replace(/^0+|0+$/g, '')
}

const [quote, backslash, comma, colon] = ['"', '\\', ',', ':'].map((one) => one.charCodeAt(0))
const [openList, openObject, closeList, closeObject] = ['[', '{', ']', '}'].map((one) => one.charCodeAt(0))

/** V8 ends the whole process, not the thread, where `JSON.parse` runs out of memory: sizes are checked before. */
function checkSize(text: string): void {
  let [depth, values, isInText] = [0, 0, false]
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (isInText) {
      if (code === backslash) at += 1
      else if (code === quote) isInText = false
    } else if (code === quote) isInText = true
    else if (code === openList || code === openObject) {
      depth += 1
      values += 1
    } else if (code === closeList || code === closeObject) depth -= 1
    else if (code === comma || code === colon) values += 1
    if (depth > inputLimits.depth) throw problem(inputProblems.depth)
    if (values > inputLimits.values) throw problem(inputProblems.values)
  }
}
