import { isComposable, maxMarks } from '#protocol/events/composed-text.ts'
import { isStrictText } from '#protocol/events/strict-json.ts'
import { refuse } from './package-fault.ts'
import { dateOf, instantOf, isRealDay } from './package-times.ts'
import { edxmlNamespace, pathOf } from './paths.ts'
import type { XmlElement } from './xml-tree.ts'

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

/**
 * An element's text, composed (NFC) and trimmed. An empty element counts as absent, and so does one that has
 * only child elements: those become extensions.
 */
export function textOfElement(element: XmlElement | undefined): string | undefined {
  if (!element) return undefined
  const text = plainText(element.text, element)
  if (text !== undefined || !hasChildren(element)) element.taken = 'read'
  return text
}

export function hasChildren({ children }: XmlElement): boolean {
  return children.some(({ isEmpty }) => !isEmpty)
}

/** Of a text in an event. */
const maxLength = 262_144

/**
 * Composed (NFC) and trimmed, with U+0085 as the line end that it is; undefined if nothing is left. Rejects
 * what no event may have. `owner` is the element that the reason names.
 */
export function plainText(given: string, owner: XmlElement): string | undefined {
  const trimmed = given.replaceAll('\u0085', '\n').trim()
  if (!isComposable(trimmed)) refuse('package-marks', { element: pathOf(owner), limit: maxMarks })
  const text = trimmed.normalize('NFC')
  if (!isStrictText(text)) refuse('package-character', { element: pathOf(owner) })
  if (text.length > maxLength) refuse('package-element-long', { element: pathOf(owner), limit: maxLength })
  return text === '' ? undefined : text
}

/** A text that has one line. */
export function lineOfElement(element: XmlElement | undefined): string | undefined {
  const text = textOfElement(element)
  return text === undefined ? undefined : lineOf(text)
}

/** A text of one line that software may have broken over several, and indented. */
export function lineOf(text: string): string {
  return text.replace(/\s+/g, (blanks) => (/[\t\n\r]/.test(blanks) ? ' ' : blanks))
}

export function text(parent: XmlElement | undefined, ...names: readonly string[]): string | undefined {
  return textOfElement(one(parent, ...names))
}

export function texts(parent: XmlElement | undefined, name: string): readonly string[] {
  return all(parent, name).flatMap((element) => textOfElement(element) ?? [])
}

/** The texts of a list. Some software writes one text where the list belongs. */
export function textsIn(list: XmlElement | undefined, name: string): readonly string[] {
  const alone = list && !hasChildren(list) ? textOfElement(list) : undefined
  return alone === undefined ? texts(list, name) : [alone]
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
  const element = neededOne(parent, name)
  return textOfElement(element) ?? textMissing(element)
}

/** A required text of one line. */
export function neededLine(parent: XmlElement, name: string): string {
  const element = neededOne(parent, name)
  return lineOfElement(element) ?? textMissing(element)
}

/** A required element that has attributes or child elements, and no text. */
export function textMissing(element: XmlElement): never {
  const fault = hasChildren(element) ? 'package-text-absent' : 'package-element-missing'
  return refuse(fault, { element: pathOf(element) })
}

/** A required date as `YYYY-MM-DD`. */
export function neededDate(parent: XmlElement, name: string): string {
  const element = neededOne(parent, name)
  return dateOfElement(element) ?? textMissing(element)
}

/** A date as `YYYY-MM-DD`. One that stands for *none* stays, and becomes an extension. */
export function dateIn(parent: XmlElement, name: string): string | undefined {
  const element = one(parent, name)
  const day = dateOfElement(element)
  return element && day !== undefined && !isRealDay(day) ? left(element) : day
}

function dateOfElement(element: XmlElement | undefined): string | undefined {
  const value = textOfElement(element)
  if (!element || value === undefined) return undefined
  return dateOf(value) ?? refuse('package-date-malformed', { element: pathOf(element), got: value })
}

/** A required time as an instant of RFC 3339. */
export function neededInstant(parent: XmlElement, name: string): string {
  const element = neededOne(parent, name)
  return instantOfElement(element) ?? textMissing(element)
}

/** A time as an instant of RFC 3339. One that stands for *none* stays, and becomes an extension. */
export function instantIn(parent: XmlElement, name: string): string | undefined {
  const element = one(parent, name)
  const instant = instantOfElement(element)
  return element && instant !== undefined && !isRealDay(instant) ? left(element) : instant
}

function instantOfElement(element: XmlElement | undefined): string | undefined {
  const value = textOfElement(element)
  if (!element || value === undefined) return undefined
  return instantOf(value) ?? refuse('package-time-malformed', { element: pathOf(element), got: value })
}

function left(element: XmlElement): undefined {
  element.taken = 'not'
  return undefined
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
