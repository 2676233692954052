/** The basic table of GSM 7-bit (3GPP TS 23.038), by septet; 0x1b leads to the extension table. */
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const extension: Readonly<Record<string, number>> = {
  ...{ '\f': 0x0a, '^': 0x14, '{': 0x28, '}': 0x29, '\\': 0x2f },
  ...{ '[': 0x3c, '~': 0x3d, ']': 0x3e, '|': 0x40, '€': 0x65 }
}
const toExtension = 0x1b

const septetsByLetter = new Map<string, readonly number[]>([
  ...Array.from(basic, (letter, septet): [string, number[]] => [letter, [septet]]),
  ...Object.entries(extension).map(([letter, septet]): [string, number[]] => [letter, [toExtension, septet]])
])
septetsByLetter.delete('\x1b')
const extensionLetters = new Map(Object.entries(extension).map(([letter, septet]) => [septet, letter]))

/** The septets of a letter: one, or two from the extension table; undefined if it has none. */
export function septetsOf(letter: string): readonly number[] | undefined {
  return septetsByLetter.get(letter)
}

/** Text as septets, one in an octet; undefined if a letter has none. */
export function encodeGsm7(text: string): Buffer | undefined {
  const septets: number[] = []
  for (const letter of text) {
    const own = septetsByLetter.get(letter)
    if (!own) return undefined
    septets.push(...own)
  }
  return Buffer.from(septets)
}

export interface DecodedText {
  readonly text: string
  /** Octets were replaced that the alphabet does not have. */
  readonly isDamaged: boolean
}

/** Septets, one in an octet, as text. What the table does not have becomes a space, as phones show it. */
export function decodeGsm7(septets: Uint8Array): DecodedText {
  let [text, isDamaged, isEscaped] = ['', false, false]
  for (const septet of septets) {
    if (septet > 0x7f) isDamaged = true
    if (isEscaped) {
      // A letter that the extension table lacks is shown as that of the basic table.
      text += extensionLetters.get(septet) ?? (septet === toExtension ? ' ' : (basic[septet] ?? ' '))
      isEscaped = false
    } else if (septet === toExtension) isEscaped = true
    else text += basic[septet] ?? ' '
  }
  return { text, isDamaged: isDamaged || isEscaped }
}
