import type { Archive } from '#bus/archive/archive.ts'
import { eventOf } from '#bus/archive/archived-event.ts'
import { agencyOf, recipientsOf } from '#protocol/events/event.ts'
import type { FlowIndex } from './flow-index.ts'
import type { FlowTables } from './flow-tables.ts'
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
  /** Number of its steps, those that the reader may not see included. */
  readonly steps: number
  readonly state: FlowState
  readonly missing: readonly Missing[]
  /** Agencies that take part, as far as the reader may see. */
  readonly agencies: readonly string[]
}

/** A flow and those of its steps that the reader may see; oldest first, at least one visible. */
export interface SeenFlow {
  readonly flow: string
  readonly steps: readonly number[]
  readonly visible: readonly number[]
}

export interface DescribeOptions {
  readonly archive: Pick<Archive, 'namesOf' | 'withoutProofs'>
  readonly readers: PayloadReaders
  /** Those of these events that a connector cannot deliver now. */
  readonly stuckAmong: (events: readonly number[]) => Promise<ReadonlySet<number>>
  readonly now: () => number
}

/** Steps of a flow whose senders and deliveries a list looks at: the newest. */
const lookedAt = 200
/** Events whose bodies are read at once. */
const bodiesAtOnce = 32

/** Describes flows as lists show them. */
export async function describeFlows(
  options: DescribeOptions,
  index: Pick<FlowIndex, 'expectedIn'>,
  flows: readonly SeenFlow[]
): Promise<readonly FlowSummary[]> {
  const { archive, stuckAmong } = options
  const expected = Map.groupBy(await index.expectedIn(flows.map(({ flow }) => flow)), ({ flow }) => flow)
  const stuck = await stuckAmong(flows.flatMap(({ visible }) => visible.slice(-lookedAt)))
  const names = await archive.namesOf(
    flows.flatMap(({ steps }) => [...steps.slice(0, 1), ...steps.slice(-lookedAt)])
  )
  const summaries: FlowSummary[] = []
  for (let at = 0; at < flows.length; at += bodiesAtOnce) {
    const some = flows.slice(at, at + bodiesAtOnce)
    const firsts = await archive.withoutProofs(some.flatMap(({ visible }) => visible.slice(0, 1)))
    for (const { flow, steps, visible } of some) {
      const missing = missingIn(expected.get(flow) ?? [], new Set(visible))
      const first = firsts.get(visible[0] ?? 0)
      const senders = steps.flatMap((number) => agencyOf(names.get(number)?.source ?? '') || [])
      const subjects = [first?.subject, names.get(visible.at(-1) ?? 0)?.subject]
      const event = first && eventOf(first)
      summaries.push({
        flow,
        title: (event && options.readers(event.type).title(event.data)) ?? '',
        subjects: [...new Set(subjects.filter((subject) => subject !== undefined))],
        startedAt: names.get(steps[0] ?? 0)?.recordedTime ?? '',
        lastAt: names.get(steps.at(-1) ?? 0)?.recordedTime ?? '',
        steps: steps.length,
        state: stateOf(
          missing,
          visible.some((number) => stuck.has(number)),
          options.now()
        ),
        missing,
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

/** What is missing after steps that the reader may see, the last expected first. */
export function missingIn(
  rows: readonly FlowTables['flowExpected'][],
  visible: ReadonlySet<number>
): readonly Missing[] {
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
