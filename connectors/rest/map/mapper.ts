import type { Json } from '#protocol/events/json.ts'
import type { ConnectorIo } from '../../connector.ts'
import { faults } from '../faults.ts'
import type { Answer, Expression, Question } from './evaluate.ts'
import { inputLimits, inputProblems } from './parse-json.ts'

const program = new URL('./evaluate.worker.ts', import.meta.url)

/** Inputs of one question, so that one question stays far within its limits. */
const perQuestion = 100

/** The values of an input's expressions by name, without those that gave nothing; and what went wrong first. */
export interface Mapped {
  readonly values: Readonly<Record<string, Json>>
  readonly failure?: { readonly problem: string; readonly expression: string } | undefined
}

export type MapperIo = Pick<ConnectorIo, 'agency' | 'instance' | 'compute' | 'signal'>

/**
 * Evaluates expressions for JSON texts, in their order; after one that fails, the input has the values before
 * it. An expression that takes too much time or memory fails alone: the question that it was in is asked again
 * for each input, and then for each expression.
 */
export async function evaluateEach(
  inputs: readonly string[],
  expressions: Readonly<Record<string, Expression>>,
  io: MapperIo
): Promise<readonly Mapped[]> {
  const mapped: Mapped[] = []
  for (let at = 0; at < inputs.length; at += perQuestion) {
    mapped.push(...(await evaluateSome(inputs.slice(at, at + perQuestion), expressions, io)))
  }
  return mapped
}

async function evaluateSome(
  inputs: readonly string[],
  expressions: Readonly<Record<string, Expression>>,
  io: MapperIo
): Promise<readonly Mapped[]> {
  const { agency, instance, signal } = io
  signal.throwIfAborted() // Many inputs that each take their time would go on after the poll has ended.
  if (inputs.length === 1 && (inputs[0]?.length ?? 0) > inputLimits.characters) {
    const [expression = ''] = Object.keys(expressions)
    return [{ values: {}, failure: { problem: inputProblems.characters, expression } }] // The thread never sees it.
  }
  const question: Question = { inputs, expressions, variables: { agency, instance } }
  const answer = await io.compute<Question, Answer>(program, question)
  if (answer) return answer.map(({ values, failure }) => ({ values: parsedAll(values), failure }))
  const names = Object.keys(expressions)
  if (inputs.length === 1 && names.length === 1) {
    return [
      { values: {}, failure: { problem: 'more time or memory than allowed', expression: names[0] ?? '' } }
    ]
  }
  const alone: Mapped[] = []
  for (const input of inputs) alone.push(await evaluateApart(input, expressions, io))
  return alone
}

async function evaluateApart(
  input: string,
  expressions: Readonly<Record<string, Expression>>,
  io: MapperIo
): Promise<Mapped> {
  let values: Mapped['values'] = {}
  for (const [name, one] of Object.entries(expressions)) {
    const [mapped] = await evaluateSome([input], { [name]: one }, io)
    values = { ...values, ...mapped?.values }
    if (mapped?.failure) return { values, failure: mapped.failure }
  }
  return { values }
}

/** As `evaluateEach` for one input. Throws the fault `mapFailed`. */
export async function evaluateOne(
  input: string,
  expressions: Readonly<Record<string, Expression>>,
  io: MapperIo
): Promise<Readonly<Record<string, Json>>> {
  const [mapped] = await evaluateEach([input], expressions, io)
  if (mapped?.failure) throw faults.mapFailed({ values: mapped.failure })
  return mapped?.values ?? {}
}

function parsedAll(values: Readonly<Record<string, string>>): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(values).map(([name, text]) => [name, JSON.parse(text) as Json]))
}
