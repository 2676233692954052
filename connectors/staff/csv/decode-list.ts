import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { faults } from '../faults.ts'
import type { Encoding } from '../settings.ts'
import { vietnameseShare } from './syllables.ts'
import { fromVni } from './vni.ts'

export interface DecodedList {
  readonly text: string
  readonly encoding: Encoding | `${ByteEncoding | 'utf-8'} saved as utf-8`
}

type ByteEncoding = 'windows-1258' | 'tcvn3' | 'viscii' | 'vni'

const windows1252 = new TextDecoder('windows-1252')
/** Also of the five bytes that have no letter, which other tables leave out. */
const bytesOf1252 = new Map(
  Array.from({ length: 256 }, (_, byte) => [windows1252.decode(Uint8Array.of(byte)).charCodeAt(0), byte])
)
const decoders: Readonly<Record<ByteEncoding, (bytes: Uint8Array) => string>> = {
  'windows-1258': (bytes) => new TextDecoder('windows-1258').decode(bytes),
  tcvn3: (bytes) => iconv.decode(Buffer.from(bytes), 'tcvn'),
  viscii: (bytes) => iconv.decode(Buffer.from(bytes), 'viscii'),
  vni: (bytes) => fromVni(windows1252.decode(bytes))
}
const byteEncodings = Object.keys(decoders) as readonly ByteEncoding[]

/** A share of Vietnamese words from which a text counts as read right, and by how much it must lead. */
const goodShare = 0.8
const leadShare = 0.1
/** Below this, valid UTF-8 is looked at more closely: text of old fonts may have been saved as UTF-8. */
const doubtfulShare = 0.6
const judgedBytes = 262_144
const looksAtBytes = 65_536

/** The text of a list, in NFC. Throws if the encoding is not certain, or if the list has two. */
export function decodeList(bytes: Uint8Array, file: string, encoding: Encoding = 'auto'): DecodedList {
  const found = decodedFrom(bytes, file, encoding)
  return { ...found, text: found.text.replace(/^\ufeff/, '').normalize('NFC') }
}

function decodedFrom(bytes: Uint8Array, file: string, named: Encoding): DecodedList {
  const wide = wideEncoding(bytes)
  if (wide !== undefined) return unicode(bytes, wide)
  if (named === 'auto') return guessed(bytes, file)
  if (named.startsWith('utf-')) return unicode(bytes, named as 'utf-8')
  return { text: decoders[named as ByteEncoding](bytes), encoding: named }
}

function unicode(bytes: Uint8Array, encoding: 'utf-8' | 'utf-16le' | 'utf-16be'): DecodedList {
  const text = decoded(bytes, encoding)
  if (text !== undefined) return { text, encoding }
  const line = encoding === 'utf-8' ? firstBadLine(bytes) : 1
  throw faults.encodingWrong({ values: { line, encoding } })
}

/** UTF-16, by its mark or by the zero bytes of its ASCII letters. */
function wideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const [a, b] = bytes
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  const head = bytes.subarray(0, 4096)
  const zeros = [0, 0]
  for (const [at, byte] of head.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  const many = head.length / 5
  if (odd > many && even < odd / 10) return 'utf-16le'
  return even > many && odd < even / 10 ? 'utf-16be' : undefined
}

function guessed(bytes: Uint8Array, file: string): DecodedList {
  const text = decoded(bytes, 'utf-8')
  if (text === undefined) return fromBytes(bytes, file)
  const share = vietnameseShare(text.slice(0, judgedBytes).normalize('NFC'))
  if (share === undefined || share >= doubtfulShare) return { text, encoding: 'utf-8' }
  const saved = savedAsUtf8(text)
  if (!saved) throw faults.encodingUnknown({ values: { file } })
  return saved
}

/** Text of old fonts, which showed accents in place of other characters, that was saved as UTF-8. */
function savedAsUtf8(text: string): DecodedList | undefined {
  const bytes = Buffer.alloc(text.length)
  for (let at = 0; at < text.length; at += 1) {
    const byte = bytesOf1252.get(text.charCodeAt(at))
    if (byte === undefined) return undefined
    bytes[at] = byte
  }
  const twice = decoded(bytes, 'utf-8')
  if (twice !== undefined) return { text: twice, encoding: 'utf-8 saved as utf-8' }
  const best = bestOf(bytes, byteEncodings)
  return best && { text: decoders[best](bytes), encoding: `${best} saved as utf-8` }
}

function fromBytes(bytes: Uint8Array, file: string): DecodedList {
  const isMixed = bytes.subarray(0, firstBadAt(bytes)).some((byte) => byte >= 0x80)
  if (isMixed) throw faults.encodingMixed({ values: { line: firstBadLine(bytes) } })
  const best = bestOf(bytes, byteEncodings)
  if (best === undefined) throw faults.encodingUnknown({ values: { file } })
  return { text: decoders[best](bytes), encoding: best }
}

/** The encoding in which the text reads as Vietnamese, if that is certain. */
function bestOf(bytes: Uint8Array, among: readonly ByteEncoding[]): ByteEncoding | undefined {
  const head = bytes.subarray(0, judgedBytes)
  const judged = among
    .map((one) => ({ one, share: vietnameseShare(decoders[one](head).normalize('NFC')) ?? 0 }))
    .sort((a, b) => b.share - a.share)
  const [first, second] = judged
  if (!first || first.share < goodShare) return undefined
  return first.share - (second?.share ?? 0) >= leadShare ? first.one : undefined
}

function decoded(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined // A TypeError: the bytes are not of this encoding.
  }
}

/** The first line that is not UTF-8, counted from 1. */
function firstBadLine(bytes: Uint8Array): number {
  return lineEndsIn(bytes.subarray(0, firstBadAt(bytes))) + 1
}

/** Where the first line that is not UTF-8 begins. Looks at many lines at once, since a list may have millions. */
function firstBadAt(bytes: Uint8Array): number {
  let from = 0
  for (let step = looksAtBytes; from < bytes.length; ) {
    const at = bytes.indexOf(0x0a, from + step)
    const to = at === -1 ? bytes.length : at + 1
    if (isUtf8(bytes.subarray(from, to))) from = to
    else if (step === 0) return from
    else step = 0
  }
  return from
}

function lineEndsIn(bytes: Uint8Array): number {
  let count = 0
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === 0x0a || (bytes[at] === 0x0d && bytes[at + 1] !== 0x0a)) count += 1
  }
  return count
}
