import { instantMs, isDay, isInstant, parseInstant } from '#protocol/events/instant.ts'

/** The forms of dates and times in packages. */

const timeGrammar =
  /^(\S+?)(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? ?(Z|[+-]\d{2}:?\d{2})?$/i
const vietnamMs = 7 * 3_600_000
/** The last time of Vietnam that has a year of four digits, as if it were UTC. */
const lastMs = instantMs('9999-12-31T23:59:59.999Z')
/** No date or time is longer; longer texts are slow to compare with the grammar. */
const maxLength = 64

/** `yyyy/MM/dd HH:mm:ss`, with or without seconds, or ISO 8601. Without an offset it is Vietnam's time (UTC+7, no summer time). */
export function instantOf(value: string): string | undefined {
  if (value.length > maxLength) return undefined
  const [, date = '', hour = '0', minute = '00', second = '00', fraction = '', offset = '+07:00'] =
    timeGrammar.exec(value) ?? []
  const day = dayOf(date)
  if (day === undefined) return undefined
  const time = `${hour.padStart(2, '0')}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}`
  const at = parseInstant(`${day}T${time}${offset.toUpperCase().replace(/^(.\d\d)(\d\d)$/, '$1:$2')}`)
  if (at === undefined || at + vietnamMs > lastMs) return undefined
  const instant = new Date(at).toISOString()
  return isInstant(instant) ? instant : undefined // The offset may lead to a year before the first.
}

/** `yyyy/MM/dd`, `dd/MM/yyyy` or ISO 8601. The time of day that some systems add to a date is dropped. */
export function dateOf(value: string): string | undefined {
  const day = dayOf(value)
  if (day !== undefined) return day
  const at = instantOf(value)
  return at && localDay(at)
}

function localDay(instant: string): string {
  return inVietnam(instant).slice(0, 10)
}

/** An instant as Vietnam's time, in the form of ISO 8601. An event may name a later time than a package can. */
function inVietnam(instant: string): string {
  return new Date(Math.min(instantMs(instant) + vietnamMs, lastMs)).toISOString()
}

/** Some systems write the first day of their calendar for *none*: 0001-01-01, 1753-01-01, 1899-12-30. */
export function isRealDay(day: string): boolean {
  return day >= '1900'
}

function dayOf(value: string): string | undefined {
  const [, year, month, day] = /^(\d{4})[/-](\d{1,2})[/-](\d{1,2})$/.exec(value) ?? []
  const [, day2, month2, year2] = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$/.exec(value) ?? []
  const text = `${year ?? year2}-${(month ?? month2 ?? '').padStart(2, '0')}-${(day ?? day2 ?? '').padStart(2, '0')}`
  return isDay(text) ? text : undefined
}

/** `YYYY-MM-DD` in the form of packages. */
export function toPackageDate(date: string): string {
  return date.replaceAll('-', '/')
}

/** An instant in the form of packages: Vietnam's time, whole seconds. */
export function toPackageTime(instant: string): string {
  const local = inVietnam(instant)
  return `${toPackageDate(local.slice(0, 10))} ${local.slice(11, 19)}`
}
