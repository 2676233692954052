import { isDeepStrictEqual } from 'node:util'
import { BusError } from '#protocol/errors/bus-error.ts'
import { checkExtensions } from '#protocol/events/package-extensions.ts'
import type { DocumentStatusChangedV1 } from '#schemas/generated/document.ts'
import { byPath } from './extension-path.ts'
import { edxmlNamespace } from './paths.ts'
import { readPackage } from './read-package.ts'
import { type Document, type Hop, writeTrace } from './write-business.ts'
import { addExtensions } from './write-extensions.ts'
import { writeMessage, writeStatus } from './write-header.ts'
import { el, leaf, plainEl, render, type WrittenElement } from './xml-writing.ts'

/** A file to put into a package. The caller knows its bytes. */
export interface FileToPack {
  readonly name: string
  readonly mediaType: string
}

/**
 * Writes an event's payload as a package that `readPackage` reads into the same payload, in the form of the
 * samples: their prefixes, `Bussiness` with two s, a status in MessageHeader. `hop` is added to the
 * document's trace. Yields a file where its bytes belong, in base64, so that a package is never complete in
 * memory. Throws `BUS_PEER_REFUSED` if the payload's extensions would change what is read, and
 * `BUS_PAYLOAD_INVALID` if they are more than an event may have.
 */
export function* packageChunks<File extends FileToPack>(
  type: string,
  data: object,
  files: readonly File[],
  hop?: Hop
): Generator<string | File> {
  const { extensions = [] } = data as Pick<Document, 'extensions'>
  checkExtensions(extensions)
  const path = misplacedExtension(type, data, files, hop)
  if (path !== undefined)
    throw new BusError('BUS_PEER_REFUSED', 'package-extension-misplaced', { values: { path } })
  const root = writeRoot(type, data, files, hop)
  addExtensions(root, extensions)
  yield '<?xml version="1.0" encoding="UTF-8"?>\n'
  for (const chunk of render(root)) {
    const file = typeof chunk === 'string' ? chunk : files[chunk]
    if (file !== undefined) yield file
  }
  yield '\n'
}

/** The path of an extension with which the package would be read as something else; undefined if there is none. */
export function misplacedExtension(
  type: string,
  data: object,
  files: readonly FileToPack[],
  hop?: Hop
): string | undefined {
  const extensions = ((data as Pick<Document, 'extensions'>).extensions ?? []).toSorted(byPath)
  if (extensions.length === 0) return undefined
  const meant = readSkeleton(writeRoot(type, data, files, hop))
  const isFit = (count: number): boolean => {
    const root = writeRoot(type, data, files, hop)
    addExtensions(root, extensions.slice(0, count))
    return meant !== undefined && isDeepStrictEqual(readSkeleton(root), meant)
  }
  if (isFit(extensions.length)) return undefined
  let [fits, fails] = [0, extensions.length]
  while (fails - fits > 1) {
    const middle = (fits + fails) >> 1
    if (isFit(middle)) fits = middle
    else fails = middle
  }
  return extensions[fits]?.path
}

/** What a package is read as, but for its extensions and the content of its files; undefined if it cannot be read. */
function readSkeleton(root: WrittenElement): object | undefined {
  const chunks = [...render(root)].filter((chunk) => typeof chunk === 'string')
  try {
    const { data, files, ...read } = readPackage(Buffer.from(chunks.join('')))
    return { ...read, data: { ...data, extensions: [] }, files: files.map(({ name }) => name) }
  } catch {
    return undefined
  }
}

function writeRoot(type: string, data: object, files: readonly FileToPack[], hop?: Hop): WrittenElement {
  const isStatus = type === 'document.status-changed.v1'
  const header = isStatus
    ? [writeStatus(data as DocumentStatusChangedV1)]
    : [writeMessage(data as Document), writeTrace(type, data as Document, hop)]
  const body = isStatus ? undefined : el('edXMLBody', writeManifest(files))
  const envelope = el('edXMLEnvelope', el('edXMLHeader', ...header), body)
  const attachments =
    isStatus || files.length === 0 ? undefined : plainEl('AttachmentEncoded', ...files.map(writeAttachment))
  return declaring(plainEl('edXML', declaring(envelope), attachments))
}

/** Declares the namespace in an element's own tag: of its prefix, or of names without one. */
function declaring(element: WrittenElement): WrittenElement {
  const [prefix, name] = element.tag.split(':')
  return {
    ...element,
    tag: `${element.tag} xmlns${name === undefined ? '' : `:${prefix}`}="${edxmlNamespace}"`
  }
}

function writeManifest(files: readonly FileToPack[]): WrittenElement {
  const references = files.map(({ name, mediaType }, index) =>
    el(
      'Reference',
      leaf('ContentId', `cid:${index + 1}`),
      copy(el('ContentType'), mediaType),
      copy(el('Description'), name),
      copy(el('AttachmentName'), name)
    )
  )
  const manifest = el('edXMLManifest', ...references)
  manifest.attributes.push({ namespace: '', name: 'version', value: '1.0' })
  return manifest
}

/** Files are outside the envelope; only their bytes have a prefix, as in the samples. */
function writeAttachment(file: FileToPack, index: number): WrittenElement {
  const content = declaring(el('ContentTransferEncoded'))
  return plainEl(
    'Attachment',
    { ...plainEl('ContentId'), text: `cid:${index + 1}` },
    { ...plainEl('AttachmentName'), text: file.name },
    copy(plainEl('Description'), file.name),
    copy(plainEl('ContentType'), file.mediaType),
    { ...content, file: index }
  )
}

function copy(element: WrittenElement, text: string): WrittenElement {
  return { ...element, text, isCopy: true }
}
