import { gunzipSync, constants as zlib } from 'node:zlib'
import { analyse } from 'chardet'
import iconv from 'iconv-lite'

export interface GivenBytes {
  readonly bytes: Uint8Array
  /** The `Content-Type` of the answer. */
  readonly contentType?: string | undefined
  /** The encoding of the settings; it counts before all others. */
  readonly encoding?: string | undefined
  /** Largest text after decompression, in bytes. */
  readonly maxBytes: number
}

export type TextProblem =
  | 'invalid-bytes'
  | 'unknown-encoding'
  | 'other-encoding'
  | 'guessed-encoding'
  | 'media-type'

export interface DecodedText {
  readonly text: string
  /** By its name in the Encoding standard, or else that of iconv. */
  readonly encoding: string
  readonly problems: readonly TextProblem[]
}

/** Raised for bytes that are a larger text once they are decompressed. */
export class TooLarge extends TypeError {}

/**
 * The text of a feed. What is valid UTF-8 is UTF-8, whatever the server or the document says; otherwise both are
 * asked, and in the end the bytes themselves. Text that no one names an encoding of is taken for Vietnamese.
 */
export function decodeText({ bytes: given, contentType, encoding, maxBytes }: GivenBytes): DecodedText {
  const problems = new Set<TextProblem>()
  const bytes = decompressed(given, maxBytes, problems)
  const named = encoding === undefined ? undefined : labelOf(encoding)
  const charset = /charset\s*=\s*["']?([\w.:-]+)/i.exec(contentType ?? '')?.[1]
  if (/^text\/plain|^image\/|^application\/octet-stream/i.test(contentType ?? '')) problems.add('media-type')
  const marked = byteOrder(bytes)
  const declared = marked === undefined ? declaredEncoding(bytes) : undefined
  // Web servers say Latin-1 of every file, unless somebody told them otherwise.
  const isDefault = charset !== undefined && labelOf(charset) === 'windows-1252'
  const candidates = (isDefault ? [declared, charset] : [charset, declared]).flatMap((label) => {
    if (label === undefined) return []
    const known = labelOf(label)
    if (known === undefined) problems.add('unknown-encoding')
    return known === undefined || known.startsWith('utf-') ? [] : [known]
  })
  const saysUtf8 = [charset, declared].some((label) => label !== undefined && labelOf(label) === 'utf-8')
  const found = marked ?? named ?? encodingOf(bytes, { candidates, saysUtf8, problems })
  if (candidates.length > 0 && !candidates.includes(found)) problems.add('other-encoding')
  const isCertain = decode(bytes, found, true) !== undefined
  if (!isCertain || (saysUtf8 && found !== 'utf-8' && marked === undefined)) problems.add('invalid-bytes')
  const text = cleaned(decode(bytes, found, false) ?? '', found)
  return { text, encoding: found, problems: [...problems] }
}

interface Said {
  readonly candidates: readonly string[]
  readonly saysUtf8: boolean
  readonly problems: Set<TextProblem>
}

/** The encoding of bytes without a mark, by what is said of them and by what they can be. */
function encodingOf(bytes: Uint8Array, { candidates, saysUtf8, problems }: Said): string {
  if (isUtf8(bytes)) return isAscii(bytes) ? (candidates[0] ?? 'utf-8') : 'utf-8'
  const said = candidates.find((one) => decode(bytes, one, true) !== undefined)
  if (said === 'windows-1252' && hasVietnameseTones(bytes)) return 'windows-1258'
  return said ?? guess(bytes, saysUtf8, problems)
}

function decompressed(bytes: Uint8Array, maxOutputLength: number, problems: Set<TextProblem>): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength, finishFlush: zlib.Z_SYNC_FLUSH })
  } catch (error) {
    if (Object(error).code === 'ERR_BUFFER_TOO_LARGE') throw new TooLarge('a compressed feed is too large')
    problems.add('invalid-bytes')
    return new Uint8Array()
  }
}

/** Tones of windows-1258 stand behind their vowel; as Latin-1 they are letters that hardly ever do. */
function hasVietnameseTones(bytes: Uint8Array): boolean {
  const text = decode(bytes, 'windows-1258', false) ?? ''
  const tones = text.match(/\p{M}/gu)?.length ?? 0
  const behindVowels =
    text.normalize('NFD').match(/[aeiouy]\p{M}*[\u0300\u0301\u0303\u0309\u0323]/giu)?.length ?? 0
  return tones >= 3 && behindVowels >= tones
}

/** Names of encodings that neither the Encoding standard nor iconv knows. */
const otherLabels: Readonly<Record<string, string>> = {
  'viscii1.1-1': 'viscii',
  csviscii: 'viscii',
  'x-viscii': 'viscii',
  'x-viet-tcvn5712': 'tcvn',
  'x-viet-tcvn': 'tcvn'
}

/** The name that the Encoding standard, or else iconv, has for a label; undefined if there is none. */
function labelOf(label: string): string | undefined {
  const lower = label.toLowerCase()
  const bare = otherLabels[lower] ?? lower.replace(/^cp(?=125\d$)/, 'windows-')
  try {
    const { encoding } = new TextDecoder(bare)
    return encoding === 'gbk' ? 'gb18030' : encoding // Which contains it.
  } catch {
    return iconv.encodingExists(bare) ? bare : undefined // Such as UTF-32, VISCII and TCVN 5712.
  }
}

/** UTF-16 and UTF-32, and UTF-8 with a mark: told by the first bytes. */
function byteOrder(bytes: Uint8Array): string | undefined {
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8'
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 && bytes.length > 3 ? 'utf-32le' : 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'utf-32be'
  if (a === 0x3c && b === 0 && bytes.length > 3) return c === 0 && d === 0 ? 'utf-32le' : 'utf-16le'
  if (a === 0 && b === 0x3c) return 'utf-16be'
  return a === 0 && b === 0 && c === 0 && d === 0x3c ? 'utf-32be' : undefined
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1')
  return /<\?xml[^>]*?encoding\s*=\s*["']\s*([\w.:-]+)/.exec(head)?.[1]
}

function decode(bytes: Uint8Array, encoding: string, fatal: boolean): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal }).decode(bytes)
  } catch (error) {
    if (error instanceof RangeError) return iconv.decode(Buffer.from(bytes), encoding)
    return undefined // A TypeError: the bytes are not of this encoding.
  }
}

/** Whether bytes are UTF-8, but for a last character that was cut. */
function isUtf8(bytes: Uint8Array): boolean {
  for (let cut = 0; cut < 4; cut += 1) {
    if (decode(bytes.subarray(0, bytes.length - cut), 'utf-8', true) !== undefined) return true
  }
  return false
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80)
}

/** How much of a text may be no UTF-8 where it says that it is. */
const maxDamaged = 0.01
const guessedBytes = 65_536
/** What the guess cannot tell from Vietnamese: it knows no windows-1258. */
const likeVietnamese = /^(?:iso-8859-(?:1|2|9|15)|windows-125[0248]|ascii)$/i

function guess(bytes: Uint8Array, saysUtf8: boolean, problems: Set<TextProblem>): string {
  const damaged = (decode(bytes, 'utf-8', false) ?? '').match(/\ufffd/g)?.length ?? 0
  if (damaged <= bytes.length * (saysUtf8 ? maxDamaged * 20 : maxDamaged)) {
    const isMostlyUtf8 = damaged * 2 < bytes.filter((byte) => byte >= 0xc2).length
    if (isMostlyUtf8) return 'utf-8'
  }
  problems.add('guessed-encoding')
  const name = analyse(bytes.subarray(0, guessedBytes))[0]?.name ?? ''
  if (name === '' || likeVietnamese.test(name)) return 'windows-1258'
  return labelOf(name) ?? 'windows-1258'
}

const windows1252 = new TextDecoder('windows-1252')

/** Without the characters that XML and the bus forbid; the quotes of Windows that were taken for Unicode are restored. */
function cleaned(text: string, encoding: string): string {
  const restored = encoding.startsWith('utf-')
    ? text.replaceAll(/[\u0080-\u0084\u0086-\u009f]/g, (c) =>
        windows1252.decode(Uint8Array.of(c.charCodeAt(0)))
      )
    : text
  return restored
    .replaceAll(/[\v\f]/g, ' ')
    .replaceAll(/[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/g, '')
    .toWellFormed()
}
