import { isUtf8 } from 'node:buffer'
import { BusError } from '../errors/bus-error.ts'
import { instantRange, maxItems, msPerDay, type Shape } from './payload-shape.ts'

const zigzagOfSafe = 2 * Number.MAX_SAFE_INTEGER

/**
 * Compiles a check of Avro bytes of any origin, to be run before they are decoded: avsc trusts every length
 * that it reads. The check takes time linear in the bytes, since the profile has no type of size zero.
 * Throws `BUS_PAYLOAD_INVALID` unless the bytes are exactly one value of the shape.
 */
export function boundedWalkOf(shape: Shape): (bytes: Uint8Array) => void {
  const step = stepOf(shape)
  return (bytes) => {
    const walk = new Walk(bytes)
    step(walk)
    if (walk.at !== bytes.length) walk.refuse()
  }
}

type Step = (walk: Walk) => void

function stepOf(shape: Shape): Step {
  switch (shape.kind) {
    case 'string':
      return (walk) => walk.text()
    case 'bytes':
      return (walk) => walk.skip(walk.long())
    case 'boolean':
      return (walk) => walk.index(2)
    case 'int':
      return (walk) => walk.inRange(walk.long(), -2_147_483_648, 2_147_483_647)
    case 'date':
      return (walk) => walk.inRange(walk.long() * msPerDay, instantRange.first, instantRange.last)
    case 'long':
      return (walk) => {
        walk.long()
      }
    case 'instant':
      return (walk) => walk.inRange(walk.long(), instantRange.first, instantRange.last)
    case 'enum': {
      const last = shape.symbols.length - 1
      return (walk) => walk.inRange(walk.long(), 0, last)
    }
    case 'array':
      return arrayStep(shape.items)
    case 'record': {
      const steps = shape.fields.map(({ optional, shape: field }) =>
        optional ? optionalStep(field) : stepOf(field)
      )
      return (walk) => {
        for (const step of steps) step(walk)
      }
    }
  }
}

/** A union of null and the shape. Its branch index is always one byte. */
function optionalStep(shape: Shape): Step {
  const step = stepOf(shape)
  return (walk) => {
    const branch = walk.long()
    walk.inRange(branch, 0, 1)
    if (branch === 1) step(walk)
  }
}

function arrayStep(items: Shape): Step {
  const step = stepOf(items)
  const minItemBytes = minBytesOf(items)
  return (walk) => {
    for (let count = walk.long(); count !== 0; count = walk.long()) {
      const blockBytes = count < 0 ? walk.long() : undefined
      const start = walk.at
      walk.take(Math.abs(count), minItemBytes)
      for (let left = Math.abs(count); left > 0; left -= 1) step(walk)
      if (blockBytes !== undefined && walk.at !== start + blockBytes) walk.refuse()
    }
  }
}

function minBytesOf(shape: Shape): number {
  if (shape.kind !== 'record') return 1
  return shape.fields.reduce((sum, { optional, shape: field }) => sum + (optional ? 1 : minBytesOf(field)), 0)
}

class Walk {
  readonly #bytes: Uint8Array
  #itemsLeft = maxItems
  at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** A zigzag variable-length integer within ±(2^53 − 1). */
  long(): number {
    let value = 0
    let scale = 1
    for (let length = 1; length <= 10; length += 1) {
      const byte = this.#bytes[this.at]
      if (byte === undefined) return this.refuse()
      this.at += 1
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        if (value > zigzagOfSafe) this.refuse() // Up to here, only the sign of numbers beyond 2^52 is uncertain.
        return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      }
      scale *= 128
    }
    return this.refuse()
  }

  inRange(value: number, least: number, most: number): void {
    if (value < least || value > most) this.refuse()
  }

  /** Reads one byte less than `count`. */
  index(count: number): void {
    const byte = this.#bytes[this.at]
    if (byte === undefined || byte >= count) this.refuse()
    this.at += 1
  }

  skip(count: number): void {
    if (count < 0 || count > this.#bytes.length - this.at) this.refuse()
    this.at += count
  }

  text(): void {
    const length = this.long()
    const start = this.at
    this.skip(length)
    for (let at = start; at < this.at; at += 1) {
      if ((this.#bytes[at] ?? 0) < 0x80) continue
      if (!isUtf8(this.#bytes.subarray(at, this.at))) this.refuse()
      return
    }
  }

  take(count: number, minItemBytes: number): void {
    this.#itemsLeft -= count
    if (this.#itemsLeft < 0 || count * minItemBytes > this.#bytes.length - this.at) this.refuse()
  }

  refuse(): never {
    throw new BusError('BUS_PAYLOAD_INVALID', 'payload-not-avro', { values: { position: this.at } })
  }
}
