import { xmlNamespace } from '#protocol/events/package-extensions.ts'
import { edxmlNamespace } from './paths.ts'
import type { XmlAttribute } from './xml-names.ts'

/** XML as it is to be written. */
export interface WrittenElement {
  readonly namespace: string
  readonly name: string
  /** How the tag is written, and what it declares. */
  readonly tag: string
  readonly attributes: XmlAttribute[]
  readonly children: WrittenElement[]
  text?: string
  /** Whether the text only repeats another; then an extension may replace it. */
  readonly isCopy?: boolean
  /** The number of the file whose bytes are the element's text. */
  readonly file?: number
}

export type Part = WrittenElement | undefined

/** An element with edXML's prefix, as in the samples of the exchange axis. */
export function el(name: string, ...parts: readonly Part[]): WrittenElement {
  return element(`edXML:${name}`, name, parts)
}

/** An element without a prefix. */
export function plainEl(name: string, ...parts: readonly Part[]): WrittenElement {
  return element(name, name, parts)
}

function element(tag: string, name: string, parts: readonly Part[]): WrittenElement {
  const children = parts.filter((part) => part !== undefined)
  return { namespace: edxmlNamespace, name, tag, attributes: [], children }
}

/** An element with text; left out if there is none. */
export function leaf(name: string, value: string | number | undefined): Part {
  return value === undefined || value === '' ? undefined : { ...el(name), text: String(value) }
}

/** An element with child elements; left out if there are none. */
export function group(name: string, ...parts: readonly Part[]): Part {
  return parts.some((part) => part !== undefined) ? el(name, ...parts) : undefined
}

/** The text of an element, with the numbers of files where their bytes belong. */
export function* render(element: WrittenElement): Generator<string | number> {
  const { tag, attributes, children, text, file } = element
  yield `<${tag}${attributes.map(attributeText).join('')}>${escapeXml(text ?? '')}`
  if (file !== undefined) yield file
  for (const child of children) yield* render(child)
  yield `</${tag.split(' ', 1)[0]}>`
}

function attributeText({ namespace, name, value }: XmlAttribute, index: number): string {
  const text = escapeAttribute(value)
  if (namespace === '') return ` ${name}="${text}"`
  if (namespace === xmlNamespace) return ` xml:${name}="${text}"`
  return ` xmlns:a${index}="${escapeAttribute(namespace)}" a${index}:${name}="${text}"`
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** In an attribute a parser reads a line end or a tab as a blank, unless it is escaped. */
export function escapeAttribute(value: string): string {
  return escapeXml(value).replace(/[\t\n]/g, (character) => `&#${character.charCodeAt(0)};`)
}
