import { SaxesParser } from 'saxes'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'

/** An attribute with its name resolved; declarations of namespaces are none. */
export interface XmlAttribute {
  readonly namespace: string
  /** The local name. */
  readonly name: string
  readonly value: string
}

/** An element with its name resolved. */
export interface XmlElement {
  readonly namespace: string
  /** The local name. */
  readonly name: string
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

const maxPackageBytes = 73_400_320
const maxDepth = 64
const maxAttributes = 64
const maxAllAttributes = 10_000
const maxElements = 10_000
const maxNameLength = 256
const maxTagBytes = 65_536
const maxTextLength = 1_048_576
const maxReferences = 20_000
/** The only element with long text: an attachment in base64. */
const longTextElement = 'ContentTransferEncoded'
const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance'
export const xmlNamespace = 'http://www.w3.org/XML/1998/namespace'

type OpenElement = {
  -readonly [K in keyof XmlElement]: XmlElement[K]
} & { readonly children: XmlElement[]; readonly prefixes: ReadonlyMap<string, string> }

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
    if (encoding !== undefined && encoding.toUpperCase() !== 'UTF-8') refuse('package-not-utf8')
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
    open.push({
      ...nameIn(tag.name, prefixes, prefixes.get('') ?? ''),
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
  parser.write(decode(bytes)).close()
  return root ?? refuse('package-not-xml')
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decode(bytes: Buffer): string {
  if (bytes.length > maxPackageBytes) refuse('package-too-large', { limit: maxPackageBytes / 1_048_576 })
  if (bytes.includes(0)) refuse('package-not-utf8')
  if (hasManyReferences(bytes)) refuse('package-references-many', { limit: maxReferences })
  if (hasHugeTag(bytes)) refuse('package-tag-long', { limit: maxTagBytes })
  try {
    return utf8.decode(bytes)
  } catch {
    return refuse('package-not-utf8')
  }
}

/** A line end or blank as a character reference: some software ends every line of base64 with one. */
const blankReference = /^&#(?:9|10|13|32|x9|x0?[AaDd]|x20);/

/** References are slow to parse. Those that stand for line ends and blanks are as many as an attachment is long. */
function hasManyReferences(bytes: Buffer): boolean {
  let references = 0
  for (let at = bytes.indexOf('&'); at >= 0; at = bytes.indexOf('&', at + 1)) {
    if (blankReference.test(bytes.toString('latin1', at, at + 8))) continue
    references += 1
    if (references > maxReferences) return true
  }
  return false
}

/** A tag of megabytes is slow to parse, whatever it contains; text and CDATA sections may be long. */
function hasHugeTag(bytes: Buffer): boolean {
  for (let at = bytes.indexOf('<'); at >= 0; ) {
    const isCdata = bytes[at + 1] === 0x21 && bytes[at + 2] === 0x5b
    const end = bytes.indexOf(isCdata ? ']]>' : '>', at)
    if (!isCdata && (end < 0 ? bytes.length : end) - at > maxTagBytes) return true
    if (end < 0) return false
    at = bytes.indexOf('<', end)
  }
  return false
}

function declaredPrefixes(
  attributes: Readonly<Record<string, unknown>>,
  inherited: ReadonlyMap<string, string> | undefined
): ReadonlyMap<string, string> {
  const declared = Object.entries(attributes).filter(([name]) => isDeclaration(name))
  if (declared.length === 0) return inherited ?? new Map([['xml', xmlNamespace]])
  const prefixes = new Map(inherited ?? [['xml', xmlNamespace]])
  for (const [name, uri] of declared) prefixes.set(name === 'xmlns' ? '' : name.slice(6), String(uri))
  return prefixes
}

function isDeclaration(name: string): boolean {
  return name === 'xmlns' || name.startsWith('xmlns:')
}

/** What is not a declaration. Attributes of XML Schema (`xsi:nil`, `xsi:schemaLocation`) describe the text, and are none of it. */
function attributesIn(
  attributes: Readonly<Record<string, unknown>>,
  prefixes: ReadonlyMap<string, string>
): readonly XmlAttribute[] {
  const found = Object.entries(attributes)
    .filter(([name]) => !isDeclaration(name))
    .map(([name, value]) => ({ ...nameIn(name, prefixes, ''), value: String(value) }))
  const names = new Set(found.map(({ namespace, name }) => `${namespace} ${name}`))
  if (names.size < found.length) refuse('package-not-xml')
  return found.filter(({ namespace }) => namespace !== schemaInstance)
}

function nameIn(
  tag: string,
  prefixes: ReadonlyMap<string, string>,
  unprefixed: string
): Pick<XmlElement, 'namespace' | 'name'> {
  const [prefix = '', name, more] = tag.split(':')
  if (name === undefined) return { namespace: unprefixed, name: tag }
  if (name === '' || more !== undefined) refuse('package-not-xml')
  return { namespace: prefixes.get(prefix) ?? refuse('package-not-xml'), name }
}

/** Rejects a package; `values` fill in the reason. */
export function refuse(fault: Fault, values: Readonly<Record<string, string | number>> = {}): never {
  throw new BusError('BUS_PACKAGE_INVALID', fault, { values })
}
