import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import type { FlowTables } from './flow-tables.ts'
import { blockOf, blockSize, hasEvent, numbersIn } from './postings.ts'
import { flowTerm } from './terms.ts'

/** Archive numbers from `low` to `high`, both included. */
export interface NumberRange {
  readonly low: number
  readonly high: number
}

/** What a search may still look at, so that any search ends soon. Shared by all that it does. */
export interface Budget {
  rows: number
  /** Something was not looked up because there is too much of it. */
  isCut: boolean
}

/** Reads one generation of the view. */
export interface FlowIndex {
  /** Those of these events that have all of these terms. */
  carrying(terms: readonly string[], numbers: readonly number[]): Promise<ReadonlySet<number>>
  /** Events that have a term with one of these beginnings, as far as the budget goes. */
  beginning(prefixes: readonly string[], range: NumberRange, budget: Budget): Promise<readonly number[]>
  /** Compares how many events have all of these terms: at most so many of the newest. */
  sizeOf(terms: readonly string[], range: NumberRange): Promise<number>
  /** Events that have all of these terms, newest first; ends where the budget does. */
  walk(terms: readonly string[], range: NumberRange, budget: Budget): AsyncGenerator<readonly number[]>
  flowsOf(numbers: readonly number[]): Promise<ReadonlyMap<number, string>>
  /** The steps of flows up to a number, oldest first. */
  stepsOf(flows: readonly string[], upTo: number): Promise<ReadonlyMap<string, readonly number[]>>
  /** What is expected in flows. */
  expectedIn(flows: readonly string[]): Promise<readonly FlowTables['flowExpected'][]>
  /** Steps after which something is expected, the longest due first; with a time, only what is due before it. */
  expecting(budget: Budget, dueBefore?: number): Promise<readonly number[]>
}

/** Rows of the first page of a walk, and of its largest ones. */
const firstRows = 8
const pageRows = 100
/** Rows that the beginnings of identifiers are looked up in. */
const prefixRows = 500
/** Rows of a term by which it is compared with others. */
const countedRows = 20
/** Rows of what is expected that a search by state looks at. */
const expectedRows = 2000
/** Steps of a page of flows that are looked at. */
const maxSteps = 20_000
/** A number that no event has. */
const noEvent = 0

export function openFlowIndex(store: Store, generation: number): FlowIndex {
  const reader = () => store.reader<FlowTables>()
  const terms = () => reader().selectFrom('flowTerms').where('generation', '=', generation)
  const steps = () => reader().selectFrom('flowSteps').where('generation', '=', generation)
  const expected = () => reader().selectFrom('flowExpected').where('generation', '=', generation)

  const rowsOf = (term: string, { low, high }: NumberRange) =>
    terms().where('term', '=', term).where('block', '>=', blockOf(low)).where('block', '<=', blockOf(high))

  /** How many events have a term, of those in its newest rows. */
  const countOf = async (term: string, range: NumberRange): Promise<number> => {
    const rows = await rowsOf(term, range)
      .select('events')
      .orderBy('block', 'desc')
      .limit(countedRows)
      .execute()
    return rows.reduce((sum, { events }) => sum + events.length / 2, 0)
  }

  const carrying: FlowIndex['carrying'] = async (wanted, numbers) => {
    let left = numbers
    for (const term of wanted) {
      const byBlock = Map.groupBy(left, blockOf)
      const rows = await inChunks([...byBlock.keys()], (some) =>
        terms().select(['block', 'events']).where('term', '=', term).where('block', 'in', some).execute()
      )
      left = rows.flatMap(
        ({ block, events }) => byBlock.get(block)?.filter((number) => hasEvent(events, number)) ?? []
      )
    }
    return new Set(left)
  }

  const flowsOf: FlowIndex['flowsOf'] = async (numbers) => {
    const rows = await inChunks(numbers, (some) =>
      steps().select(['number', 'flow']).where('number', 'in', some).execute()
    )
    return new Map(rows.map(({ number, flow }) => [number, flow]))
  }

  const allSteps = async function* ({ low, high }: NumberRange, budget: Budget) {
    for (let before = high + 1; budget.rows > 0; ) {
      budget.rows -= pageRows
      const rows = await steps()
        .select('number')
        .where('number', '<', before)
        .where('number', '>=', low)
        .orderBy('number', 'desc')
        .limit(pageRows)
        .execute()
      if (rows.length > 0) yield rows.map(({ number }) => number)
      if (rows.length < pageRows) return
      before = rows.at(-1)?.number ?? 0
    }
  }

  return {
    carrying,

    async beginning(prefixes, range, budget) {
      const found = new Set<number>()
      for (const prefix of prefixes) {
        const rows = await terms()
          .select(['block', 'events'])
          .where('term', '>=', prefix)
          .where('term', '<', `${prefix}\u{10ffff}`)
          .orderBy('term')
          .limit(prefixRows)
          .execute()
        if (rows.length === prefixRows) budget.isCut = true
        for (const number of rows.flatMap(numbersIn)) {
          if (number >= range.low && number <= range.high) found.add(number)
        }
      }
      return [...found]
    },

    async sizeOf(wanted, range) {
      const counts = await Promise.all(wanted.map((term) => countOf(term, range)))
      return Math.min(Number.MAX_SAFE_INTEGER, ...counts)
    },

    async *walk(wanted, range, budget) {
      if (wanted.length === 0) return yield* allSteps(range, budget)
      const counts = await Promise.all(
        wanted.map(async (term) => [term, await countOf(term, range)] as const)
      )
      const [[rarest = ''] = [], ...others] = counts.toSorted(([, one], [, other]) => one - other)
      let limit = firstRows
      for (
        let high = range.high;
        high >= range.low && budget.rows > 0;
        limit = Math.min(2 * limit, pageRows)
      ) {
        const rows = await rowsOf(rarest, { low: range.low, high })
          .select(['block', 'events'])
          .orderBy('block', 'desc')
          .limit(limit)
          .execute()
        budget.rows -= Math.max(1, rows.length) * wanted.length
        const numbers = rows.flatMap(numbersIn).filter((number) => number >= range.low && number <= high)
        const found = await carrying(
          others.map(([term]) => term),
          numbers
        )
        if (found.size > 0) yield [...found].sort((one, other) => other - one)
        if (rows.length < limit) return
        high = (rows.at(-1)?.block ?? 0) * blockSize - 1
      }
    },

    flowsOf,

    async stepsOf(flows, upTo) {
      const rows = await inChunks([...new Set(flows.map(flowTerm))], (some) =>
        terms()
          .select(['block', 'events'])
          .where('term', 'in', some)
          .where('block', '<=', blockOf(upTo))
          .orderBy('term')
          .orderBy('block')
          .limit(maxSteps)
          .execute()
      )
      const numbers = rows.flatMap(numbersIn).filter((number) => number <= upTo)
      // Without any, the same is asked, so that a flow that does not exist takes as long as another.
      const found = await flowsOf(numbers.length === 0 ? [noEvent] : numbers.slice(0, maxSteps))
      const byFlow = Map.groupBy(numbers, (number) => found.get(number) ?? '')
      return new Map(flows.flatMap((flow) => [[flow, byFlow.get(flow) ?? []] as const]))
    },

    expectedIn: (flows) =>
      inChunks(flows, (some) => expected().selectAll().where('flow', 'in', some).execute()),

    async expecting(budget, dueBefore) {
      let rows = expected().select('step').limit(expectedRows)
      if (dueBefore !== undefined) rows = rows.where('due', '<', dueBefore).orderBy('due')
      const found = await rows.execute()
      if (found.length === expectedRows) budget.isCut = true
      return [...new Set(found.map(({ step }) => step))]
    }
  }
}
