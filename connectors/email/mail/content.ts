import { decodeText } from './decode-text.ts'
import { safeFileName } from './file-name.ts'
import { htmlToText } from './html-to-text.ts'
import type { Part } from './parts.ts'
import { decodeQuotedPrintable, isQuotedPrintable } from './quoted-printable.ts'
import { readTnef } from './tnef.ts'
import { unflow } from './unflow.ts'

export interface MailAttachment {
  /** Safe to show; undefined for a part without a name. */
  readonly name: string | undefined
  readonly mediaType: string
  readonly contentId: string | undefined
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface MailContent {
  readonly text: string
  readonly hasHtml: boolean
  readonly attachments: readonly MailAttachment[]
}

interface Collected {
  readonly texts: string[]
  readonly attachments: MailAttachment[]
  hasHtml: boolean
}

/** What a person reads in a mail, and its files, in their order. Of alternatives, plain text is read. */
export function collectContent(root: Part): MailContent {
  const collected: Collected = { texts: [], attachments: [], hasHtml: false }
  collect(root, collected, root)
  const { texts, attachments, hasHtml } = collected
  return { text: texts.join('\n').trim(), hasHtml, attachments }
}

function collect(part: Part, into: Collected, root: Part): void {
  if (part.mediaType === 'multipart/alternative' && part.children.length > 0)
    return collectAlternative(part, into, root)
  if (part.mediaType.startsWith('multipart/')) {
    // Its boundary never comes: all of it is text.
    if (part.children.length === 0) return addText({ ...part, mediaType: 'text/plain' }, into)
    for (const child of part.children) collect(child, into, root)
    return
  }
  if (isText(part, root)) addText(part, into)
  else into.attachments.push(...toAttachments(part))
}

/** All plain texts, or all HTML, of the alternatives; whatever else they have is kept. */
function collectAlternative(part: Part, into: Collected, root: Part): void {
  const each = part.children.map((child) => {
    const own: Collected = { texts: [], attachments: [], hasHtml: false }
    collect(child, own, root)
    return own
  })
  const plain = each.filter(({ hasHtml, texts }) => !hasHtml && texts.some((text) => text.trim() !== ''))
  const read = plain.length > 0 ? plain : each
  into.texts.push(...read.flatMap(({ texts }) => texts))
  into.attachments.push(...each.flatMap(({ attachments }) => attachments))
  into.hasHtml ||= each.some(({ hasHtml }) => hasHtml)
}

function isText({ mediaType, disposition, isTyped, encoding }: Part, root: Part): boolean {
  if (disposition === 'attachment') return false
  // A part that says nothing of itself but that it is encoded is a file.
  if (!isTyped && root.mediaType.startsWith('multipart/') && /base64/i.test(encoding)) return false
  return mediaType === 'text/plain' || mediaType === 'text/html' || mediaType === ''
}

/** More is not read, which takes long: it is a file. */
const longestText = 1_048_576

function addText(part: Part, into: Collected): void {
  const { params, mediaType, encoding } = part
  const bytes = isQuotedPrintable(encoding) ? decodeQuotedPrintable(part.bytes) : part.bytes
  const isLong = bytes.length > longestText
  const { text, isGuessed } = decodeText(bytes.subarray(0, longestText), params.charset)
  if (mediaType === 'text/html') into.hasHtml = true
  if (bytes.length === 0) return
  const flowed = /^flowed/i.test(params.format ?? '') ? unflow(text, /^yes/i.test(params.delsp ?? '')) : text
  into.texts.push(mediaType === 'text/html' ? htmlToText(text) : flowed)
  if (isGuessed || isLong) {
    into.attachments.push({ name: 'noi-dung-goc.txt', mediaType: 'text/plain', contentId: undefined, bytes })
  }
}

function toAttachments({ fileName, mediaType, isTyped, contentId, bytes }: Part): readonly MailAttachment[] {
  const name = safeFileName(fileName)
  const type =
    isTyped || mediaType !== 'text/plain' ? /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+/.exec(mediaType)?.[0] : undefined
  const isTnef =
    mediaType.endsWith('/ms-tnef') || mediaType.endsWith('/vnd.ms-tnef') || /^winmail\.dat$/i.test(name ?? '')
  const inner = isTnef ? readTnef(bytes) : []
  return [
    { name, mediaType: type ?? 'application/octet-stream', contentId, bytes },
    ...inner.map((file) => ({
      name: safeFileName(file.name),
      mediaType: 'application/octet-stream',
      contentId: undefined,
      bytes: file.bytes
    }))
  ]
}
