import type { EdxmlPackage } from './edxml-package.ts'
import { edxmlNamespace, one } from './elements.ts'
import { checkSignature, type SignatureTrust, signatureNamespace, signaturesIn } from './package-signature.ts'
import { readAttachments } from './read-attachments.ts'
import { readDocument } from './read-document.ts'
import { readStatus } from './read-status.ts'
import { parseXml, refuse, type XmlElement } from './xml-tree.ts'

/**
 * Reads an edXML package of QCVN 102:2016: a document of any business type or a status of either form, with
 * child elements in any order and either spelling. Of a signed package only the signed bytes are read.
 * Throws `BUS_PACKAGE_INVALID`, whose text says what to correct.
 */
export function readPackage(bytes: Buffer, trust: SignatureTrust = nobodyTrusted): EdxmlPackage {
  const root = parseXml(bytes)
  const [signature, ...others] = signaturesIn(root)
  if (!signature) return readContent(root)
  if (others.length > 0) refuse('package-signature-odd')
  if (signature.namespace !== signatureNamespace) return { ...readContent(root), signature: 'unverifiable' }
  const { worth, content } = checkSignature(bytes, trust)
  return { ...readContent(content === bytes ? root : parseXml(content)), signature: worth }
}

const nobodyTrusted: SignatureTrust = { authorities: [], at: 0 }

function readContent(root: XmlElement): EdxmlPackage {
  const envelope = root.name === 'edXMLEnvelope' ? root : one(root, 'edXMLEnvelope')
  if (!envelope || envelope.namespace !== edxmlNamespace) return refuse('package-not-edxml')
  const header = one(envelope, 'edXMLHeader') ?? refuse('package-element-missing', { element: 'edXMLHeader' })
  const status = statusElement(header)
  if (status) return { ...readStatus(status), files: [] }
  return { ...readDocument(header), files: readAttachments(root, envelope) }
}

/** A status is in MessageHeader or in an element of its own. */
function statusElement(header: XmlElement): XmlElement | undefined {
  const own = one(header, 'Status')
  if (own) return own
  const message = one(header, 'MessageHeader')
  return one(message, 'StatusCode') && message
}
