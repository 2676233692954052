import type { Pair } from './compare.ts'
import { describe, type ReadingProblem } from './reading-problem.ts'

/** As many as someone mends at once. */
const mostProblems = 20

interface Place {
  readonly pair: Pair
  readonly path: string
}

/**
 * Says what is wrong with a pair that cannot be read: at most twenty problems,
 * those nearest to the top first. What is wrong within two types is told once,
 * where they meet first, lest types that hold each other are told without end.
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
        // Types that hold no others may be one object wherever they stand.
        if (first.needs.length > 0) seen.add(first)
      } else problems.push(noAlternative(pair, path + step))
      if (problems.length === mostProblems) return problems
    }
  }
  return problems
}

/** Several branches could have been meant: none is explained, lest the wrong one is mended. */
function noAlternative({ sides: [reader, writer] }: Pair, path: string): ReadingProblem {
  return {
    fault: 'unreadable-branch',
    field: shown(path),
    written: describe(writer),
    expected: describe(reader)
  }
}

/** The path without the dot it starts with; of a long one, the ends. */
function shown(path: string): string {
  const text = path.startsWith('.') ? path.slice(1) : path
  if (text === '') return '/'
  return text.length <= longestPath ? text : `${text.slice(0, 40)}…${text.slice(-55)}`
}

const longestPath = 100
