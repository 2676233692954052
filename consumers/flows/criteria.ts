import type { Archive } from '#bus/archive/archive.ts'
import type { FlowIndex } from './flow-index.ts'
import { plainKey, wordsOf } from './plain.ts'
import type { StuckDeliveries } from './stuck-deliveries.ts'
import { term } from './terms.ts'
import { type Budget, type NumberRange, type Walked, walkDown } from './walk.ts'

/** What flows are searched for. All that is given must hold, of steps that the reader may see. */
export interface FlowQuery {
  /** Words of a title, or the beginning of an identifier. */
  readonly q?: string
  /** The beginning of a subject, or of the flow's name. */
  readonly subject?: string
  readonly number?: string
  readonly dossier?: string
  readonly citizen?: string
  /** An agency that sent a step or may see it. */
  readonly agency?: string
  readonly type?: string
  readonly state?: 'open' | 'overdue' | 'stuck' | 'done'
  /** Instants, RFC 3339 in UTC: the first included, the second not. */
  readonly from?: string
  readonly to?: string
}

/** What one of the steps of a flow that the reader may see must have. */
export interface Criterion {
  /** About how many events of the search's range have it; only to find the one that fewest have. */
  size(): Promise<number>
  /** The events that have it, and that the reader may perhaps see, newest first; ends where the budget does. */
  walk(range: NumberRange, budget: Budget): AsyncIterable<Walked>
  /** Those of these visible steps that have it; others may be among them. */
  among(numbers: readonly number[]): Promise<ReadonlySet<number>>
}

export interface CriteriaOptions {
  readonly index: FlowIndex
  readonly range: NumberRange
  readonly budget: Budget
  /** What every step must have in addition: that the reader may see it. */
  readonly own: readonly string[]
  readonly stuckEvents: StuckDeliveries['stuckEvents']
  readonly stuckAmong: StuckDeliveries['stuckAmong']
  readonly now: number
}

/** Words of a search that count; further ones are left out. */
const maxWords = 8
/** Stuck events up to which they are counted. */
const countedStuck = 2000

/** Prepares a search: looks up identifiers, which only few events have. A query has its criteria in one order. */
export async function criteriaOf(query: FlowQuery, options: CriteriaOptions): Promise<Criterion[]> {
  const { index, range, budget, own } = options
  const byKey = async (text: string, kinds: readonly ((plain: string) => string)[]) => {
    const plain = plainKey(text)
    if (plain === '') return new Set<number>() // Not everything.
    const found = await index.beginning(
      kinds.map((kind) => kind(plain)),
      range,
      budget
    )
    return await index.carrying(own, found)
  }
  const all: Criterion[] = []
  const { subject, number, dossier, citizen, agency, type } = query
  if (subject !== undefined)
    all.push(ofNumbers(await byKey(subject, [term.subject, term.dossier, term.flow])))
  if (number !== undefined) all.push(ofNumbers(await byKey(number, [term.number])))
  if (dossier !== undefined) all.push(ofNumbers(await byKey(dossier, [term.dossier])))
  if (citizen !== undefined) all.push(ofNumbers(await byKey(citizen, [term.citizen])))
  if (agency !== undefined) all.push(ofTerms([term.agency(agency)], options))
  if (type !== undefined) all.push(ofTerms([term.type(type)], options))
  if (query.q !== undefined) {
    const keyed = await byKey(query.q, everyKey)
    const words = wordsOf(query.q, maxWords + 1)
    const isWords = keyed.size === 0 && words.length > 0
    if (isWords && words.length > maxWords) budget.isCut = true
    all.push(isWords ? ofTerms(words.slice(0, maxWords).map(term.word), options) : ofNumbers(keyed))
  }
  all.push(...ofState(query.state, options), ofAll(options))
  return all
}

const everyKey = [term.subject, term.flow, term.number, term.dossier, term.citizen]

function ofNumbers(numbers: ReadonlySet<number>): Criterion {
  const all = [...numbers].sort((one, other) => other - one)
  return {
    size: async () => numbers.size,
    async *walk({ low, high }) {
      yield { numbers: all.filter((number) => number >= low && number <= high), downTo: low }
    },
    among: async () => numbers
  }
}

function ofTerms(terms: readonly string[], { index, range, own }: CriteriaOptions): Criterion {
  return {
    size: () => index.sizeOf([...terms, ...own], range),
    walk: (range, budget) => index.walk([...terms, ...own], range, budget),
    among: (numbers) => index.carrying(terms, numbers)
  }
}

/** Every step that the reader may see. */
function ofAll({ index, range, own }: CriteriaOptions): Criterion {
  return {
    size: () => index.sizeOf(own, range),
    walk: (range, budget) => index.walk(own, range, budget),
    among: async (numbers) => new Set(numbers)
  }
}

/** Steps after which something is missing, or that are stuck; nothing for flows that are done. */
function ofState(state: FlowQuery['state'], options: CriteriaOptions): readonly Criterion[] {
  const { index, range, stuckEvents, stuckAmong, now } = options
  if (state === undefined || state === 'done') return []
  if (state === 'stuck') {
    return [
      withinOwn(options, {
        size: async () => (await stuckEvents(range, countedStuck)).length,
        walk: (range, budget) => walkDown(range, budget, stuckEvents),
        among: stuckAmong
      })
    ]
  }
  const dueBefore = state === 'overdue' ? now : undefined
  return [
    withinOwn(options, {
      size: () => index.expectedCount(range),
      walk: (range, budget) => index.expecting(range, budget, dueBefore),
      among: (numbers) => index.expectingAmong(numbers, dueBefore)
    })
  ]
}

/** Walks the steps that the reader may see, or those that have something: whichever are fewer. */
function withinOwn({ index, own, range }: CriteriaOptions, one: Criterion): Criterion {
  if (own.length === 0) return one
  let known: Promise<readonly [ownSize: number, size: number]> | undefined
  const sizes = () => {
    known ??= Promise.all([index.sizeOf(own, range), one.size()])
    return known
  }
  return {
    ...one,
    size: async () => Math.min(...(await sizes())),
    async *walk(range, budget) {
      const [ownSize, size] = await sizes()
      const [all, among] =
        ownSize < size
          ? [index.walk(own, range, budget), one.among]
          : [one.walk(range, budget), (numbers: readonly number[]) => index.carrying(own, numbers)]
      for await (const { numbers, downTo } of all) {
        const kept = await among(numbers)
        yield { numbers: numbers.filter((number) => kept.has(number)), downTo }
      }
    }
  }
}

/** The archive numbers of a time. */
export async function rangeOf(
  archive: Pick<Archive, 'firstSince'>,
  { from, to }: FlowQuery,
  newest: number
): Promise<NumberRange> {
  return {
    low: from === undefined ? 1 : await archive.firstSince(from),
    high: to === undefined ? newest : Math.min(newest, (await archive.firstSince(to)) - 1)
  }
}
