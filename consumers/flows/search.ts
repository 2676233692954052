import type { Archive } from '#bus/archive/archive.ts'
import { type Criterion, criteriaOf, type FlowQuery, rangeOf } from './criteria.ts'
import { type DescribeOptions, describeFlows, type FlowSummary, type SeenFlow } from './describe.ts'
import type { Budget, FlowIndex, NumberRange } from './flow-index.ts'
import { type FlowReader, type RightsOptions, visibleTo } from './rights.ts'
import { term } from './terms.ts'

export interface FlowPage {
  readonly items: readonly FlowSummary[]
  /** To be given as `after` for the next page; absent at the end. */
  readonly next?: string
  /** There are too many candidates to look at: the search should be narrowed. */
  readonly isPartial: boolean
}

export interface SearchOptions extends Omit<RightsOptions, 'archive'>, Omit<DescribeOptions, 'archive'> {
  readonly archive: Pick<Archive, 'namesOf' | 'withoutProofs' | 'firstSince'>
  /** Events that a connector cannot deliver now, the newest first. */
  readonly stuckEvents: (limit: number) => Promise<readonly number[]>
}

export interface PageRequest {
  readonly after?: string
  readonly limit: number
}

/** Rows of the index that one search reads. */
const maxRows = 3000

/** Where a page ended: the newest event of its view, and the last one that was looked at. */
interface Place {
  readonly newest: number
  readonly before: number
}

/**
 * Searches flows, the one with the newest matching step first. A flow is on the page of its newest matching
 * step; what is added while somebody turns pages is not on the later ones.
 */
export async function searchFlows(
  options: SearchOptions,
  index: FlowIndex,
  newestNow: number,
  {
    reader,
    query,
    page
  }: { readonly reader: FlowReader; readonly query: FlowQuery; readonly page: PageRequest }
): Promise<FlowPage> {
  const { newest, before } = placeOf(page.after, newestNow)
  const budget: Budget = { rows: maxRows, isCut: false }
  const whole = await rangeOf(options.archive, query, newest)
  const own = reader.seesAll ? [] : [term.agency(reader.agency)]
  const now = options.now()
  const all = await criteriaOf(query, { ...options, index, range: whole, budget, own, now })
  const range = { low: whole.low, high: Math.min(whole.high, before - 1) }
  const { first, others } = await sorted(all.length > 0 ? all : [{ terms: [] }], index, range)
  const items: FlowSummary[] = []
  const seen = new Set<string>()
  let last = before
  for await (const numbers of candidates(first, own, { index, range, budget })) {
    budget.rows -= numbers.length
    const flows = await index.flowsOf(numbers)
    const fresh = new Map<string, number>()
    for (const number of numbers) {
      const flow = flows.get(number)
      if (flow !== undefined && !seen.has(flow)) fresh.set(flow, number)
      seen.add(flow ?? '')
    }
    const found = await matching(options, index, {
      ...{ reader, own, first, others, whole, newest, before },
      flows: [...fresh.keys()]
    })
    for (let at = 0; at < found.length; ) {
      const missing = page.limit - items.length
      if (missing === 0) return { items, next: `${newest}.${last}`, isPartial: budget.isCut }
      const some = found.slice(at, at + missing)
      at += some.length
      for (const summary of await describeFlows(options, index, some)) {
        if (query.state === undefined || summary.state === query.state) items.push(summary)
        last = fresh.get(summary.flow) ?? last
      }
    }
    last = numbers.at(-1) ?? last
    if (budget.rows <= 0) break
  }
  if (budget.rows > 0) return { items, isPartial: budget.isCut }
  return { items, next: `${newest}.${last}`, isPartial: true }
}

/** Starts with the criterion that fewest events meet. */
async function sorted(criteria: readonly Criterion[], index: FlowIndex, range: NumberRange) {
  const sizes = await Promise.all(
    criteria.map(
      async (one) =>
        [one, 'numbers' in one ? one.numbers.size : await index.sizeOf(one.terms, range)] as const
    )
  )
  const [[first] = [{ terms: [] }], ...others] = sizes.toSorted(([, one], [, other]) => one - other)
  return { first: first as Criterion, others: others.map(([one]) => one) }
}

/** Events that meet a criterion, newest first, in pages. */
async function* candidates(
  criterion: Criterion,
  own: readonly string[],
  {
    index,
    range,
    budget
  }: { readonly index: FlowIndex; readonly range: NumberRange; readonly budget: Budget }
): AsyncGenerator<readonly number[]> {
  if ('terms' in criterion) return yield* inPages(index.walk([...criterion.terms, ...own], range, budget))
  const numbers = [...criterion.numbers]
    .filter((number) => number <= range.high)
    .sort((one, other) => other - one)
  yield* inPages([numbers])
}

const candidatesAtOnce = 100

async function* inPages(
  all: AsyncIterable<readonly number[]> | Iterable<readonly number[]>
): AsyncGenerator<readonly number[]> {
  for await (const numbers of all) {
    for (let at = 0; at < numbers.length; at += candidatesAtOnce)
      yield numbers.slice(at, at + candidatesAtOnce)
  }
}

interface Matching {
  readonly flows: readonly string[]
  readonly reader: FlowReader
  readonly own: readonly string[]
  readonly first: Criterion
  readonly others: readonly Criterion[]
  readonly whole: NumberRange
  readonly newest: number
  readonly before: number
}

/** Those of these flows whose visible steps meet every criterion, and that are on no earlier page. */
async function matching(
  options: RightsOptions,
  index: FlowIndex,
  { flows, reader, own, first, others, whole, newest, before }: Matching
): Promise<readonly SeenFlow[]> {
  const steps = await index.stepsOf(flows, newest)
  const readable = await index.carrying(own, [...steps.values()].flat())
  const visible = await visibleTo(options, reader, [...readable])
  const inTime = [...visible].filter((number) => number >= whole.low && number <= whole.high)
  const meeting = async (criterion: Criterion): Promise<ReadonlySet<number>> =>
    'numbers' in criterion ? criterion.numbers : index.carrying(criterion.terms, inTime)
  const met = await meeting(first)
  const metOthers = await Promise.all(others.map(meeting))
  return flows.flatMap((flow) => {
    const numbers = steps.get(flow) ?? []
    const seen = numbers.filter((number) => visible.has(number))
    const timely = seen.filter((number) => number >= whole.low && number <= whole.high)
    const matched = timely.filter((number) => met.has(number))
    const isOnEarlierPage = matched.some((number) => number >= before)
    const meetsOthers = metOthers.every((set) => timely.some((number) => set.has(number)))
    const isFound = matched.length > 0 && !isOnEarlierPage && meetsOthers
    return isFound ? [{ flow, steps: numbers, visible: seen }] : []
  })
}

/** The place of a `next`; anything else is the beginning. */
function placeOf(after: string | undefined, newestNow: number): Place {
  const [, newest, before] = /^(\d{1,15})\.(\d{1,15})$/.exec(after ?? '') ?? []
  if (newest === undefined || before === undefined) return { newest: newestNow, before: newestNow + 1 }
  return { newest: Math.min(Number(newest), newestNow), before: Number(before) }
}
