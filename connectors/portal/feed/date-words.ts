/** Languages that months and days of the week are read in. */
const languages = ['en', 'vi', 'fr', 'de', 'es', 'pt', 'it', 'nl', 'ru', 'el', 'pl', 'id', 'hu']

/** A word without marks, dots and case: `Mär.` and `mar` are one. */
export function bareWord(word: string): string {
  return word
    .normalize('NFD')
    .replace(/[\p{M}.]/gu, '')
    .replaceAll('đ', 'd')
    .toLowerCase()
}

function namesOf(options: Intl.DateTimeFormatOptions, dayOf: (n: number) => Date, count: number) {
  const found = new Map<string, number>()
  for (const language of languages) {
    for (const style of ['long', 'short'] as const) {
      const part = options.month ? { month: style } : { weekday: style }
      // A date with its day has the form that stands in dates, such as the genitive.
      for (const day of options.month ? [{}, { day: 'numeric' as const }] : [{}]) {
        const format = new Intl.DateTimeFormat(language, { ...part, ...day, timeZone: 'UTC' })
        for (let n = 0; n < count; n += 1) {
          const written = format
            .formatToParts(dayOf(n))
            .find(({ type }) => type === Object.keys(part)[0])?.value
          const word = bareWord(written ?? '')
          if (/^\p{L}{2,}$/u.test(word) && !found.has(word)) found.set(word, n)
        }
      }
    }
  }
  return found
}

const months = namesOf({ month: 'long' }, (n) => new Date(Date.UTC(2024, n, 15)), 12)
const weekdays = namesOf({ weekday: 'long' }, (n) => new Date(Date.UTC(2024, 0, 7 + n)), 7)
const english = [
  ...['january', 'february', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december']
]
/** Numbers that name months in Vietnamese, after *tháng*. */
const vietnamese = [
  ...['gieng', 'hai', 'ba', 'tu', 'nam', 'sau', 'bay', 'tam', 'chin', 'muoi', 'muoi mot', 'muoi hai']
]

/** Short forms that portals write beside those of the language. */
const otherShort: Readonly<Record<string, number>> = { μαω: 3, ιον: 6, ιολ: 7 }

/** The month that a word names, from 1; undefined if it names none. */
export function monthOf(word: string): number | undefined {
  const bare = bareWord(word)
  const other = otherShort[bare]
  if (other !== undefined) return other
  const inVietnamese = vietnamese.indexOf(bare.replaceAll(/\s+/g, ' '))
  if (inVietnamese !== -1) return inVietnamese + 1
  const inEnglish = bare.length >= 3 ? english.findIndex((name) => name.startsWith(bare)) : -1
  const month = inEnglish === -1 ? months.get(bare) : inEnglish
  return month === undefined ? undefined : month + 1
}

const weekdayWords = new Set([
  'cn',
  'chu',
  'nhat',
  'thu',
  'hai',
  'ba',
  'tu',
  'nam',
  'sau',
  'bay',
  'thurs',
  'thur',
  'tues'
])

export function isWeekday(word: string): boolean {
  const bare = bareWord(word)
  return weekdays.has(bare) || weekdayWords.has(bare) || /^t[2-7]$/.test(bare)
}

/** Words between the parts of a date that say nothing. */
const fillers = new Set([
  'ngay',
  'luc',
  'vao',
  'at',
  'on',
  'of',
  'de',
  'del',
  'le',
  'den',
  'um',
  'uhr',
  'gio',
  'cap',
  'dang',
  '@',
  't'
])

export function isFiller(word: string): boolean {
  return fillers.has(bareWord(word))
}

/** Offsets in minutes. The abbreviations of RFC 822, and what feeds write beside them. */
const offsets: Readonly<Record<string, number>> = {
  ...{ z: 0, ut: 0, utc: 0, gmt: 0, wet: 0, 'etc/gmt': 0, 'etc/utc': 0 },
  ...{ est: -300, edt: -240, et: -300, cst: -360, cdt: -300, ct: -360, mst: -420, mdt: -360, mt: -420 },
  ...{ pst: -480, pdt: -420, pt: -480, ast: -240, adt: -180, at: -240, akst: -540, akdt: -480, hst: -600 },
  ...{ bst: 60, ist: 330, cet: 60, cest: 120, met: 60, mest: 120, eet: 120, eest: 180, msk: 180 },
  ...{
    ict: 420,
    wib: 420,
    sgt: 480,
    hkt: 480,
    awst: 480,
    jst: 540,
    kst: 540,
    aest: 600,
    aedt: 660,
    nzst: 720
  }
}

/** The offset that a name of a zone stands for, in minutes; undefined if it names none. */
export function namedOffset(name: string): number | undefined {
  return offsets[name.toLowerCase()]
}

/** Minutes from UTC of an IANA zone at a local time, given as if it were UTC. */
export function zoneOffset(zone: string, localMs: number): number {
  const first = offsetAt(zone, localMs)
  return offsetAt(zone, localMs - first * 60_000)
}

const formats = new Map<string, Intl.DateTimeFormat>()

function offsetAt(zone: string, ms: number): number {
  const format =
    formats.get(zone) ?? new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
  formats.set(zone, format)
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes] = /([+-])(\d{2}):(\d{2})/.exec(name) ?? []
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

/** Whether Node knows an IANA zone of this name. */
export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false // A RangeError: there is no such zone.
  }
}
