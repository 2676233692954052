import { isFileName } from '#protocol/events/file-name.ts'
import { all, missing, neededOne, one, only, text, textIf, textOfElement } from './elements.ts'
import { isMediaType, mediaTypeOf } from './media-type.ts'
import { edxmlNamespace, pathOf } from './paths.ts'
import { refuse, type XmlElement } from './xml-tree.ts'

/** A file in a package. */
export interface PackedFile {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Buffer
}

/** Pairs the manifest's references with the encoded attachments, in the manifest's order, bytes as they are. */
export function readAttachments(root: XmlElement, envelope: XmlElement): readonly PackedFile[] {
  const body = one(envelope, 'edXMLBody')
  const references = all(one(body, 'edXMLManifest'), 'Reference')
  const places = root === envelope ? [envelope, body] : [root, envelope, body]
  const encoded = only(places.flatMap((place) => all(place, 'AttachmentEncoded')))
  if (encoded) encoded.place = 'AttachmentEncoded'
  const waiting = new Set(all(encoded, 'Attachment'))
  const files = references.map((reference, index) => {
    const attachment = attachmentOf(reference, waiting)
    waiting.delete(attachment)
    reference.place = `edXMLEnvelope/edXMLBody/edXMLManifest/Reference${indexed(index)}`
    attachment.place = `AttachmentEncoded/Attachment${indexed(index)}`
    return readFile(reference, attachment)
  })
  const [unreferenced] = waiting
  if (unreferenced) refuse('package-attachment-unlisted', { element: pathOf(unreferenced) })
  return files
}

function indexed(index: number): string {
  return index === 0 ? '' : `[${index + 1}]`
}

/** Two files may have the same ContentId; then the name decides, and otherwise the order. */
function attachmentOf(reference: XmlElement, waiting: ReadonlySet<XmlElement>): XmlElement {
  const id = contentId(reference)
  const alike = [...waiting].filter((attachment) => contentId(attachment) === id)
  const name = text(reference, 'AttachmentName')
  const found = alike.find((attachment) => text(attachment, 'AttachmentName') === name) ?? alike[0]
  return found ?? refuse('package-attachment-absent', { element: pathOf(reference), got: id })
}

/** Some systems write `cid:` on one side only, or angle brackets as in mail. */
function contentId(element: XmlElement): string {
  const id = text(element, 'ContentId') ?? missing(element, 'ContentId')
  return id
    .replace(/^<(.*)>$/, '$1')
    .replace(/^cid:/i, '')
    .trim()
}

/** What differs between the two, and descriptions that are not the name, become extensions. */
function readFile(reference: XmlElement, attachment: XmlElement): PackedFile {
  const named = text(attachment, 'AttachmentName') === undefined ? reference : attachment
  const name = checkedName(neededOne(named, 'AttachmentName'))
  const bytes = decode(attachment, name)
  const declared =
    textIf(attachment, 'ContentType', isMediaType) ?? textIf(reference, 'ContentType', isMediaType)
  const mediaType = declared ?? mediaTypeOf(bytes, name)
  textIf(reference, 'AttachmentName', (text) => text === name)
  textIf(reference, 'ContentType', (text) => text === mediaType)
  for (const element of [reference, attachment]) textIf(element, 'Description', (text) => text === name)
  return { name, mediaType, bytes }
}

/** The name is only shown and offered, never used as a path; all the same nothing in it may look like one. */
function checkedName(element: XmlElement): string {
  const name = textOfElement(element) ?? ''
  return isFileName(name) ? name : refuse('package-attachment-name', { element: pathOf(element), name })
}

/** An attachment may be a file of no bytes, so an empty element counts here. */
function decode(attachment: XmlElement, name: string): Buffer {
  const contents = attachment.children.filter(
    (child) => child.namespace === edxmlNamespace && child.name === 'ContentTransferEncoded'
  )
  const element = only(contents) ?? missing(attachment, 'ContentTransferEncoded')
  element.taken = 'read'
  const compact = /\s/.test(element.text) ? element.text.replace(/\s+/g, '') : element.text
  const bytes = Buffer.from(compact, 'base64')
  const length = Math.floor((compact.replace(/=+$/, '').length * 3) / 4)
  if (bytes.length !== length || compact.length % 4 === 1)
    refuse('package-attachment-encoding', { element: pathOf(element), name })
  return bytes
}
