import type { JsonObject } from '#protocol/events/json.ts'
import type { EdxmlPackage } from './edxml-package.ts'
import { all, missing, neededOne, one, only } from './elements.ts'
import { extensionsIn } from './extensions.ts'
import { refuse } from './package-fault.ts'
import { edxmlNamespace } from './paths.ts'
import { readAttachments } from './read-attachments.ts'
import { readDocument } from './read-document.ts'
import { readStatus } from './read-status.ts'
import type { CheckSignature } from './signature/checked-signature.ts'
import { signatureNamespace, signaturesIn } from './signature-elements.ts'
import { parseXml, type XmlElement } from './xml-tree.ts'

/**
 * Reads an edXML package of QCVN 102:2016: a document of any business type or a status of either form, with
 * child elements in any order and either spelling. Of a signed package only the signed bytes are read. What
 * the event's type has no field for is in its `extensions`. Throws `BUS_PACKAGE_INVALID`, whose text says
 * where and what to correct.
 */
export function readPackage(bytes: Buffer, check: CheckSignature = notChecked): EdxmlPackage {
  const root = parseXml(bytes)
  const [signature, ...others] = signaturesIn(root)
  if (!signature) return readContent(root)
  if (others.length > 0) refuse('package-signature-odd')
  if (signature.namespace !== signatureNamespace) return { ...readContent(root), signature: 'unverifiable' }
  const { worth, content, ...signer } = check(bytes)
  return { ...readContent(content === bytes ? root : parseXml(content)), signature: worth, ...signer }
}

function notChecked(): never {
  throw new TypeError('a signed package is read with something that checks its signature')
}

function readContent(root: XmlElement): EdxmlPackage {
  const envelope = envelopeIn(root)
  const header = neededOne(envelope, 'edXMLHeader')
  const status = statusIn(header)
  const read = status ? { ...readStatus(status), files: [] } : readDocumentPackage(root, envelope, header)
  const extensions = extensionsIn(root)
  if (extensions.length === 0) return read
  return { ...read, data: { ...read.data, extensions: extensions as unknown as JsonObject[] } }
}

function envelopeIn(root: XmlElement): XmlElement {
  root.taken = 'opened'
  if (root.name === 'edXMLEnvelope' && root.namespace === edxmlNamespace) {
    root.place = 'edXMLEnvelope'
    return root
  }
  const envelope = root.name === 'edXML' ? one(root, 'edXMLEnvelope') : undefined
  return envelope ?? refuse('package-not-edxml', { element: root.name })
}

function readDocumentPackage(root: XmlElement, envelope: XmlElement, header: XmlElement): EdxmlPackage {
  return { ...readDocument(header), files: readAttachments(root, envelope) }
}

/** A status is in MessageHeader or in an element of its own. */
function statusIn(header: XmlElement): XmlElement | undefined {
  const message = only(all(header, 'MessageHeader', 'Status'))
  if (!message) return missing(header, 'MessageHeader')
  if (message.name !== 'Status' && !one(message, 'StatusCode')) return undefined
  message.place = 'edXMLEnvelope/edXMLHeader/MessageHeader'
  return message
}
