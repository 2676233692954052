import { isDay } from '#protocol/events/instant.ts'
import { refuse, type XmlElement } from './xml-tree.ts'

/** The namespace of QCVN 102:2016/BTTTT. */
export const edxmlNamespace = 'http://www.mic.gov.vn/TBT/QCVN_102_2016'

/** Children by local name in edXML's namespace, with any prefix and in any order; several names for several spellings. */
export function all(parent: XmlElement | undefined, ...names: readonly string[]): readonly XmlElement[] {
  return (parent?.children ?? []).filter(
    ({ namespace, name }) => namespace === edxmlNamespace && names.includes(name)
  )
}

export function one(parent: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  return all(parent, ...names)[0]
}

/** An element's text, composed (NFC) and trimmed. An empty element counts as absent. */
export function textOfElement(element: XmlElement | undefined): string | undefined {
  const text = element?.text.trim().normalize('NFC')
  return text === '' ? undefined : text
}

export function text(parent: XmlElement | undefined, ...names: readonly string[]): string | undefined {
  return textOfElement(one(parent, ...names))
}

export function texts(parent: XmlElement | undefined, name: string): readonly string[] {
  return all(parent, name).flatMap((element) => textOfElement(element) ?? [])
}

/** A required text. `name` is the element that the error names. */
export function needed(parent: XmlElement | undefined, name: string): string {
  return text(parent, name) ?? refuse('package-element-missing', { element: name })
}

/** `yyyy/MM/dd` or `dd/MM/yyyy` as `YYYY-MM-DD`. */
export function dateOf(value: string | undefined, element: string): string | undefined {
  if (value === undefined) return undefined
  const [, year, month, day] = /^(\d{4})[/-](\d{1,2})[/-](\d{1,2})$/.exec(value) ?? []
  const [, day2, month2, year2] = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$/.exec(value) ?? []
  const text = `${year ?? year2}-${(month ?? month2 ?? '').padStart(2, '0')}-${(day ?? day2 ?? '').padStart(2, '0')}`
  return isDay(text) ? text : refuse('package-date-malformed', { element, got: value })
}

/** `yyyy/MM/dd HH:mm:ss` in Vietnam's time (UTC+7, no summer time) as an instant. */
export function instantOf(value: string | undefined, element: string): string | undefined {
  if (value === undefined) return undefined
  const [, date, time] = /^(\S+)[ T](\d{2}:\d{2}:\d{2})$/.exec(value) ?? []
  const day = date === undefined ? undefined : dateOf(date, element)
  const at = Date.parse(`${day}T${time}.000+07:00`)
  return Number.isNaN(at)
    ? refuse('package-date-malformed', { element, got: value })
    : new Date(at).toISOString()
}

/** `YYYY-MM-DD` in the form of packages. */
export function toPackageDate(date: string): string {
  return date.replaceAll('-', '/')
}

/** An instant in the form of packages: Vietnam's time, whole seconds. */
export function toPackageTime(instant: string): string {
  const local = new Date(Date.parse(instant) + 7 * 3_600_000).toISOString()
  return `${toPackageDate(local.slice(0, 10))} ${local.slice(11, 19)}`
}

/** A whole number from 0 to 65535. */
export function amountOf(value: string | undefined, element: string): number | undefined {
  if (value === undefined) return undefined
  const amount = Number(value)
  const fits = /^\d{1,5}$/.test(value) && amount <= 65_535
  return fits ? amount : refuse('package-number-malformed', { element, got: value })
}

/** Leaves out undefined members and empty lists, as the JSON form requires. */
export function present<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(members).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)
  )
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> }
}
