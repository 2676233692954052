import type { Json } from '#protocol/events/json.ts'
import type { ConnectorIo } from '../../connector.ts'
import { faults } from '../faults.ts'
import type { Answer, Expression, Question } from './evaluate.ts'

const program = new URL('./evaluate.worker.ts', import.meta.url)

/** Inputs of one question, so that one question stays far within its limits. */
const perQuestion = 100

/** The values of an input's expressions by name, without those that gave nothing; or why there are none. */
export type Mapped =
  | { readonly values: Readonly<Record<string, Json>> }
  | { readonly problem: string; readonly expression: string }

export type MapperIo = Pick<ConnectorIo, 'agency' | 'instance' | 'compute'>

/**
 * Evaluates expressions for JSON texts. An input that takes too much time or memory fails alone: the questions
 * that it was in is asked again for each of its inputs.
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
  const { agency, instance } = io
  const question: Question = { inputs, expressions, variables: { agency, instance } }
  const answer = await io.compute<Question, Answer>(program, question)
  if (answer) return answer.map((one) => ('values' in one ? { values: parsedAll(one.values) } : one))
  if (inputs.length === 1) {
    return [{ problem: 'more time or memory than allowed', expression: Object.keys(expressions).join(', ') }]
  }
  const alone: Mapped[] = []
  for (const input of inputs) alone.push(...(await evaluateSome([input], expressions, io)))
  return alone
}

/** As `evaluateEach` for one input. Throws the fault `mapFailed`. */
export async function evaluateOne(
  input: string,
  expressions: Readonly<Record<string, Expression>>,
  io: MapperIo
): Promise<Readonly<Record<string, Json>>> {
  const [mapped] = await evaluateEach([input], expressions, io)
  if (mapped && 'values' in mapped) return mapped.values
  throw faults.mapFailed({ values: { expression: mapped?.expression ?? '', problem: mapped?.problem ?? '' } })
}

function parsedAll(values: Readonly<Record<string, string>>): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(values).map(([name, text]) => [name, JSON.parse(text) as Json]))
}
