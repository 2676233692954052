import type { Archive } from '#bus/archive/archive.ts'
import { type Criterion, criteriaOf, type FlowQuery, rangeOf } from './criteria.ts'
import { type DescribeOptions, describeFlows, type FlowSummary, type SeenFlow } from './describe.ts'
import type { FlowIndex } from './flow-index.ts'
import { type FlowReader, type RightsOptions, visibleTo } from './rights.ts'
import type { StuckDeliveries } from './stuck-deliveries.ts'
import { term } from './terms.ts'
import type { Budget, NumberRange, Walked } from './walk.ts'

export interface FlowPage {
  readonly items: readonly FlowSummary[]
  /** To be given as `after` for the next page; absent at the end. */
  readonly next?: string
  /** There are too many candidates to look at: the search should be narrowed. */
  readonly isPartial: boolean
}

export interface SearchOptions extends Omit<RightsOptions, 'archive'>, Omit<DescribeOptions, 'archive'> {
  readonly archive: Pick<Archive, 'namesOf' | 'withoutProofs' | 'firstSince'>
  readonly stuckEvents: StuckDeliveries['stuckEvents']
}

export interface PageRequest {
  readonly after?: string
  readonly limit: number
}

/** Rows of the index that one search reads. */
const maxRows = 3000

/** Where a page ended: the newest event of its view, the last one that was looked at, and which criterion leads. */
interface Place {
  readonly newest: number
  readonly before: number
  readonly lead: number | undefined
}

/**
 * Searches flows, the one with the newest step that meets the leading criterion first, and on the page of that
 * step; so all pages have one lead. What is added while somebody turns pages is not on the later ones.
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
  const { newest, before, ...place } = placeOf(page.after, newestNow)
  const budget: Budget = { rows: maxRows, isCut: false }
  const whole = await rangeOf(options.archive, query, newest)
  const own = reader.seesAll ? [] : [term.agency(reader.agency)]
  const criteria = await criteriaOf(query, {
    ...options,
    index,
    range: whole,
    budget,
    own,
    now: options.now()
  })
  const lead = place.lead ?? (await rarest(criteria))
  const [first] = criteria.splice(lead, 1)
  if (!first) return { items: [], isPartial: false }
  const range = { low: whole.low, high: Math.min(whole.high, before - 1) }
  const items: FlowSummary[] = []
  const seen = new Set<string>()
  let last = before
  for await (const { numbers, downTo } of inPages(first.walk(range, budget))) {
    budget.rows -= numbers.length
    const flows = await index.flowsOf(numbers)
    const fresh = new Map<string, number>()
    for (const number of numbers) {
      const flow = flows.get(number)
      if (flow !== undefined && !seen.has(flow)) fresh.set(flow, number)
      seen.add(flow ?? '')
    }
    const found = await matching(options, index, {
      ...{ reader, own, first, others: criteria, whole, newest, before, fresh, budget }
    })
    for (let at = 0; at < found.length; ) {
      const missing = page.limit - items.length
      if (missing === 0) return { items, next: `${newest}.${last}.${lead}`, isPartial: budget.isCut }
      const some = found.slice(at, at + missing)
      at += some.length
      for (const summary of await describeFlows(options, index, some)) {
        if (query.state === undefined || summary.state === query.state) items.push(summary)
        last = fresh.get(summary.flow) ?? last
      }
    }
    last = downTo
    if (budget.rows <= 0) break
  }
  if (budget.rows > 0 || last <= whole.low) return { items, isPartial: budget.isCut }
  return { items, next: `${newest}.${last}.${lead}`, isPartial: true }
}

/** The place of the criterion that fewest events meet. */
async function rarest(criteria: readonly Criterion[]): Promise<number> {
  const sizes = await Promise.all(criteria.map((one) => one.size()))
  return sizes.indexOf(Math.min(...sizes))
}

const candidatesAtOnce = 100

/** Few at a time would cost as many queries as many. */
async function* inPages(all: AsyncIterable<Walked>): AsyncGenerator<Walked> {
  let held: readonly number[] = []
  let reached: number | undefined
  for await (const { numbers, downTo } of all) {
    held = [...held, ...numbers]
    let at = 0
    for (; at + candidatesAtOnce <= held.length; at += candidatesAtOnce) {
      const some = held.slice(at, at + candidatesAtOnce)
      yield { numbers: some, downTo: some.at(-1) ?? downTo }
    }
    held = held.slice(at)
    reached = downTo
  }
  if (reached !== undefined) yield { numbers: held, downTo: reached }
}

interface Matching {
  readonly reader: FlowReader
  readonly own: readonly string[]
  readonly first: Criterion
  readonly others: readonly Criterion[]
  readonly whole: NumberRange
  readonly newest: number
  readonly before: number
  /** Flows with a step that perhaps meets the first criterion. */
  readonly fresh: ReadonlyMap<string, number>
  readonly budget: Budget
}

/** Those of these flows whose visible steps meet every criterion, and that are on no earlier page. */
async function matching(
  options: RightsOptions,
  index: FlowIndex,
  { reader, own, first, others, whole, newest, before, fresh, budget }: Matching
): Promise<readonly SeenFlow[]> {
  const stepsOf = await index.stepsOf([...fresh.keys()], newest)
  const flows = Array.from(fresh, ([flow, number]) => {
    const steps = stepsOf.get(flow) ?? { numbers: [], first: number, count: 0 }
    const isCut = steps.numbers.length < steps.count
    budget.isCut ||= isCut
    return {
      flow,
      steps,
      numbers: isCut
        ? [...new Set([number, ...steps.numbers])].sort((one, other) => one - other)
        : steps.numbers
    }
  })
  const readable = await index.carrying(
    own,
    flows.flatMap(({ numbers }) => numbers)
  )
  const visible = await visibleTo(options, reader, [...readable])
  const inTime = [...visible].filter((number) => number >= whole.low && number <= whole.high)
  const met = await first.among(inTime)
  const metOthers = await Promise.all(others.map((one) => one.among(inTime)))
  return flows.flatMap(({ flow, steps, numbers }) => {
    const seen = numbers.filter((number) => visible.has(number))
    const timely = seen.filter((number) => number >= whole.low && number <= whole.high)
    const matched = timely.filter((number) => met.has(number))
    const isOnEarlierPage = matched.some((number) => number >= before)
    const meetsOthers = metOthers.every((set) => timely.some((number) => set.has(number)))
    const isFound = matched.length > 0 && !isOnEarlierPage && meetsOthers
    return isFound ? [{ flow, steps, visible: seen }] : []
  })
}

/** The place of a `next`; anything else is the beginning. */
function placeOf(after: string | undefined, newestNow: number): Place {
  const [, newest, before, lead] = /^(\d{1,15})\.(\d{1,15})\.(\d)$/.exec(after ?? '') ?? []
  if (newest === undefined) return { newest: newestNow, before: newestNow + 1, lead: undefined }
  return { newest: Math.min(Number(newest), newestNow), before: Number(before), lead: Number(lead) }
}
