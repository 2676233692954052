import type { ConnectorIo, InboundItem, ItemOutcome, Polled } from '#connectors/connector.ts'
import { faults } from '#connectors/shared-formats/http/faults.ts'
import type { BusEvent } from '#protocol/events/event.ts'

/** An outside in the memory of the test: what the kind `list` finds there, and how it fails. */
export interface ListOutside {
  /** Whether a connection can be made. */
  isAway: boolean
  /** What there is; the cursor is how many of it were read. */
  readonly items: InboundItem[]
  /** Items that a poll gives. */
  pageSize: number
  /** Called at each poll; what it throws is the poll's failure. */
  onPoll: () => void | Promise<void>
  /** Called at each acknowledgement. */
  onAcknowledge: (outcome: ItemOutcome) => void | Promise<void>
  readonly acknowledged: ItemOutcome[]
  readonly cursors: (string | undefined)[]
  /** Called at each delivery; what it throws is the delivery's failure. */
  onDeliver: (event: BusEvent, io: ConnectorIo) => void | Promise<void>
  /** What was delivered, in order. */
  readonly delivered: BusEvent[]
  connections: number
}

const outsides = new Map<string, ListOutside>()

/** The outside of a name; made when it is first asked for. */
export function outsideOf(name: string): ListOutside {
  const known = outsides.get(name)
  if (known) return known
  const made: ListOutside = {
    isAway: false,
    items: [],
    pageSize: 1000,
    onPoll() {},
    onAcknowledge() {},
    acknowledged: [],
    cursors: [],
    onDeliver() {},
    delivered: [],
    connections: 0
  }
  outsides.set(name, made)
  return made
}

export function checkThere({ isAway }: ListOutside): void {
  if (isAway) {
    throw faults.unreachable({ values: { host: 'the list', problem: 'it is away' } })
  }
}

export async function pollList(outside: ListOutside, cursor: string | undefined): Promise<Polled> {
  checkThere(outside)
  outside.cursors.push(cursor)
  await outside.onPoll()
  const from = Number(cursor ?? 0)
  const items = outside.items.slice(from, from + outside.pageSize)
  const next = from + items.length
  return { items, cursor: String(next), more: next < outside.items.length }
}
