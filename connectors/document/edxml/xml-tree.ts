import { SaxesParser } from 'saxes'
import { isReserved } from '#protocol/events/package-extensions.ts'
import { refuse } from './package-fault.ts'
import { checkXml, decodeXml, longTextsIn, maxTagBytes } from './xml-bytes.ts'
import {
  attributesIn,
  declaredPrefixes,
  nameIn,
  type Prefixes,
  type ResolvedName,
  type XmlAttribute
} from './xml-names.ts'

/** An element with its name resolved. */
export interface XmlElement extends ResolvedName {
  readonly attributes: readonly XmlAttribute[]
  readonly children: readonly XmlElement[]
  /** All its text, without that of its children. */
  readonly text: string
  readonly parent: XmlElement | undefined
  /** Without text, without attributes, and without a child that has any: counts as absent. */
  readonly isEmpty: boolean
  /** What the reader made of it so far: nothing, opened it for its children, or read its text. */
  taken: 'not' | 'opened' | 'read'
  /** Where the writer puts it, if that is not where it was found. */
  place?: string
}

const maxDepth = 64
const maxAttributes = 64
const maxAllAttributes = 10_000
const maxElements = 10_000
const maxNameLength = 256
const maxTextLength = 1_048_576
/** The only element with long text: an attachment in base64. */
const longTextElement = 'ContentTransferEncoded'

type OpenElement = {
  -readonly [K in keyof XmlElement]: XmlElement[K]
} & { readonly children: XmlElement[]; readonly prefixes: Prefixes }

/**
 * Parses a whole package within limits: UTF-8 without NUL, one root, no DOCTYPE, no processing
 * instructions, only XML's own entities. Throws `BUS_PACKAGE_INVALID`. Fetches nothing. Namespaces are
 * resolved here because the parser's own resolution is quadratic in depth.
 */
export function parseXml(bytes: Buffer): XmlElement {
  const parser = new SaxesParser({ xmlns: false, position: false })
  const open: OpenElement[] = []
  let root: XmlElement | undefined
  let elements = 0
  let attributes = 0
  let allAttributes = 0
  let textLength = 0
  const here = (): string => (open.length > 1 ? open.slice(1) : open).map(({ name }) => name).join('/')

  parser.on('error', () => refuse('package-not-xml'))
  parser.on('doctype', () => refuse('package-doctype'))
  parser.on('processinginstruction', () => refuse('package-instruction'))
  parser.on('xmldecl', ({ encoding }) => {
    const isUtf8 = encoding === undefined || /^utf-?8$/i.test(encoding)
    if (!isUtf8) refuse('package-encoding', { got: encoding })
  })
  parser.on('opentagstart', ({ name }) => {
    elements += 1
    attributes = 0
    if (name.length > maxNameLength) refuse('package-tag-long', { limit: maxTagBytes })
    if (open.length >= maxDepth) refuse('package-too-deep', { limit: maxDepth, element: here() })
    if (elements > maxElements) refuse('package-elements-many', { limit: maxElements, element: here() })
  })
  parser.on('attribute', () => {
    attributes += 1
    allAttributes += 1
    if (attributes > maxAttributes || allAttributes > maxAllAttributes)
      refuse('package-attributes-many', {
        limit: maxAttributes,
        limitOfAll: maxAllAttributes,
        element: here()
      })
  })
  parser.on('opentag', (tag) => {
    const parent = open.at(-1)
    const prefixes = declaredPrefixes(tag.attributes, parent?.prefixes)
    const name = nameIn(tag.name, prefixes, prefixes.get('') ?? '')
    if (isReserved(name.namespace, false)) refuse('package-namespace', { got: tag.name })
    open.push({
      ...name,
      attributes: attributesIn(tag.attributes, prefixes),
      prefixes,
      children: [],
      text: '',
      parent,
      isEmpty: true,
      taken: 'not'
    })
  })
  const takeText = (text: string): void => {
    const element = open.at(-1)
    if (!element) return
    if (element.name !== longTextElement) textLength += text.length
    if (textLength > maxTextLength) refuse('package-text-long', { limit: maxTextLength, element: here() })
    element.text += text
  }
  parser.on('text', takeText)
  parser.on('cdata', takeText)
  parser.on('closetag', () => {
    const closed = open.pop()
    if (!closed) return
    const { children, attributes } = closed
    closed.isEmpty =
      attributes.length === 0 && children.every(({ isEmpty }) => isEmpty) && !/\S/.test(closed.text)
    const parent = open.at(-1)
    if (parent) parent.children.push(closed)
    else root = closed
  })
  const write = (from: number, to?: number): void => void parser.write(decodeXml(bytes.subarray(from, to)))
  checkXml(bytes)
  let at = 0
  for (const { tag, start, end } of longTextsIn(bytes)) {
    write(at, tag)
    const before = elements
    write(tag, start)
    at = start
    // Whether the tag is one, and not part of a comment or of a CDATA section, the parser has told by now.
    const isAttachment = elements === before + 1 && open.at(-1)?.name === longTextElement
    if (!isAttachment) continue
    takeText(bytes.toString('latin1', start, end)) // What is not base64 in it, the reader finds.
    at = end
  }
  write(at)
  parser.close()
  return root ?? refuse('package-not-xml')
}
