import { isFileName } from '#protocol/events/file-name.ts'
import { mediaTypeOf } from '../../shared-formats/media-types/media-type-of.ts'
import {
  all,
  hasChildren,
  lineOf,
  lineOfElement,
  missing,
  neededLine,
  neededOne,
  one,
  only,
  text,
  textIf,
  textMissing,
  textOfElement
} from './elements.ts'
import { isMediaType } from './media-type.ts'
import { refuse } from './package-fault.ts'
import { edxmlNamespace, pathOf } from './paths.ts'
import type { XmlElement } from './xml-tree.ts'

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
  const waiting = all(encoded, 'Attachment').map(idsOf)
  const files = references.map((reference, index) => {
    const attachment = takeAttachment(idsOf(reference), waiting)
    reference.place = `edXMLEnvelope/edXMLBody/edXMLManifest/Reference${indexed(index)}`
    attachment.place = `AttachmentEncoded/Attachment${indexed(index)}`
    return readFile(reference, attachment)
  })
  const [unlisted] = waiting
  if (unlisted) refuse('package-attachment-unlisted', { element: pathOf(unlisted.element) })
  return files
}

function indexed(index: number): string {
  return index === 0 ? '' : `[${index + 1}]`
}

interface Ids {
  readonly element: XmlElement
  readonly id: string
  readonly name: string | undefined
}

/** Some systems write `cid:` on one side only, or angle brackets as in mail. */
function idsOf(element: XmlElement): Ids {
  const written = neededLine(element, 'ContentId')
  const id = written
    .replace(/^<(.*)>$/, '$1')
    .replace(/^cid:/i, '')
    .trim()
  return { element, id, name: lineOfElement(one(element, 'AttachmentName')) }
}

/** Two files may have the same ContentId; then the name decides, and otherwise the order. */
function takeAttachment({ element, id, name }: Ids, waiting: Ids[]): XmlElement {
  const named = waiting.findIndex((one) => one.id === id && one.name === name)
  const at = named < 0 ? waiting.findIndex((one) => one.id === id) : named
  const [taken] = at < 0 ? [] : waiting.splice(at, 1)
  return taken?.element ?? refuse('package-attachment-absent', { element: pathOf(element), got: id })
}

/** What differs between the two, and descriptions that are not the name, become extensions. */
function readFile(reference: XmlElement, attachment: XmlElement): PackedFile {
  const named = text(attachment, 'AttachmentName') === undefined ? reference : attachment
  const name = checkedName(neededOne(named, 'AttachmentName'))
  const bytes = decode(attachment, name)
  const declared =
    textIf(attachment, 'ContentType', isMediaType) ?? textIf(reference, 'ContentType', isMediaType)
  const mediaType = declared ?? mediaTypeOf(bytes, name)
  const isName = (text: string): boolean => lineOf(text) === name
  const listed = one(reference, 'AttachmentName')
  if (listed && textOfElement(listed) !== undefined) checkedName(listed)
  textIf(reference, 'AttachmentName', isName)
  textIf(reference, 'ContentType', (text) => text === mediaType)
  for (const element of [reference, attachment]) textIf(element, 'Description', isName)
  return { name, mediaType, bytes }
}

/** The name is only shown and offered, never used as a path; all the same nothing in it may look like one. */
function checkedName(element: XmlElement): string {
  const name = lineOfElement(element) ?? textMissing(element)
  return isFileName(name) ? name : refuse('package-attachment-name', { element: pathOf(element), name })
}

/** An attachment may be a file of no bytes, so an empty element counts here. */
function decode(attachment: XmlElement, name: string): Buffer {
  const contents = attachment.children.filter(
    (child) => child.namespace === edxmlNamespace && child.name === 'ContentTransferEncoded'
  )
  const element = only(contents) ?? missing(attachment, 'ContentTransferEncoded')
  element.taken = 'read'
  const encoded = withoutPadding(/\s/.test(element.text) ? element.text.replace(/\s+/g, '') : element.text)
  const bytes = Buffer.from(encoded, 'base64')
  if (hasChildren(element) || bytes.length !== Math.floor((encoded.length * 3) / 4) || !isWholeEnd(encoded))
    refuse('package-attachment-encoding', { element: pathOf(element), name })
  return bytes
}

function withoutPadding(base64: string): string {
  let end = base64.length
  while (base64.endsWith('=', end)) end -= 1
  return base64.slice(0, end)
}

/** Of the last byte no bit may be left over: then something is missing, or was added. */
function isWholeEnd(encoded: string): boolean {
  const length = encoded.length % 4
  const end = encoded.slice(encoded.length - length)
  return length !== 1 && Buffer.from(end, 'base64').toString('base64').slice(0, length) === end
}
