import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import { type ExpectedIndex, openExpectedIndex } from './expected-index.ts'
import type { FlowTables } from './flow-tables.ts'
import { blockOf, blockSize, hasEvent, numbersIn } from './postings.ts'
import { flowTerm } from './terms.ts'
import { type Budget, type NumberRange, pageRows, type Walked, walkDown } from './walk.ts'

/** The steps of a flow. Of very many the newest. */
export interface StepsOfFlow {
  /** Oldest first. */
  readonly numbers: readonly number[]
  readonly first: number
  /** How many it has; at most 20,000 are counted. */
  readonly count: number
}

/** Reads one generation of the view. */
export interface FlowIndex extends ExpectedIndex {
  /** Those of these events that have all of these terms. */
  carrying(terms: readonly string[], numbers: readonly number[]): Promise<ReadonlySet<number>>
  /** Events that have a term with one of these beginnings, as far as the budget goes. */
  beginning(prefixes: readonly string[], range: NumberRange, budget: Budget): Promise<readonly number[]>
  /** Compares how many events have all of these terms: at most so many of the newest. */
  sizeOf(terms: readonly string[], range: NumberRange): Promise<number>
  /** Events that have all of these terms, newest first; ends where the budget does. */
  walk(terms: readonly string[], range: NumberRange, budget: Budget): AsyncIterable<Walked>
  flowsOf(numbers: readonly number[]): Promise<ReadonlyMap<number, string>>
  /** The steps of flows up to a number. */
  stepsOf(flows: readonly string[], upTo: number): Promise<ReadonlyMap<string, StepsOfFlow>>
  /** The steps of a flow after a number, oldest first. */
  stepsAfter(flow: string, after: number, limit: number): Promise<readonly number[]>
}

/** Rows of the first page of a walk. */
const firstRows = 8
/** Rows that the beginnings of identifiers are looked up in. */
const prefixRows = 500
/** Rows of a term by which it is compared with others. */
const countedRows = 20
/** Steps of some flows that are read in one go. */
const maxSteps = 20_000
/** A number that no event has. */
const noEvent = 0

export function openFlowIndex(store: Store, generation: number): FlowIndex {
  const reader = () => store.reader<FlowTables>()
  const terms = () => reader().selectFrom('flowTerms').where('generation', '=', generation)
  const steps = () => reader().selectFrom('flowSteps').where('generation', '=', generation)

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

  const carrying: FlowIndex['carrying'] = async (asked, numbers) => {
    const wanted = [...new Set(asked)]
    if (wanted.length === 0) return new Set(numbers)
    const blocks = [...new Set(numbers.map(blockOf))]
    const rows = await inChunks(wanted, (some) => {
      const having = terms().select(['block', 'events']).where('term', 'in', some)
      return inChunks(blocks, (some) => having.where('block', 'in', some).execute())
    })
    const byBlock = Map.groupBy(rows, ({ block }) => block)
    return new Set(
      numbers.filter((number) => {
        const own = byBlock.get(blockOf(number)) ?? []
        return own.length === wanted.length && own.every(({ events }) => hasEvent(events, number))
      })
    )
  }

  const allSteps = async ({ low, high }: NumberRange, limit: number): Promise<readonly number[]> => {
    const rows = await steps()
      .select('number')
      .where('number', '<=', high)
      .where('number', '>=', low)
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return rows.map(({ number }) => number)
  }

  const flowsOf: FlowIndex['flowsOf'] = async (numbers) => {
    const rows = await inChunks(numbers, (some) =>
      steps().select(['number', 'flow']).where('number', 'in', some).execute()
    )
    return new Map(rows.map(({ number, flow }) => [number, flow]))
  }

  /** Those of these events that are of a flow: others may have its term. */
  const ofFlow = async (flow: string, numbers: readonly number[]): Promise<readonly number[]> => {
    const flows = await flowsOf(numbers)
    return numbers.filter((number) => flows.get(number) === flow)
  }

  /** The newest steps of a flow that has very many. */
  const newestOf = async (flow: string, upTo: number, limit: number): Promise<StepsOfFlow> => {
    const own = terms().where('term', '=', flowTerm(flow)).where('block', '<=', blockOf(upTo))
    const rows = own.select(['block', 'events'])
    const last = await rows.orderBy('block', 'desc').limit(limit).execute()
    const [begin] = await rows.orderBy('block').limit(1).execute()
    const { letters } = await own
      .select((e) => e.fn.sum(e.fn<number>('length', ['events'])).as('letters'))
      .executeTakeFirstOrThrow()
    const numbers = last.reverse().flatMap(numbersIn)
    const newest = numbers.filter((number) => number <= upTo).slice(-limit)
    const [first = newest[0] ?? 0] = await ofFlow(flow, begin ? numbersIn(begin) : [])
    return {
      numbers: await ofFlow(flow, newest),
      first,
      count: Math.min(maxSteps, Number(letters ?? 0) / 2)
    }
  }

  return {
    ...openExpectedIndex(store, generation),
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
      if (wanted.length === 0) return yield* walkDown(range, budget, allSteps)
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
        const isEnd = rows.length < limit
        const downTo = isEnd ? range.low : Math.max(range.low, (rows.at(-1)?.block ?? 0) * blockSize)
        yield { numbers: [...found].sort((one, other) => other - one), downTo }
        high = downTo - 1
      }
    },

    flowsOf,

    async stepsOf(flows, upTo) {
      const found = new Map<string, StepsOfFlow>()
      await inChunks(flows, async (looked) => {
        const some = [...new Set(looked.map(flowTerm))]
        const rows = await terms()
          .select(['block', 'events'])
          .where('term', 'in', some)
          .where('block', '<=', blockOf(upTo))
          .limit(maxSteps + 1)
          .execute()
        const count = rows.reduce((sum, { events }) => sum + events.length / 2, 0)
        if (count > maxSteps) {
          // One flow must not hide the others.
          const share = Math.floor(maxSteps / looked.length)
          for (const flow of looked) found.set(flow, await newestOf(flow, upTo, share))
          return []
        }
        const numbers = rows.flatMap(numbersIn).filter((number) => number <= upTo)
        // Without any, the same is asked, so that a flow that does not exist takes as long as another.
        const flowOf = await flowsOf(numbers.length === 0 ? [noEvent] : numbers)
        const byFlow = Map.groupBy(numbers.sort(byNumber), (number) => flowOf.get(number))
        for (const flow of looked) {
          const own = byFlow.get(flow)
          if (own) found.set(flow, { numbers: own, first: own[0] ?? 0, count: own.length })
        }
        return []
      })
      return found
    },

    async stepsAfter(flow, after, limit) {
      const found: number[] = []
      for (let last = after; found.length < limit; ) {
        const rows = await terms()
          .select(['block', 'events'])
          .where('term', '=', flowTerm(flow))
          .where('block', '>=', blockOf(last + 1))
          .orderBy('block')
          .limit(firstRows)
          .execute()
        const numbers = rows.flatMap(numbersIn).filter((number) => number > last)
        const some = numbers.slice(0, limit - found.length)
        found.push(...(await ofFlow(flow, some)))
        if (rows.length < firstRows && some.length === numbers.length) break
        last = some.at(-1) ?? (rows.at(-1)?.block ?? 0) * blockSize + blockSize - 1
      }
      return found
    }
  }
}

function byNumber(one: number, other: number): number {
  return one - other
}
