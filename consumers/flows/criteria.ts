import type { Archive } from '#bus/archive/archive.ts'
import type { Budget, FlowIndex, NumberRange } from './flow-index.ts'
import { plainKey, wordsOf } from './plain.ts'
import { term } from './terms.ts'

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

/** Something that a step of a flow must have: these terms, or be one of these events. */
export type Criterion = { readonly terms: readonly string[] } | { readonly numbers: ReadonlySet<number> }

export interface CriteriaOptions {
  readonly index: FlowIndex
  readonly range: NumberRange
  readonly budget: Budget
  /** What every step must have in addition: that the reader may see it. */
  readonly own: readonly string[]
  readonly stuckEvents: (limit: number) => Promise<readonly number[]>
  readonly now: number
}

/** Events of connectors that a search by state looks at. */
const maxStuck = 2000
/** Words of a search that count; further ones are left out. */
const maxWords = 8

/** Prepares a search: looks up identifiers, which only few events have. */
export async function criteriaOf(query: FlowQuery, options: CriteriaOptions): Promise<readonly Criterion[]> {
  const { index, range, budget, own } = options
  const byKey = async (text: string, kinds: readonly ((plain: string) => string)[]) => {
    const plain = plainKey(text)
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
    all.push({ numbers: await byKey(subject, [term.subject, term.dossier, term.flow]) })
  if (number !== undefined) all.push({ numbers: await byKey(number, [term.number]) })
  if (dossier !== undefined) all.push({ numbers: await byKey(dossier, [term.dossier]) })
  if (citizen !== undefined) all.push({ numbers: await byKey(citizen, [term.citizen]) })
  if (agency !== undefined) all.push({ terms: [term.agency(agency)] })
  if (type !== undefined) all.push({ terms: [term.type(type)] })
  if (query.q !== undefined) {
    const keyed = await byKey(query.q, everyKey)
    const words = wordsOf(query.q, maxWords + 1)
    const isWords = keyed.size === 0 && words.length > 0
    if (isWords && words.length > maxWords) budget.isCut = true
    all.push(isWords ? { terms: words.slice(0, maxWords).map(term.word) } : { numbers: keyed })
  }
  const inState = await eventsInState(query.state, options)
  if (inState) all.push({ numbers: await index.carrying(own, inState) })
  return all
}

const everyKey = [term.subject, term.flow, term.number, term.dossier, term.citizen]

/** Events after which something is missing, or that are stuck; undefined for flows that are done. */
function eventsInState(
  state: FlowQuery['state'],
  { index, budget, stuckEvents, now }: CriteriaOptions
): Promise<readonly number[]> | undefined {
  switch (state) {
    case 'stuck':
      return stuckEvents(maxStuck)
    case 'overdue':
      return index.expecting(budget, now)
    case 'open':
      return index.expecting(budget)
    default:
      return undefined
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
