import type { Archive } from '#bus/archive/archive.ts'
import { eventOf } from '#bus/archive/archived-event.ts'
import { agencyOf, recipientsOf } from '#protocol/events/event.ts'
import type { ExpectedRow } from './expected-index.ts'
import type { FlowIndex, StepsOfFlow } from './flow-index.ts'
import type { PayloadReaders } from './payload-reader.ts'

export type FlowState = 'open' | 'overdue' | 'stuck' | 'done'

/** An agency that should send an event and has not yet. Instants are milliseconds since the epoch. */
export interface Missing {
  readonly agency: string
  readonly since: number
  readonly due?: number
  /** Event types, any of which will do. */
  readonly expects: readonly string[]
  /** Archive number of the event that it should follow. */
  readonly step: number
}

/** A flow as a list shows it. */
export interface FlowSummary {
  readonly flow: string
  readonly title: string
  readonly subjects: readonly string[]
  /** RFC 3339. */
  readonly startedAt: string
  readonly lastAt: string
  /** Number of its steps, those that the reader may not see included; at most 20,000 are counted. */
  readonly steps: number
  readonly state: FlowState
  /** What is missing, the last expected first; of very much that which is due first. */
  readonly missing: readonly Missing[]
  readonly missingIsMore: boolean
  /** Agencies that take part, as far as the reader may see. */
  readonly agencies: readonly string[]
}

/** A flow and those of its steps that the reader may see; oldest first, at least one visible. */
export interface SeenFlow {
  readonly flow: string
  readonly steps: StepsOfFlow
  readonly visible: readonly number[]
}

export interface DescribeOptions {
  readonly archive: Pick<Archive, 'namesOf' | 'withoutProofs'>
  readonly readers: PayloadReaders
  /** Those of these events that a connector cannot deliver now. */
  readonly stuckAmong: (events: readonly number[]) => Promise<ReadonlySet<number>>
  readonly now: () => number
}

/** Steps of a flow whose senders a list names: the newest. */
const lookedAt = 200
/** What is missing in one flow, as a list shows it. */
const shownInLists = 20
/** Events whose bodies are read at once. */
const bodiesAtOnce = 32

/** Describes flows as lists show them. */
export async function describeFlows(
  options: DescribeOptions,
  index: Pick<FlowIndex, 'expectedIn'>,
  flows: readonly SeenFlow[],
  most = shownInLists
): Promise<readonly FlowSummary[]> {
  const { archive, stuckAmong } = options
  const named = ({ first, numbers }: StepsOfFlow) => [first, ...numbers.slice(-lookedAt)]
  const names = await archive.namesOf(flows.flatMap(({ steps }) => named(steps)))
  const expected = Map.groupBy(await index.expectedIn(flows, most + 1), ({ flow }) => flow)
  const stuck = await stuckAmong(flows.flatMap(({ visible }) => visible))
  const summaries: FlowSummary[] = []
  for (let at = 0; at < flows.length; at += bodiesAtOnce) {
    const some = flows.slice(at, at + bodiesAtOnce)
    const firsts = await archive.withoutProofs(some.flatMap(({ visible }) => visible.slice(0, 1)))
    for (const { flow, steps, visible } of some) {
      const allMissing = missingIn(expected.get(flow) ?? [], new Set(visible))
      const missing = longestDue(allMissing, most)
      const first = firsts.get(visible[0] ?? 0)
      const senders = named(steps).flatMap((number) => agencyOf(names.get(number)?.source ?? '') || [])
      const subjects = [first?.subject, names.get(visible.at(-1) ?? 0)?.subject]
      const event = first && eventOf(first)
      summaries.push({
        flow,
        title: (event && options.readers(event.type).title(event.data)) ?? '',
        subjects: [...new Set(subjects.filter((subject) => subject !== undefined))],
        startedAt: names.get(steps.first)?.recordedTime ?? '',
        lastAt: names.get(steps.numbers.at(-1) ?? 0)?.recordedTime ?? '',
        steps: steps.count,
        state: stateOf(
          allMissing,
          visible.some((number) => stuck.has(number)),
          options.now()
        ),
        missing,
        missingIsMore: missing.length < allMissing.length,
        agencies: [
          ...new Set([
            ...senders,
            ...((event && recipientsOf(event)) ?? []),
            ...missing.map(({ agency }) => agency)
          ])
        ].sort()
      })
    }
  }
  return summaries
}

export function stateOf(missing: readonly Missing[], isStuck: boolean, now: number): FlowState {
  if (isStuck) return 'stuck'
  if (missing.some(({ due }) => due !== undefined && due < now)) return 'overdue'
  return missing.length > 0 ? 'open' : 'done'
}

/** So many of what is missing: what is due first, in the order given. */
function longestDue(missing: readonly Missing[], most: number): readonly Missing[] {
  if (missing.length <= most) return missing
  const dueOf = ({ due = Number.MAX_SAFE_INTEGER }: Missing): number => due
  const kept = new Set(missing.toSorted((one, other) => dueOf(one) - dueOf(other)).slice(0, most))
  return missing.filter((one) => kept.has(one))
}

/** What is missing after steps that the reader may see, the last expected first. */
export function missingIn(rows: readonly ExpectedRow[], visible: ReadonlySet<number>): readonly Missing[] {
  return rows
    .filter(({ step }) => visible.has(step))
    .sort((one, other) => other.step - one.step || (one.agency < other.agency ? -1 : 1))
    .map(({ agency, since, due, types, step }) => ({
      agency,
      since,
      ...(due === null ? {} : { due }),
      expects: types.split(' '),
      step
    }))
}
