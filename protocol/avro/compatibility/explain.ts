import type { Pair } from './compare.ts'
import { describe, type ReadingProblem } from './reading-problem.ts'

/** More are too many to fix at once. */
const mostProblems = 20

interface Place {
  readonly pair: Pair
  readonly path: string
}

/**
 * Explains why a pair cannot be read: at most twenty problems, those nearest to the top first. Problems
 * within a pair of types are reported once, where the pair is first reached; otherwise types that contain
 * each other would be reported without end.
 */
export function explain(root: Pair): readonly ReadingProblem[] {
  const problems: ReadingProblem[] = []
  const seen = new Set([root])
  const places: Place[] = [{ pair: root, path: '' }]
  for (const { pair, path } of places) {
    for (const { step, ...objection } of pair.objections) {
      problems.push({ ...objection, field: shown(path + step) })
      if (problems.length === mostProblems) return problems
    }
    for (const { step, oneOf, left } of pair.needs) {
      if (left > 0) continue
      const [first] = oneOf
      if (first && oneOf.length === 1) {
        if (!seen.has(first)) places.push({ pair: first, path: path + step })
        // A type without inner types may be the same object in many places.
        if (first.needs.length > 0) seen.add(first)
      } else problems.push(noAlternative(pair, path + step))
      if (problems.length === mostProblems) return problems
    }
  }
  return problems
}

/** Any of several branches may have been meant. None is explained, so that nobody fixes the wrong one. */
function noAlternative({ sides: [reader, writer] }: Pair, path: string): ReadingProblem {
  return {
    fault: 'unreadable-branch',
    field: shown(path),
    written: describe(writer),
    expected: describe(reader)
  }
}

/** The path without its leading dot. A long path is cut in the middle. */
function shown(path: string): string {
  const text = path.startsWith('.') ? path.slice(1) : path
  if (text === '') return '/'
  return text.length <= longestPath ? text : `${text.slice(0, 40)}…${text.slice(-55)}`
}

const longestPath = 100
