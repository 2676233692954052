import type { Load } from '../../load.ts'
import type { StoredEvent } from '../topic-check.ts'

export interface Standstill {
  readonly partition: number
  readonly ms: number
}

/** The longest time in which no event of a partition was acknowledged, between two moments, for each partition. */
export function standstills(
  { acknowledged, acknowledgedAt }: Pick<Load, 'acknowledged' | 'acknowledgedAt'>,
  partitionOf: ReadonlyMap<string, number>,
  [from, to]: readonly [number, number]
): readonly Standstill[] {
  const moments = new Map<number, number[]>([...partitionOf.values()].map((partition) => [partition, [from]]))
  for (const [index, { subject }] of acknowledged.entries()) {
    const at = acknowledgedAt[index] ?? 0
    const partition = partitionOf.get(subject)
    if (partition !== undefined && at >= from && at <= to) moments.get(partition)?.push(at)
  }
  return [...moments]
    .map(([partition, times]) => ({ partition, ms: longestGap([...times, to]) }))
    .sort((a, b) => a.partition - b.partition)
}

/** The partition of each subject. */
export function partitionsOf(stored: readonly StoredEvent[]): ReadonlyMap<string, number> {
  return new Map(stored.map(({ subject, partition }) => [subject, partition]))
}

function longestGap(times: readonly number[]): number {
  return times.slice(1).reduce((longest, time, index) => Math.max(longest, time - (times[index] ?? time)), 0)
}
