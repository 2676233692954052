import type { Random } from '../faults/random.ts'

/** Bytes that have bitten somebody: ends, escapes, controls, broken and odd UTF-8. */
const oddBytes: readonly Uint8Array[] = [
  Buffer.of(0),
  Buffer.of(0xff),
  Buffer.of(0xc0, 0x80),
  Buffer.of(0xed, 0xa0, 0x80),
  Buffer.of(0xf4, 0x90, 0x80, 0x80),
  Buffer.of(0xef, 0xbb, 0xbf),
  Buffer.from('\u202e'),
  Buffer.from('\u0301'),
  Buffer.from('\ufffe'),
  Buffer.from('\u2028'),
  Buffer.from('\u0085'),
  Buffer.from('😀'),
  Buffer.from('\r\n'),
  Buffer.from('\\u0000'),
  Buffer.from('%00')
]

type Edit = (bytes: Buffer, random: Random) => Buffer

const at = (bytes: Buffer, random: Random): number => random.integer(0, bytes.length)

/** Changes bytes without knowing what they are. */
export const byteEdits: readonly Edit[] = [
  (bytes, random) => {
    const changed = Buffer.from(bytes)
    const place = random.integer(0, Math.max(0, changed.length - 1))
    if (changed.length > 0) changed[place] = (changed[place] ?? 0) ^ (1 << random.integer(0, 7))
    return changed
  },
  (bytes, random) => splice(bytes, at(bytes, random), random.integer(1, 8), Buffer.alloc(0)),
  (bytes, random) => splice(bytes, at(bytes, random), 0, Buffer.of(random.integer(0, 255))),
  (bytes, random) => splice(bytes, at(bytes, random), random.integer(0, 2), random.pick(oddBytes)),
  (bytes, random) => bytes.subarray(0, at(bytes, random)),
  (bytes, random) => {
    const start = at(bytes, random)
    const span = bytes.subarray(start, start + random.integer(1, 64))
    return splice(bytes, at(bytes, random), 0, span)
  },
  (bytes, random) => {
    const start = at(bytes, random)
    const span = bytes.subarray(start, start + random.integer(1, 32))
    const times = random.pick([10, 100, 1000])
    return splice(bytes, start, 0, Buffer.concat(Array<Buffer>(times).fill(span)))
  }
]

/** One change of bytes, or a part of others put in. */
export function mutateBytes(bytes: Buffer, other: Buffer, random: Random): Buffer {
  const edit = random.integer(0, byteEdits.length)
  const known = byteEdits[edit]
  if (known) return known(bytes, random)
  const start = at(other, random)
  return splice(
    bytes,
    at(bytes, random),
    random.integer(0, 32),
    other.subarray(start, start + random.integer(1, 200))
  )
}

export function splice(bytes: Buffer, start: number, removed: number, added: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, start), added, bytes.subarray(start + removed)])
}
