/**
 * Writes Avro values one after the other. What was written is copied out at the end, so that one buffer, as
 * large as the largest value seen, serves all.
 */
export class AvroWriter {
  #bytes = Buffer.allocUnsafe(16_384)
  #at = 0

  /** Begins another value. */
  start(): void {
    this.#at = 0
  }

  /** A copy of all that was written since `start`. */
  written(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#at))
  }

  byte(value: number): void {
    this.#make(1)
    this.#bytes[this.#at] = value
    this.#at += 1
  }

  /** Four bytes, the highest first. */
  uint32(value: number): void {
    this.#make(4)
    this.#at = this.#bytes.writeUInt32BE(value, this.#at)
  }

  /** An int or a long: an integer within ±(2^53 − 1), zigzag, in groups of seven bits. */
  long(value: number): void {
    this.#make(longestLong)
    const isShort = value >= -half && value < half
    let high = isShort ? 0 : highOf(value)
    let low = isShort ? ((value << 1) ^ (value >> 31)) >>> 0 : lowOf(value)
    while (high > 0) {
      this.#bytes[this.#at] = (low & 0x7f) | 0x80
      this.#at += 1
      low = ((low >>> 7) | ((high & 0x7f) << 25)) >>> 0
      high >>>= 7
    }
    while (low > 0x7f) {
      this.#bytes[this.#at] = (low & 0x7f) | 0x80
      this.#at += 1
      low >>>= 7
    }
    this.#bytes[this.#at] = low
    this.#at += 1
  }

  /** A string; one with a lone surrogate is written with another character in its place. */
  text(text: string): void {
    if (text.length <= shortText && this.#shortText(text)) return
    const length = Buffer.byteLength(text)
    this.long(length)
    this.#make(length)
    this.#at += this.#bytes.write(text, this.#at)
  }

  bytes(bytes: Uint8Array): void {
    this.long(bytes.length)
    this.#make(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  /** Writes a text of ASCII characters, whose length is one byte; false for another, of which nothing is written. */
  #shortText(text: string): boolean {
    this.#make(1 + text.length)
    const start = this.#at + 1
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      if (code > 0x7f) return false
      this.#bytes[start + at] = code
    }
    this.#bytes[this.#at] = text.length * 2
    this.#at = start + text.length
    return true
  }

  /** Makes room for more bytes. */
  #make(count: number): void {
    const needed = this.#at + count
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length))
    larger.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = larger
  }
}

/** In bytes: eight, since 54 bits are left of a safe integer. */
const longestLong = 8
/** Characters of a text that is written one by one: up to here that is faster than one call for all. */
const shortText = 40
const half = 2 ** 31

/** Zigzag makes 0, 1, 2, 3 of 0, −1, 1, −2. These are the high and the low 32 bits of it. */
function highOf(value: number): number {
  return Math.floor(sizeOf(value) / half)
}

function lowOf(value: number): number {
  return (sizeOf(value) % half) * 2 + (value < 0 ? 1 : 0)
}

function sizeOf(value: number): number {
  return value < 0 ? -value - 1 : value
}
