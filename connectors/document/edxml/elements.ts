import { isDay, isInstant, parseInstant } from '#protocol/events/instant.ts'
import { isStrictText } from '#protocol/events/strict-json.ts'
import { edxmlNamespace, pathOf } from './paths.ts'
import { refuse, type XmlElement } from './xml-tree.ts'

/**
 * Children by local name in edXML's namespace, with any prefix and in any order; several names for several
 * spellings. An empty element counts as absent. What is found here counts as taken: `extensionsIn` reports
 * the rest.
 */
export function all(parent: XmlElement | undefined, ...names: readonly string[]): readonly XmlElement[] {
  const found = (parent?.children ?? []).filter(
    ({ namespace, name, isEmpty }) => namespace === edxmlNamespace && names.includes(name) && !isEmpty
  )
  for (const element of found) if (element.taken === 'not') element.taken = 'opened'
  return found
}

/** The one element there may be. Rejects the package if there is another: nobody can tell which of them counts. */
export function only([first, second]: readonly XmlElement[]): XmlElement | undefined {
  if (second) refuse('package-element-twice', { element: pathOf(second) })
  return first
}

export function one(parent: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  return only(all(parent, ...names))
}

/** A required element. */
export function neededOne(parent: XmlElement, name: string): XmlElement {
  return one(parent, name) ?? missing(parent, name)
}

export function missing(parent: XmlElement, name: string): never {
  return refuse('package-element-missing', { element: parent.parent ? `${pathOf(parent)}/${name}` : name })
}

/** An element's text, composed (NFC) and trimmed. An empty element counts as absent. */
export function textOfElement(element: XmlElement | undefined): string | undefined {
  if (!element) return undefined
  element.taken = 'read'
  return plainText(element.text, element)
}

/**
 * Composed (NFC) and trimmed, with U+0085 as the line end that it is; undefined if nothing is left. Rejects
 * characters that no event may have. `owner` is the element that the reason names.
 */
export function plainText(given: string, owner: XmlElement): string | undefined {
  const text = given.replaceAll('\u0085', '\n').trim().normalize('NFC')
  if (!isStrictText(text)) refuse('package-character', { element: pathOf(owner) })
  return text === '' ? undefined : text
}

export function text(parent: XmlElement | undefined, ...names: readonly string[]): string | undefined {
  return textOfElement(one(parent, ...names))
}

export function texts(parent: XmlElement | undefined, name: string): readonly string[] {
  return all(parent, name).flatMap((element) => textOfElement(element) ?? [])
}

/** A text that is taken only if it fits; otherwise the element stays, and becomes an extension. */
export function textIf(
  parent: XmlElement,
  name: string,
  fits: (text: string) => boolean
): string | undefined {
  const element = one(parent, name)
  const found = element && plainText(element.text, element)
  if (!element || found === undefined) return undefined
  element.taken = fits(found) ? 'read' : 'not'
  return element.taken === 'read' ? found : undefined
}

/** A required text. */
export function needed(parent: XmlElement, name: string): string {
  return text(parent, name) ?? missing(parent, name)
}

/** A date as `YYYY-MM-DD`. */
export function dateIn(parent: XmlElement | undefined, name: string): string | undefined {
  const element = one(parent, name)
  const value = textOfElement(element)
  if (!element || value === undefined) return undefined
  return dateOf(value) ?? refuse('package-date-malformed', { element: pathOf(element), got: value })
}

/** A time as an instant of RFC 3339. */
export function instantIn(parent: XmlElement | undefined, name: string): string | undefined {
  const element = one(parent, name)
  const value = textOfElement(element)
  if (!element || value === undefined) return undefined
  return instantOf(value) ?? refuse('package-time-malformed', { element: pathOf(element), got: value })
}

const timeGrammar =
  /^(\S+?)(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? ?(Z|[+-]\d{2}:?\d{2})?$/i
const vietnamMs = 7 * 3_600_000

/** `yyyy/MM/dd HH:mm:ss`, with or without seconds, or ISO 8601. Without an offset it is Vietnam's time (UTC+7, no summer time). */
export function instantOf(value: string): string | undefined {
  const [, date = '', hour = '0', minute = '00', second = '00', fraction = '', offset = '+07:00'] =
    timeGrammar.exec(value) ?? []
  const day = dayOf(date)
  if (day === undefined) return undefined
  const time = `${hour.padStart(2, '0')}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}`
  const at = parseInstant(`${day}T${time}${offset.toUpperCase().replace(/^(.\d\d)(\d\d)$/, '$1:$2')}`)
  const instant = at === undefined ? '' : new Date(at).toISOString()
  return isInstant(instant) ? instant : undefined // The offset may lead out of the years that have four digits.
}

/** `yyyy/MM/dd`, `dd/MM/yyyy` or ISO 8601. The time of day that some systems add to a date is dropped. */
export function dateOf(value: string): string | undefined {
  const day = dayOf(value)
  if (day !== undefined) return day
  const at = instantOf(value)
  const local = at && new Date(Date.parse(at) + vietnamMs).toISOString().slice(0, 10)
  return local !== undefined && isDay(local) ? local : undefined
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
  const local = new Date(Date.parse(instant) + vietnamMs).toISOString()
  return `${toPackageDate(local.slice(0, 10))} ${local.slice(11, 19)}`
}

/** A whole number from 0 to 65535. */
export function amountIn(parent: XmlElement | undefined, name: string): number | undefined {
  const element = one(parent, name)
  const value = textOfElement(element)
  if (!element || value === undefined) return undefined
  const fits = /^\d{1,5}$/.test(value) && Number(value) <= 65_535
  return fits ? Number(value) : refuse('package-number-malformed', { element: pathOf(element), got: value })
}

/** Leaves out undefined members and empty lists, as the JSON form requires. */
export function present<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(members).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)
  )
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> }
}
