import { partitionOf } from '#engines/event-log/partition.ts'
import type { Load } from '../../load.ts'

export interface Standstill {
  readonly partition: number
  readonly ms: number
}

/** The longest time in which no event of a partition was acknowledged, between two moments, for each partition. */
export function standstills(
  { acknowledged, acknowledgedAt }: Pick<Load, 'acknowledged' | 'acknowledgedAt'>,
  partitions: number,
  [from, to]: readonly [number, number]
): readonly Standstill[] {
  const moments = new Map<number, number[]>(
    Array.from({ length: partitions }, (_unused, partition) => [partition, [from]])
  )
  for (const [index, { subject }] of acknowledged.entries()) {
    const at = acknowledgedAt[index] ?? 0
    const partition = partitionOf(Buffer.from(subject), partitions)
    if (at >= from && at <= to) moments.get(partition)?.push(at)
  }
  return [...moments].map(([partition, times]) => ({ partition, ms: longestGap([...times, to]) }))
}

/** The partitions of which an event was acknowledged since. */
export function acknowledgedSince(
  { acknowledged, acknowledgedAt }: Pick<Load, 'acknowledged' | 'acknowledgedAt'>,
  partitions: number,
  since: number
): ReadonlySet<number> {
  const recent = acknowledged.filter((_event, index) => (acknowledgedAt[index] ?? 0) > since)
  return new Set(recent.map(({ subject }) => partitionOf(Buffer.from(subject), partitions)))
}

function longestGap(times: readonly number[]): number {
  return times.slice(1).reduce((longest, time, index) => Math.max(longest, time - (times[index] ?? time)), 0)
}
