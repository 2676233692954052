import { isFileName } from '#protocol/events/file-name.ts'
import { all, one, text, textOfElement } from './elements.ts'
import { mediaTypeOf } from './sniff.ts'
import { refuse, type XmlElement } from './xml-tree.ts'

/** A file in a package. */
export interface PackedFile {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Buffer
}

/** Pairs the manifest's references with the encoded attachments, in the manifest's order, bytes as they are. */
export function readAttachments(root: XmlElement, envelope: XmlElement): readonly PackedFile[] {
  const manifest = one(one(envelope, 'edXMLBody'), 'edXMLManifest')
  const references = all(manifest, 'Reference')
  const encoded = one(root, 'AttachmentEncoded') ?? one(envelope, 'AttachmentEncoded')
  const attachments = new Map(all(encoded, 'Attachment').map((element) => [contentId(element), element]))
  if (attachments.size !== references.length) refuse('package-attachments-unpaired')
  return references.map((reference) => {
    const attachment = attachments.get(contentId(reference))
    if (!attachment) return refuse('package-attachments-unpaired')
    const name = checkedName(text(attachment, 'AttachmentName') ?? text(reference, 'AttachmentName'))
    const bytes = decode(one(attachment, 'ContentTransferEncoded'), name)
    const declared = text(attachment, 'ContentType') ?? text(reference, 'ContentType')
    return { name, mediaType: mediaTypeOf(bytes, name, declared), bytes }
  })
}

function contentId(element: XmlElement): string {
  return text(element, 'ContentId') ?? refuse('package-element-missing', { element: 'ContentId' })
}

/** The name is only shown and offered, never used as a path; all the same nothing in it may look like one. Some systems write it decomposed. */
function checkedName(given: string | undefined): string {
  if (given === undefined) return refuse('package-element-missing', { element: 'AttachmentName' })
  const name = given.normalize('NFC')
  return isFileName(name) ? name : refuse('package-attachment-name', { name })
}

function decode(element: XmlElement | undefined, name: string): Buffer {
  const encoded = element === undefined ? '' : (textOfElement(element) ?? '')
  const compact = /\s/.test(encoded) ? encoded.replace(/\s+/g, '') : encoded
  const bytes = Buffer.from(compact, 'base64')
  const length = Math.floor((compact.replace(/=+$/, '').length * 3) / 4)
  if (bytes.length !== length || compact.length % 4 === 1) refuse('package-attachment-encoding', { name })
  return bytes
}
