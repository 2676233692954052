import { decodeHTMLStrict } from 'entities'
import { plainText, toText } from '../html/to-text.ts'
import type { RawHtml } from './feed.ts'
import type { XmlElement, XmlText } from './xml-tree.ts'

/** Child elements of a name, such as `title` or `dc:date`, in whatever case they are written. */
export function childrenOf(element: XmlElement, ...names: readonly string[]): readonly XmlElement[] {
  return element.children.filter(
    (child): child is XmlElement => 'name' in child && names.includes(child.name.toLowerCase())
  )
}

/** The first child of the first of these names that has any. */
export function firstOf(element: XmlElement, ...names: readonly string[]): XmlElement | undefined {
  for (const name of names) {
    const found = childrenOf(element, name).find((one) => one.children.length > 0)
    if (found) return found
  }
  return undefined
}

/** The text of an element and those within it, with references decoded. */
export function rawText(element: XmlElement): string {
  return element.children.map((child) => ('name' in child ? rawText(child) : decoded(child))).join('')
}

/** The text of an element in one line. */
export function lineOf(element: XmlElement | undefined): string {
  return element === undefined ? '' : plainText(rawText(element))
}

/** The HTML that an element contains: escaped or in a CDATA section, as it should be, or as elements. */
export function htmlOf(element: XmlElement): RawHtml {
  const hasElements = element.children.some((child) => 'name' in child)
  const html = hasElements
    ? markupOf(element)
    : element.children.map((c) => ('name' in c ? '' : decoded(c))).join('')
  return { html, base: element.base }
}

/** The text that a reader sees of an element that contains HTML. */
export function seenText(element: XmlElement | undefined): string {
  return element === undefined ? '' : toText(htmlOf(element).html)
}

function decoded({ text, isCdata }: XmlText): string {
  return isCdata ? text : withReferences(text)
}

/** Text with its references decoded; two that are the halves of one character are that character. */
export function withReferences(text: string): string {
  return decodeHTMLStrict(
    text.replaceAll(/&#(\w+);&#(\w+);/g, (pair, high: string, low: string) => {
      const [a, b] = [high, low].map((one) => Number(one.replace(/^x/i, '0x')))
      const isPair = isWithin(a, 0xd800) && isWithin(b, 0xdc00)
      return isPair ? String.fromCharCode(a ?? 0, b ?? 0) : pair
    })
  )
}

function isWithin(code: number | undefined, first: number): boolean {
  return code !== undefined && code >= first && code < first + 0x400
}

const withoutEnd = new Set([
  'br',
  'hr',
  'img',
  'input',
  'col',
  'wbr',
  'area',
  'source',
  'embed',
  'link',
  'meta'
])

/** Elements within an element as HTML; their text stands escaped in the document. */
export function markupOf(element: XmlElement): string {
  return element.children.map((child) => ('name' in child ? tagOf(child) : child.text)).join('')
}

function tagOf(element: XmlElement): string {
  const name = element.written.slice(element.written.indexOf(':') + 1)
  const attributes = Object.entries(element.attributes)
    .filter(([attribute]) => !attribute.startsWith('xmlns') && !attribute.startsWith('xml:'))
    .map(
      ([attribute, value]) => ` ${attribute}="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`
    )
    .join('')
  const open = `<${name}${attributes}>`
  // One that is not closed contains what follows it.
  return withoutEnd.has(name.toLowerCase())
    ? open + markupOf(element)
    : `${open}${markupOf(element)}</${name}>`
}
