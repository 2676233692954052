import { encodeGsm7, septetsOf } from './gsm7.ts'

/** Octets of the alphabet of a message, SMPP's data_coding. */
export const dataCodings = { gsm7: 0, ucs2: 8 } as const
export type Alphabet = keyof typeof dataCodings

/** A text as one or several short messages. */
export interface Segmented {
  readonly alphabet: Alphabet
  /** The text of each part, and its octets without a header. */
  readonly parts: readonly { readonly text: string; readonly octets: Buffer }[]
}

/** Units of a message alone, and of a part behind a header with a reference of 8 or 16 bits (3GPP TS 23.040). */
const limits = {
  gsm7: { alone: 160, part8: 153, part16: 152 },
  ucs2: { alone: 70, part8: 67, part16: 66 }
} as const

/** Splits a text in Normalization Form C. No letter is cut: neither one of the extension table nor a pair of surrogates. */
export function segment(text: string, referenceBits: 8 | 16 = 8): Segmented {
  const alphabet: Alphabet = encodeGsm7(text) ? 'gsm7' : 'ucs2'
  const limit = limits[alphabet]
  const whole = cut(text, alphabet, limit.alone)
  const texts =
    whole.length === 1 ? whole : cut(text, alphabet, referenceBits === 8 ? limit.part8 : limit.part16)
  return { alphabet, parts: texts.map((part) => ({ text: part, octets: encode(part, alphabet) })) }
}

function cut(text: string, alphabet: Alphabet, limit: number): readonly string[] {
  const parts: string[] = []
  let [part, size] = ['', 0]
  for (const letter of text) {
    const own = alphabet === 'gsm7' ? (septetsOf(letter)?.length ?? 0) : letter.length
    if (size + own > limit) {
      parts.push(part)
      ;[part, size] = ['', 0]
    }
    part += letter
    size += own
  }
  return [...parts, part]
}

function encode(text: string, alphabet: Alphabet): Buffer {
  return (alphabet === 'gsm7' ? encodeGsm7(text) : undefined) ?? Buffer.from(text, 'utf16le').swap16()
}

/** The header that joins the parts of a long message (3GPP TS 23.040, 9.2.3.24.1 and .8). */
export function joiningHeader(
  reference: number,
  total: number,
  number: number,
  referenceBits: 8 | 16 = 8
): Buffer {
  if (referenceBits === 8) return Buffer.from([5, 0, 3, reference & 0xff, total, number])
  return Buffer.from([6, 8, 4, (reference >> 8) & 0xff, reference & 0xff, total, number])
}
