const [acute, grave, hook, tilde, dot] = ['\u0301', '\u0300', '\u0309', '\u0303', '\u0323']
const [circumflex, breve] = ['\u0302', '\u0306']

/** What the fonts of VNI show for a character that follows a vowel. */
const marks: Readonly<Record<string, string>> = {
  ...{ ù: acute, ø: grave, û: hook, õ: tilde, ï: dot },
  ...{ â: circumflex, á: circumflex + acute, à: circumflex + grave },
  ...{ å: circumflex + hook, ã: circumflex + tilde, ä: circumflex + dot },
  ...{ ê: breve, é: breve + acute, è: breve + grave, ú: breve + hook, ü: breve + tilde, ë: breve + dot }
}
/** What they show for a character by itself. */
const letters: Readonly<Record<string, string>> = {
  ...{ í: 'í', ì: 'ì', æ: 'ỉ', ó: 'ĩ', ò: 'ị', î: 'ỵ', ô: 'ơ', ö: 'ư', ñ: 'đ' },
  ...{ Í: 'Í', Ì: 'Ì', Æ: 'Ỉ', Ó: 'Ĩ', Ò: 'Ị', Î: 'Ỵ', Ô: 'Ơ', Ö: 'Ư', Ñ: 'Đ' }
}

/** Text in the code of the VNI fonts, as its bytes read in windows-1252, in Unicode. */
export function fromVni(text: string): string {
  return text
    .replaceAll(
      /([aeouyôö])([ùøûõïâáàåãäêéèúüë])/giu,
      (_, vowel: string, mark: string) => (letters[vowel] ?? vowel) + (marks[mark.toLowerCase()] ?? '')
    )
    .replaceAll(/[íìæóòîôöñ]/giu, (one) => letters[one] ?? one)
    .normalize('NFC')
}
