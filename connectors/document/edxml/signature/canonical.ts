import { ParseOption, XmlC14NMode, XmlDocument, type XmlElement, XmlParseError } from 'libxml2-wasm'
import { asPackageFault } from '../package-fault.ts'
import { signatureNamespace } from '../signature-elements.ts'
import type { CanonicalMode } from './algorithms.ts'

/**
 * Parses a package that `parseXml` has parsed before, so it has no DOCTYPE and is within the limits. The
 * parser keeps every character that XML 1.0 allows, as canonical XML requires. Undefined if it does not take
 * the package because of a namespace that is no URI. Throws `BUS_PACKAGE_INVALID`.
 */
export function openXml(bytes: Buffer): XmlDocument | undefined {
  const option = ParseOption.XML_PARSE_HUGE | ParseOption.XML_PARSE_NONET
  try {
    return XmlDocument.fromBuffer(bytes, { option })
  } catch (error) {
    if (isOfNamespaces(error)) return undefined
    throw asPackageFault(error)
  }
}

function isOfNamespaces(error: unknown): boolean {
  const messages = error instanceof XmlParseError ? error.details.map(({ message }) => message) : ['']
  return messages.length > 0 && messages.every((message) => message.includes('is not a valid URI'))
}

/** How an element is turned into bytes. */
export interface Canonical {
  readonly mode: CanonicalMode
  /** Prefixes that exclusive canonical XML treats as the inclusive one does. */
  readonly prefixes: readonly string[]
}

/** What a reference without a transform of its own uses. */
export const defaultCanonical: Canonical = { mode: XmlC14NMode.XML_C14N_1_0, prefixes: [] }

export function canonicalBytes(node: XmlDocument | XmlElement, { mode, prefixes }: Canonical): Buffer {
  const chunks: Buffer[] = []
  node.canonicalize(
    {
      write: (chunk) => {
        chunks.push(Buffer.from(chunk)) // The memory is used again.
        return chunk.length
      },
      close: () => true
    },
    { mode, ...(prefixes.length > 0 ? { inclusiveNamespacePrefixes: [...prefixes] } : {}) }
  )
  return Buffer.concat(chunks)
}

const namespaces = { ds: signatureNamespace, ec: 'http://www.w3.org/2001/10/xml-exc-c14n#' }

/** The elements that an XPath expression finds, with `ds:` for XML-DSig. */
export function elementsAt(node: XmlDocument | XmlElement, xpath: string): readonly XmlElement[] {
  return node.find(xpath, namespaces) as XmlElement[]
}
