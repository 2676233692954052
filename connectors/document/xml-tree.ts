import { SaxesParser } from 'saxes'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'

/** An element with its name resolved. Text between child elements is dropped. */
export interface XmlElement {
  readonly namespace: string
  /** The local name. */
  readonly name: string
  readonly children: readonly XmlElement[]
  readonly text: string
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

interface OpenElement {
  readonly namespace: string
  readonly name: string
  readonly prefixes: ReadonlyMap<string, string>
  readonly children: XmlElement[]
  text: string
}

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

  parser.on('error', () => refuse('package-not-xml'))
  parser.on('doctype', () => refuse('package-doctype'))
  parser.on('processinginstruction', () => refuse('package-instruction'))
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && encoding.toUpperCase() !== 'UTF-8') refuse('package-not-utf8')
  })
  parser.on('opentagstart', ({ name }) => {
    elements += 1
    attributes = 0
    if (elements > maxElements || open.length >= maxDepth || name.length > maxNameLength)
      refuse('package-too-large')
  })
  parser.on('attribute', () => {
    attributes += 1
    allAttributes += 1
    if (attributes > maxAttributes || allAttributes > maxAllAttributes) refuse('package-too-large')
  })
  parser.on('opentag', (tag) => {
    const prefixes = declaredPrefixes(tag.attributes, open.at(-1)?.prefixes)
    const [prefix, name] = tag.name.includes(':') ? tag.name.split(':', 2) : ['', tag.name]
    const namespace = prefixes.get(prefix ?? '')
    if (namespace === undefined && prefix !== '') refuse('package-not-xml')
    open.push({ namespace: namespace ?? '', name: name ?? '', prefixes, children: [], text: '' })
  })
  const takeText = (text: string): void => {
    const element = open.at(-1)
    if (!element) return
    if (element.name !== longTextElement) textLength += text.length
    if (textLength > maxTextLength) refuse('package-too-large')
    element.text += text
  }
  parser.on('text', takeText)
  parser.on('cdata', takeText)
  parser.on('closetag', () => {
    const closed = open.pop()
    if (!closed) return
    const { namespace, name, children, text } = closed
    const element: XmlElement = { namespace, name, children, text }
    const parent = open.at(-1)
    if (parent) parent.children.push(element)
    else root = element
  })
  parser.write(decode(bytes)).close()
  return root ?? refuse('package-not-xml')
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decode(bytes: Buffer): string {
  if (bytes.length > maxPackageBytes) refuse('package-too-large')
  if (bytes.includes(0)) refuse('package-not-utf8')
  let references = 0
  for (let at = bytes.indexOf(0x26); at >= 0; at = bytes.indexOf(0x26, at + 1)) {
    references += 1
    if (references > maxReferences) refuse('package-too-large')
  }
  if (hasHugeTag(bytes)) refuse('package-too-large')
  try {
    return utf8.decode(bytes)
  } catch {
    return refuse('package-not-utf8')
  }
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
  const declared = Object.entries(attributes).filter(
    ([name]) => name === 'xmlns' || name.startsWith('xmlns:')
  )
  if (declared.length === 0) return inherited ?? new Map([['xml', 'http://www.w3.org/XML/1998/namespace']])
  const prefixes = new Map(inherited)
  for (const [name, uri] of declared) prefixes.set(name === 'xmlns' ? '' : name.slice(6), String(uri))
  return prefixes
}

/** Rejects a package; `values` fill in the reason. */
export function refuse(fault: Fault, values: Readonly<Record<string, string | number>> = {}): never {
  throw new BusError('BUS_PACKAGE_INVALID', fault, { values })
}
