/** Letters of other alphabets that look like Latin ones. */
const alike: Readonly<Record<string, string>> = {
  ...{
    А: 'A',
    В: 'B',
    С: 'C',
    Е: 'E',
    Н: 'H',
    І: 'I',
    К: 'K',
    М: 'M',
    О: 'O',
    Р: 'P',
    Т: 'T',
    Х: 'X',
    У: 'Y'
  },
  ...{
    Α: 'A',
    Β: 'B',
    Ε: 'E',
    Ζ: 'Z',
    Η: 'H',
    Ι: 'I',
    Κ: 'K',
    Μ: 'M',
    Ν: 'N',
    Ο: 'O',
    Ρ: 'P',
    Τ: 'T',
    Χ: 'X'
  },
  ...{ Υ: 'Y', Ѕ: 'S', Ј: 'J', Ð: 'Đ' }
}

const plain = /^[!-~]*$/
const leadingZeros = /^0+(?=\d+$)/

/** The same for staff numbers that a person takes for the same: case, spaces, leading zeros, other alphabets. */
export function lookAlike(staffNumber: string): string {
  // Almost all are plain, and there are many.
  if (plain.test(staffNumber)) return staffNumber.toUpperCase().replace(leadingZeros, '')
  return staffNumber
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\p{Cf}]/gu, '')
    .replaceAll(/./gu, (one) => alike[one] ?? one)
    .replaceAll(/[‐-―−]/g, '-')
    .replace(leadingZeros, '')
}
