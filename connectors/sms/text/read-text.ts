import { type DecodedText, decodeGsm7 } from './gsm7.ts'

/** A short message as it came, its header taken off. */
export interface ReadText {
  /** Undefined for data that is no text, and for alphabets of other countries. */
  readonly text: string | undefined
  readonly isDamaged: boolean
  /** Set for a part of a long message. */
  readonly joined?: Joined
  /** Set for a message to a port of the phone: to and from. */
  readonly ports?: readonly number[]
  /** The octets behind the header. */
  readonly content: Buffer
}

export interface Joined {
  readonly reference: number
  readonly referenceBits: 8 | 16
  readonly total: number
  /** From 1. */
  readonly number: number
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const latin1 = (octets: Buffer): DecodedText => ({ text: octets.toString('latin1'), isDamaged: false })

/** Undefined if the header is longer than the message. */
export function readText(message: Buffer, hasHeader: boolean, dataCoding: number): ReadText | undefined {
  const header: Header | undefined = hasHeader ? readHeader(message) : { length: 0 }
  if (!header) return undefined
  const { length, hasNationalTable, ...elements } = header
  const content = message.subarray(length)
  const decoded = hasNationalTable ? undefined : decode(content, dataCoding)
  return { ...(decoded ?? { text: undefined, isDamaged: false }), ...elements, content }
}

/** Text of octets by their data_coding; undefined for data and for alphabets of other countries. */
export function decode(octets: Buffer, dataCoding: number): DecodedText | undefined {
  switch (alphabetOf(dataCoding)) {
    case 'gsm7':
      return decodeDefault(octets)
    case 'latin1':
      return latin1(octets)
    case 'ucs2':
      return decodeUcs2(octets)
    default:
      return undefined
  }
}

/** By SMPP 3.4, 5.2.19, and 3GPP TS 23.038 for what has a message class, or is a sign that messages wait. */
function alphabetOf(dataCoding: number): 'gsm7' | 'latin1' | 'ucs2' | undefined {
  if (dataCoding >= 0xf0) return (dataCoding & 4) === 0 ? 'gsm7' : undefined
  if (dataCoding >= 0xe0) return 'ucs2'
  if (dataCoding >= 0xc0) return 'gsm7'
  if (dataCoding >= 0x10 && dataCoding < 0x20) return generalAlphabets[(dataCoding >> 2) & 3]
  if (dataCoding === 0 || dataCoding === 1) return 'gsm7'
  if (dataCoding === 3) return 'latin1'
  return dataCoding === 8 ? 'ucs2' : undefined
}

const generalAlphabets = ['gsm7', undefined, 'ucs2', undefined] as const

/** Some centres send UTF-8 where the default alphabet is named; septets have no eighth bit. */
function decodeDefault(octets: Buffer): DecodedText {
  if (octets.some((octet) => octet > 0x7f)) {
    try {
      return { text: utf8.decode(octets), isDamaged: false }
    } catch {
      // Neither of them: the default alphabet, with gaps.
    }
  }
  return decodeGsm7(octets)
}

function decodeUcs2(octets: Buffer): DecodedText {
  const even = octets.subarray(0, octets.length & ~1)
  const text = Buffer.from(even)
    .swap16()
    .toString('utf16le')
    .replace(/^\ufeff/, '')
  return { text: text.toWellFormed(), isDamaged: even.length !== octets.length || !text.isWellFormed() }
}

interface Header {
  readonly length: number
  /** Septets by a table for one language (3GPP TS 23.038, A.2 and A.3): none of them is that of Vietnamese. */
  readonly hasNationalTable?: boolean
  readonly joined?: Joined
  readonly ports?: readonly number[]
}

function readHeader(message: Buffer): Header | undefined {
  const length = 1 + (message[0] ?? 0)
  if (length > message.length) return undefined
  let header: Header = { length }
  for (let at = 1; at + 2 <= length; ) {
    const [element = 0, size = 0] = message.subarray(at, at + 2)
    const value = message.subarray(at + 2, at + 2 + size)
    at += 2 + size
    if (at > length) return undefined
    header = { ...header, ...readElement(element, value) }
  }
  return header
}

function readElement(element: number, value: Buffer): Omit<Header, 'length'> {
  const [a = 0, b = 0, c = 0, d = 0] = value
  if (element === 0 && value.length === 3) return joinedBy(8, a, b, c)
  if (element === 8 && value.length === 4) return joinedBy(16, (a << 8) | b, c, d)
  if ((element === 0x24 || element === 0x25) && a > 0) return { hasNationalTable: true }
  if (element === 4 && value.length === 2) return { ports: [a, b] }
  if (element === 5 && value.length === 4) return { ports: [(a << 8) | b, (c << 8) | d] }
  return {}
}

/** A part that cannot be one, such as the third of two, is a message of its own. */
export function joinedBy(
  referenceBits: 8 | 16,
  reference: number,
  total: number,
  number: number
): { readonly joined?: Joined } {
  return total > 1 && number >= 1 && number <= total
    ? { joined: { reference, referenceBits, total, number } }
    : {}
}
