/** One event as its sender knows it, and its acknowledgement as the sender received it; a repeat adds another. */
export interface Acknowledged {
  readonly id: string
  readonly subject: string
  /** Its place among the sender's events of that subject; the next is sent only once this is acknowledged. */
  readonly sequence: number
  readonly hash: string
  /** The receipt's token and index, which never change. */
  readonly receipt: string
}

/** An event as a recipient saw it. */
export type SeenEvent = Pick<Acknowledged, 'id' | 'subject' | 'hash'>

/** One reading of a recipient's inbox from its beginning. */
export interface Reading {
  readonly recipient: string
  readonly seen: readonly SeenEvent[]
}

/** All that senders and recipients saw in a run. Readings are in the order they were made. */
export interface History {
  readonly acknowledged: readonly Acknowledged[]
  readonly readings: readonly Reading[]
}

export type FaultKind = 'lost' | 'doubled' | 'reordered' | 'stale' | 'contradictory'

export interface HistoryFault {
  readonly kind: FaultKind
  readonly recipient: string
  readonly id: string
}

/**
 * What a history shows to be broken. An event may be seen though it was not
 * acknowledged (the answer was lost); an acknowledged one must be seen by every
 * recipient, once, in the sender's order, with the content that was sent.
 */
export function checkHistory({ acknowledged, readings }: History): readonly HistoryFault[] {
  const sent = new Map(acknowledged.map((event) => [event.id, event]))
  const recipients = [...new Set(readings.map(({ recipient }) => recipient))]
  return [
    ...contradictions(acknowledged, readings),
    ...recipients.flatMap((recipient) => {
      const own = readings.filter((reading) => reading.recipient === recipient).map(({ seen }) => seen)
      const last = own.at(-1) ?? []
      return [
        ...lost(sent, last),
        ...own.flatMap(doubled),
        ...reordered(sent, last),
        ...own.slice(1).flatMap((seen, index) => stale(own[index] ?? [], seen))
      ].map((fault) => ({ ...fault, recipient }))
    })
  ]
}

type InboundItem = Omit<HistoryFault, 'recipient'>

function lost(sent: ReadonlyMap<string, Acknowledged>, seen: readonly SeenEvent[]): readonly InboundItem[] {
  const ids = new Set(seen.map(({ id }) => id))
  return [...sent.keys()].filter((id) => !ids.has(id)).map((id) => ({ kind: 'lost', id }))
}

function doubled(seen: readonly SeenEvent[]): readonly InboundItem[] {
  const ids = new Set<string>()
  return seen.flatMap(({ id }) => {
    if (ids.has(id)) return [{ kind: 'doubled' as const, id }]
    ids.add(id)
    return []
  })
}

function reordered(
  sent: ReadonlyMap<string, Acknowledged>,
  seen: readonly SeenEvent[]
): readonly InboundItem[] {
  const reached = new Map<string, number>()
  return seen.flatMap(({ id, subject }) => {
    const sequence = sent.get(id)?.sequence
    if (sequence === undefined) return []
    const before = reached.get(subject) ?? -1
    reached.set(subject, Math.max(before, sequence))
    return sequence < before ? [{ kind: 'reordered' as const, id }] : []
  })
}

/** A later reading that does not begin with the earlier one has forgotten or moved something. */
function stale(earlier: readonly SeenEvent[], later: readonly SeenEvent[]): readonly InboundItem[] {
  const at = earlier.findIndex(({ id }, index) => later[index]?.id !== id)
  return at < 0 ? [] : [{ kind: 'stale', id: earlier[at]?.id ?? '' }]
}

function contradictions(
  acknowledged: readonly Acknowledged[],
  readings: readonly Reading[]
): readonly HistoryFault[] {
  const hashes = new Map<string, string>()
  const receipts = new Map<string, string>()
  const differs = (known: Map<string, string>, id: string, value: string): boolean => {
    const first = known.get(id) ?? value
    known.set(id, first)
    return first !== value
  }
  return [
    ...acknowledged.flatMap(({ id, hash, receipt }) => {
      const changed = differs(hashes, id, hash)
      return differs(receipts, id, receipt) || changed
        ? [{ kind: 'contradictory' as const, recipient: 'sender', id }]
        : []
    }),
    ...readings.flatMap(({ recipient, seen }) =>
      seen
        .filter(({ id, hash }) => differs(hashes, id, hash))
        .map(({ id }) => ({ kind: 'contradictory' as const, recipient, id }))
    )
  ]
}
