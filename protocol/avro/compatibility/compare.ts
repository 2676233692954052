import type { AvroType } from '../model.ts'
import { judge, type Sides } from './judge.ts'
import type { Objection } from './reading-problem.ts'

/** Two types compared with each other somewhere in the schemas. */
export interface Pair {
  readonly sides: Sides
  readonly objections: readonly Objection[]
  readonly needs: readonly Need[]
  /** Final once the comparison has ended. */
  isReadable: boolean
  readonly neededBy: Need[]
}

/** What a pair requires: one of the alternatives must be readable. */
export interface Need {
  readonly step: string
  readonly oneOf: Pair[]
  readonly owner: Pair
  /** Number of alternatives not known to fail. */
  left: number
}

/** Work left; shared by comparisons with a common time limit. */
export interface Budget {
  steps: number
}

/**
 * Compares two types. Every pair of types reached counts as readable until something is found against it;
 * that is then passed on to the pairs that need it. So recursive schemas terminate without recursion, and
 * the order of comparing does not change the verdict. Undefined if the budget is spent first.
 */
export function compare(reader: AvroType, writer: AvroType, budget: Budget): Pair | undefined {
  const known = new Map<AvroType, Map<AvroType, Pair>>()
  const open: Pair[] = []
  const failed: Pair[] = []

  const pairOf = (sides: Sides): Pair => {
    const [one, other] = sides
    const ofReader = known.get(one) ?? new Map<AvroType, Pair>()
    known.set(one, ofReader)
    const found = ofReader.get(other)
    if (found) return found
    const pair: Pair = { sides, objections: [], needs: [], isReadable: true, neededBy: [] }
    ofReader.set(other, pair)
    open.push(pair)
    return pair
  }

  const root = pairOf([reader, writer])
  for (let pair = open.pop(); pair; pair = open.pop()) {
    budget.steps -= costOf(pair.sides)
    if (budget.steps < 0) return undefined
    const { objections, conditions } = judge(...pair.sides)
    const owner = Object.assign(pair, { objections, needs: [] as Need[] })
    for (const { step, oneOf } of conditions) {
      const need: Need = { step, oneOf: oneOf.map(pairOf), owner, left: oneOf.length }
      owner.needs.push(need)
      for (const one of need.oneOf) one.neededBy.push(need)
    }
    if (objections.length > 0) failed.push(pair)
  }
  spread(failed)
  return root
}

function spread(failed: Pair[]): void {
  for (const pair of failed) pair.isReadable = false
  for (let pair = failed.pop(); pair; pair = failed.pop()) {
    for (const need of pair.neededBy) {
      need.left -= 1
      if (need.left > 0 || !need.owner.isReadable) continue
      need.owner.isReadable = false
      failed.push(need.owner)
    }
  }
}

/** Cost of judging a pair: branches of a union, fields of a record under all their names, symbols of an enum. */
function costOf([reader, writer]: Sides): number {
  return 10 + sizeOf(reader) + sizeOf(writer)
}

function sizeOf(type: AvroType): number {
  if (type.kind === 'union') return type.branches.length
  if (type.kind === 'record')
    return type.fields.values().reduce((sum, { aliases }) => sum + 1 + aliases.length, 0)
  return type.kind === 'enum' ? type.symbols.size : 1
}
