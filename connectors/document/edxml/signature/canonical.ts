import { ParseOption, XmlDocument, type XmlElement } from 'libxml2-wasm'
import { asPackageFault } from '../package-fault.ts'
import { signatureNamespace } from '../signature-elements.ts'
import { canonicalizations } from './algorithms.ts'

/**
 * Parses a package that `parseXml` has parsed before, so it has no DOCTYPE and is within the limits. The
 * parser keeps every character that XML 1.0 allows, as canonical XML requires. It is stricter about the
 * addresses of namespaces: throws `BUS_PACKAGE_INVALID`.
 */
export function openXml(bytes: Buffer): XmlDocument {
  const option = ParseOption.XML_PARSE_HUGE | ParseOption.XML_PARSE_NONET
  try {
    return XmlDocument.fromBuffer(bytes, { option })
  } catch (error) {
    throw asPackageFault(error)
  }
}

/** How an element is turned into bytes. */
export interface Canonical {
  readonly algorithm: string
  /** Prefixes that exclusive canonical XML treats as the inclusive one does. */
  readonly prefixes: readonly string[]
}

/** What a reference without a transform of its own uses. */
export const defaultCanonical: Canonical = {
  algorithm: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  prefixes: []
}

export function canonicalBytes(node: XmlDocument | XmlElement, { algorithm, prefixes }: Canonical): Buffer {
  const chunks: Buffer[] = []
  const mode = canonicalizations.get(algorithm)
  node.canonicalize(
    {
      write: (chunk) => {
        chunks.push(Buffer.from(chunk)) // The memory is used again.
        return chunk.length
      },
      close: () => true
    },
    {
      ...(mode === undefined ? {} : { mode }),
      ...(prefixes.length > 0 ? { inclusiveNamespacePrefixes: [...prefixes] } : {})
    }
  )
  return Buffer.concat(chunks)
}

const namespaces = { ds: signatureNamespace, ec: 'http://www.w3.org/2001/10/xml-exc-c14n#' }

/** The elements that an XPath expression finds, with `ds:` for XML-DSig. */
export function elementsAt(node: XmlDocument | XmlElement, xpath: string): readonly XmlElement[] {
  return node.find(xpath, namespaces) as XmlElement[]
}
