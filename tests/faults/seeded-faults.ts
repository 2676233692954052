import { checkHistory, type FaultKind, type History, type Reading, type SeenEvent } from './history.ts'

/** Breaks a sound history in each way the checker must find, and tells which it did not. */
export function missedSeededFaults(history: History): readonly FaultKind[] {
  return (Object.keys(seededFaults) as FaultKind[]).filter(
    (kind) => !checkHistory(seededFaults[kind](history)).some((fault) => fault.kind === kind)
  )
}

const seededFaults: Readonly<Record<FaultKind, (history: History) => History>> = {
  lost: (history) => withLastReading(history, (seen) => seen.slice(0, -1)),
  doubled: (history) => withLastReading(history, (seen) => [...seen, ...seen.slice(-1)]),
  reordered: (history) => withLastReading(history, swapNeighboursOfOneSubject),
  stale: (history) => {
    const last = history.readings.at(-1)
    if (!last) return history
    const forgetful = { ...last, seen: last.seen.slice(1) }
    return { ...history, readings: [...history.readings, forgetful] }
  },
  contradictory: (history) =>
    withLastReading(history, (seen) =>
      seen.map((event, index) => (index === 0 ? { ...event, hash: `${event.hash.slice(0, -1)}x` } : event))
    )
}

function withLastReading(
  { acknowledged, readings }: History,
  change: (seen: readonly SeenEvent[]) => readonly SeenEvent[]
): History {
  const changed = readings.map(
    (reading, index): Reading =>
      index === readings.length - 1 ? { ...reading, seen: change(reading.seen) } : reading
  )
  return { acknowledged, readings: changed }
}

function swapNeighboursOfOneSubject(seen: readonly SeenEvent[]): readonly SeenEvent[] {
  const [first] = seen
  const other = seen.findIndex(({ subject }, index) => index > 0 && subject === first?.subject)
  const second = seen[other]
  if (!first || !second) return seen
  return seen.map((event, index) => (index === 0 ? second : index === other ? first : event))
}
