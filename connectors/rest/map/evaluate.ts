import jsonata from 'jsonata'
import { parseJson } from './parse-json.ts'
import { problem, problemOf } from './problem-of.ts'

/** JSONata, or a path with JSONata in braces whose values are escaped for URLs. */
export type Expression = { readonly jsonata: string } | { readonly path: string }

/** Evaluates each expression for each input. */
export interface Question {
  /** JSON texts. */
  readonly inputs: readonly string[]
  readonly expressions: Readonly<Record<string, Expression>>
  /** What `$name` gives in the expressions. */
  readonly variables: Readonly<Record<string, string>>
}

/** For one input: JSON texts by the expressions' names, without those that gave nothing; and what went wrong first. */
export interface Evaluated {
  readonly values: Readonly<Record<string, string>>
  readonly failure?: { readonly problem: string; readonly expression: string }
}

export type Answer = readonly Evaluated[]

type Compiled = (input: unknown, variables: Question['variables']) => Promise<unknown>

const compiled = new Map<string, Compiled>()
const maxCompiled = 1000

export async function answerTo({ inputs, expressions, variables }: Question): Promise<Answer> {
  const answer: Evaluated[] = []
  for (const input of inputs) answer.push(await evaluateAll(input, expressions, variables))
  return answer
}

async function evaluateAll(
  text: string,
  expressions: Question['expressions'],
  variables: Question['variables']
): Promise<Evaluated> {
  const values: Record<string, string> = {}
  let expression = ''
  try {
    const input = parseJson(text)
    for (const [name, one] of Object.entries(expressions)) {
      expression = name
      const value = await compile(one)(input, variables)
      const json = JSON.stringify(value) as string | undefined // Undefined for undefined and for functions.
      if (json !== undefined) values[name] = json
    }
    return { values }
  } catch (error) {
    return { values, failure: { problem: problemOf(error), expression } }
  }
}

/** What is wrong with the form of an expression; undefined if it compiles. */
export function formProblemOf(expression: Expression): string | undefined {
  try {
    compile(expression)
    return undefined
  } catch (error) {
    return problemOf(error)
  }
}

function compile(expression: Expression): Compiled {
  const key = JSON.stringify(expression)
  const known = compiled.get(key)
  if (known) return known
  const made = 'path' in expression ? compilePath(expression.path) : compileJsonata(expression.jsonata)
  if (compiled.size >= maxCompiled) compiled.clear()
  compiled.set(key, made)
  return made
}

function compileJsonata(text: string): Compiled {
  const expression = jsonata(text)
  expression.registerFunction('pad', pad, '<s-ns?:s>')
  return (input, variables) => expression.evaluate(input, { ...variables })
}

const maxPadded = 65_536

/** `$pad` of JSONata with a limit: beyond memory, it ends the whole process, and the width may come from outside. */
function pad(text: string | undefined, width: number, filler = ' '): string | undefined {
  if (text === undefined) return undefined
  if (Math.abs(width) > maxPadded) throw problem(padTooWide)
  const missing = Math.max(Math.abs(width) - Array.from(text).length, 0)
  const characters = Array.from(filler === '' ? ' ' : filler)
  const padding = Array.from({ length: missing }, (_, index) => characters[index % characters.length]).join(
    ''
  )
  return width < 0 ? padding + text : text + padding
}

const padTooWide = `$pad to more than ${maxPadded} characters`

function compilePath(path: string): Compiled {
  const parts = path.split(/\{([^{}]*)\}/)
  const steps = parts.map((part, index) => (index % 2 === 0 ? part : compileJsonata(part)))
  return async (input, variables) => {
    const texts = steps.map(async (step) => {
      if (typeof step === 'string') return step
      const value = await step(input, variables)
      const isPlain = typeof value === 'string' || typeof value === 'number'
      if (!isPlain || value === '' || value === '.' || value === '..') {
        throw problem('a value in braces must be a text or a number, and neither empty nor a dot segment')
      }
      return encodeURIComponent(value)
    })
    return (await Promise.all(texts)).join('')
  }
}
