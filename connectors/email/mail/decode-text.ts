import iconv from 'iconv-lite'

export interface DecodedText {
  readonly text: string
  /** Whether the encoding is none that can be read for sure: the bytes are worth keeping. */
  readonly isGuessed: boolean
}

const western = /^(?:iso-?8859-1|latin-?1|windows-1252|cp1252)$/
/** Letters of Vietnamese with a tone after them, as windows-1258 writes them. */
const vietnamese = /[aăâeêioôơuưy][\u0300\u0301\u0303\u0309\u0323]/i

/**
 * The text of bytes, composed (NFC). What is UTF-8 is read as such, whatever it is called: hardly any other text is
 * valid UTF-8 by chance. UTF-7 is not read: it hides characters from those who look at the bytes.
 */
export function decodeText(bytes: Uint8Array, charset: string | undefined): DecodedText {
  const label = charset?.match(/[\w.:-]+/)?.[0].toLowerCase()
  if (bytes.every((byte) => byte < 0x80) && !/^(utf-?(16|32)|iso-2022|hz)/.test(label ?? '')) {
    return { text: clean(decodeAs(bytes, 'utf-8') ?? ''), isGuessed: /utf-?7|unicode-1-1/.test(label ?? '') }
  }
  const utf8 = /^utf-?(16|32)|^iso-2022/.test(label ?? '') ? undefined : decodeAs(bytes, 'utf-8', true)
  if (utf8 !== undefined) return { text: clean(utf8), isGuessed: false }
  const known = label === undefined || /^utf-?(7|8)$|ascii/.test(label) ? undefined : decodeAs(bytes, label)
  // Old programs call any text Western.
  const isVietnamese = western.test(label ?? '') && looksVietnamese(bytes)
  if (known !== undefined && !isVietnamese) return { text: clean(known), isGuessed: false }
  const damaged = decodeAs(bytes, 'utf-8') ?? ''
  if (isMostlyWhole(damaged)) return { text: clean(damaged), isGuessed: true }
  const guess = decodeAs(bytes, 'windows-1258') ?? ''
  return {
    text: clean(vietnamese.test(guess) ? guess : (decodeAs(bytes, 'windows-1252') ?? '')),
    isGuessed: true
  }
}

/** In other languages, bytes that are a vowel and a tone in windows-1258 are rare. */
function looksVietnamese(bytes: Uint8Array): boolean {
  const text = decodeAs(bytes, 'windows-1258') ?? ''
  const toned = text.match(new RegExp(vietnamese, 'gi'))?.length ?? 0
  return toned > 1 && toned * 6 > (text.match(/\S+/g)?.length ?? 0)
}

/** A letter that was cut at the end of a line, or a byte that was lost, does not make another encoding of a text. */
function isMostlyWhole(text: string): boolean {
  const lost = text.match(/\ufffd/g)?.length ?? 0
  return lost * 2 < (text.match(/[\u0080-\ufffc]/g)?.length ?? 0)
}

/** Undefined for an encoding that nobody knows, or bytes that are not of it. */
function decodeAs(bytes: Uint8Array, label: string, fatal = false): string | undefined {
  try {
    return new TextDecoder(label.replace(/^cp(?=125\d$)/, 'windows-'), { fatal }).decode(bytes)
  } catch (error) {
    const name = /viscii/.test(label) ? 'viscii' : /tcvn/.test(label) ? 'tcvn5712' : label
    if (!(error instanceof RangeError) || !iconv.encodingExists(name)) return undefined
    return iconv.decode(Buffer.from(bytes), name)
  }
}

/** Without the characters that the bus forbids in texts. */
function clean(text: string): string {
  return compose(text.replaceAll(/\r\n?/g, '\n'))
    .replaceAll(/[\0-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/g, '')
    .toWellFormed()
}

/** In NFC. Of a run of combining marks that no language writes, the first remain: composing all would take long. */
export function compose(text: string): string {
  return text.replaceAll(/(\p{M}{8})\p{M}+/gu, '$1').normalize('NFC')
}
