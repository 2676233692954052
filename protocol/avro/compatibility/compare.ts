import type { AvroType } from '../model.ts'
import { judge, type Sides } from './judge.ts'
import type { Objection } from './reading-problem.ts'

/** Two types that meet somewhere in the schemas compared. */
export interface Pair {
  readonly sides: Sides
  readonly objections: readonly Objection[]
  readonly needs: readonly Need[]
  /** Final once the comparison has ended. */
  isReadable: boolean
  readonly neededBy: Need[]
}

/** What a pair needs: one of the alternatives. */
export interface Need {
  readonly step: string
  readonly oneOf: Pair[]
  readonly owner: Pair
  /** Alternatives not known to fail. */
  left: number
}

/** Counts work down; shared by comparisons that must be quick together. */
export interface Budget {
  steps: number
}

/**
 * Compares two types, by all pairs of types that meet in them. Pairs are
 * readable until something is found against them, and what is found spreads
 * to those that need them: so recursive schemas end, without recursion, and
 * no order of looking changes the verdict. Undefined where the budget ends
 * first.
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

/** What judging looks at: a union's branches, a record's fields by all their names, an enum's symbols. */
function costOf([reader, writer]: Sides): number {
  return 10 + sizeOf(reader) + sizeOf(writer)
}

function sizeOf(type: AvroType): number {
  if (type.kind === 'union') return type.branches.length
  if (type.kind === 'record')
    return type.fields.values().reduce((sum, { aliases }) => sum + 1 + aliases.length, 0)
  return type.kind === 'enum' ? type.symbols.size : 1
}
