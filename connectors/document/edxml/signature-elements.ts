import { edxmlNamespace, isNamedAsContent } from './paths.ts'
import type { XmlElement } from './xml-tree.ts'

export const signatureNamespace = 'http://www.w3.org/2000/09/xmldsig#'

/**
 * The elements that may be the package's signature: XML-DSig's, and those of the same name in edXML's own
 * namespace, as the samples of the exchange axis have them.
 */
export function signaturesIn(element: XmlElement): readonly XmlElement[] {
  const isOne =
    element.name === 'Signature' && [signatureNamespace, edxmlNamespace].includes(element.namespace)
  return [...(isOne ? [element] : []), ...element.children.flatMap(signaturesIn)]
}

/** Whether an element is the package's signature and not content of it: its result is in the event. */
export function isPackageSignature(element: XmlElement): boolean {
  const { name, namespace, parent } = element
  if (name !== 'Signature' || hasFile(element)) return false
  const places = ['edXMLHeader', 'edXMLEnvelope', 'edXML']
  return (
    namespace === signatureNamespace || (namespace === edxmlNamespace && places.includes(parent?.name ?? ''))
  )
}

function hasFile(element: XmlElement): boolean {
  return isNamedAsContent(element) || element.children.some(hasFile)
}
