import { type Language, textOf } from '../../errors/faults.ts'
import type { AvroType } from '../model.ts'
import { type Budget, compare } from './compare.ts'
import { explain } from './explain.ts'
import { describe, type ReadingProblem } from './reading-problem.ts'

/** Levels say which earlier versions a new one must be able to read, and be readable by. */
export const compatibilityLevels = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE'
] as const

export type CompatibilityLevel = (typeof compatibilityLevels)[number]

export interface EarlierVersion {
  readonly version: number
  readonly schema: AvroType
}

/** Something that a new schema breaks. */
export interface Incompatibility extends ReadingProblem {
  /** The earlier version that breaks or can no longer be read. */
  readonly version: number
  readonly direction: Direction
}

/**
 * `backward`: the new schema cannot read data of the version; `forward`: the version cannot read data of
 * the new schema.
 */
export type Direction = 'backward' | 'forward'

/** Work limit of one question, some 100 ms. An ordinary version takes less than a thousand steps. */
const maxSteps = 1_000_000

/** More are too many to read. */
const mostIncompatibilities = 50

/**
 * What makes a new schema incompatible with the earlier versions (oldest first); empty if it may be
 * registered. BACKWARD, FORWARD and FULL compare with the last version only; the transitive levels compare
 * with all, newest first. Reports at most fifty. Schemas too complex to compare in time count as
 * incompatible.
 */
export function incompatibilities(
  level: CompatibilityLevel,
  candidate: AvroType,
  earlier: readonly EarlierVersion[]
): readonly Incompatibility[] {
  const budget: Budget = { steps: maxSteps }
  const found: Incompatibility[] = []
  const versions = level.endsWith('_TRANSITIVE') ? earlier.toReversed() : earlier.slice(-1)
  for (const { version, schema } of versions) {
    for (const direction of directionsOf(level)) {
      const [reader, writer] = direction === 'backward' ? [candidate, schema] : [schema, candidate]
      const problems = problemsOfReading(reader, writer, budget)
      found.push(...problems.map((problem) => ({ ...problem, version, direction })))
      if (found.length >= mostIncompatibilities) return found.slice(0, mostIncompatibilities)
    }
  }
  return found
}

/** Why data written with one schema cannot be read with the other; empty if it can. */
export function problemsOfReading(
  reader: AvroType,
  writer: AvroType,
  budget: Budget = { steps: maxSteps }
): readonly ReadingProblem[] {
  const pair = compare(reader, writer, budget)
  if (pair) return pair.isReadable ? [] : explain(pair)
  const sides = { written: describe(writer), expected: describe(reader) }
  return [{ fault: 'unreadable-complex', field: '/', ...sides }]
}

/** The text of an incompatibility: which version, which field, what. */
export function incompatibilityText(incompatibility: Incompatibility, language: Language): string {
  const { version, direction, fault, field, written, expected } = incompatibility
  const sentence = direction === 'backward' ? 'incompatible-backward' : 'incompatible-forward'
  const problem = textOf(fault, { field, written, expected }, language)
  return `${textOf(sentence, { version }, language)} ${problem}`
}

function directionsOf(level: CompatibilityLevel): readonly Direction[] {
  if (level === 'NONE') return []
  if (level.startsWith('FULL')) return ['backward', 'forward']
  return level.startsWith('BACKWARD') ? ['backward'] : ['forward']
}
