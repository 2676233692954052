/** Number of partitions of each topic, unless configured otherwise. */
export const defaultPartitions = 6

/** The partition of a key, as Java clients compute it: murmur2, made positive, modulo the number of partitions. */
export function partitionOf(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions
}

const m = 0x5bd1e995

/** Kafka's murmur2 with its seed, as a signed 32-bit integer. */
export function murmur2(data: Uint8Array): number {
  const { length } = data
  let h = 0x9747b28c ^ length
  let at = 0
  const byte = (index: number): number => data[index] ?? 0
  for (; length - at >= 4; at += 4) {
    let k = byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24)
    k = Math.imul(k, m)
    k ^= k >>> 24
    h = Math.imul(h, m) ^ Math.imul(k, m)
  }
  const rest = length - at
  if (rest >= 3) h ^= byte(at + 2) << 16
  if (rest >= 2) h ^= byte(at + 1) << 8
  if (rest >= 1) h = Math.imul(h ^ byte(at), m)
  h ^= h >>> 13
  h = Math.imul(h, m)
  return h ^ (h >>> 15)
}
