import type { Readable } from 'node:stream'
import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { OutboundEvent } from '../../connector.ts'
import { formatAddress, type MailAddress, readAddress } from '../address.ts'
import { faults } from '../faults.ts'
import { messageIdOf, replyAddressOf } from '../mail-id.ts'
import { oneLine } from '../one-line.ts'
import type { OutgoingMail } from '../servers/smtp.ts'
import type { EmailSettings } from '../settings.ts'
import type { Notice } from './notice.ts'

export interface Mailing {
  readonly settings: EmailSettings
  readonly attachment: (sha256: string) => Promise<Readable>
  readonly now: () => number
}

/** Longest line of a head: servers reject longer ones. */
const longestTitle = 500
const mediaType = /^[\w!#$&^.+-]{1,100}\/[\w!#$&^.+-]{1,100}$/

/** The mail for a notice. Throws the fault `fieldUnsafe` where a text for its head has a line break. */
export async function toMail(
  { hash }: OutboundEvent,
  notice: Notice & { readonly to: MailAddress },
  { settings, attachment, now }: Mailing
): Promise<OutgoingMail> {
  const { from, fromName = '', smtp, imap } = settings
  const sender = readAddress(from)
  if (!sender) throw new TypeError('checkSettings has not seen the address of the sender')
  const senderName = safe(notice.senderName ?? fromName, 'senderName')
  const recipientName = safe(notice.recipientName ?? '', 'recipient.name')
  const replyTo = replyAddressOf(hash, settings, sender)
  const { sent, left } = split(notice.attachments, smtp?.attachmentBytes ?? 0)
  const recipient = formatAddress(notice.to)
  const copy = readAddress(imap?.copies?.address ?? '')
  return {
    envelope: { from: replyTo, to: [recipient, ...(copy ? [formatAddress(copy)] : [])] },
    from: { name: senderName, address: formatAddress(sender) },
    to: { name: recipientName, address: recipient },
    replyTo: { name: senderName, address: replyTo },
    subject: oneLine(safe(notice.title ?? settings.title, 'title'), longestTitle),
    text: notice.text + noteOf(left),
    messageId: messageIdOf(hash, sender),
    date: new Date(now()),
    headers: { 'Auto-Submitted': 'auto-generated' },
    attachments: await Promise.all(
      sent.map(async (file) => ({
        filename: oneLine(file.name, 255) || 'tep-dinh-kem',
        contentType: mediaType.test(file.mediaType) ? file.mediaType : 'application/octet-stream',
        contentDisposition: 'attachment' as const,
        content: await attachment(file.sha256)
      }))
    ),
    ...(smtp?.reports && {
      dsn: {
        ...{ id: hash, return: 'headers', notify: ['success', 'failure', 'delay'] },
        // It would be given with the address of copies, too.
        ...(copy ? {} : { recipient: `rfc822;${recipient}` })
      }
    }),
    ...{ disableFileAccess: true, disableUrlAccess: true }
  }
}

/** Line breaks would be new fields of the head. */
function safe(text: string, field: string): string {
  if (/[\p{Cc}\u2028\u2029]/u.test(text)) throw faults.fieldUnsafe({ values: { field } })
  return text
}

/** The files that fit, in their order, and the others. */
function split(
  files: readonly Attachment[],
  mostBytes: number
): { readonly sent: readonly Attachment[]; readonly left: readonly Attachment[] } {
  const sent: Attachment[] = []
  const left: Attachment[] = []
  let bytes = 0
  for (const file of files) {
    const fits = bytes + file.size <= mostBytes
    if (fits) bytes += file.size
    ;(fits ? sent : left).push(file)
  }
  return { sent, left }
}

/** No link: one that somebody else could send as well teaches people to follow any. */
function noteOf(left: readonly Attachment[]): string {
  if (left.length === 0) return ''
  const names = left.map(({ name, size }) => `- ${oneLine(name, 255)} (${size} byte)`)
  return `\n\n--\nCác tệp sau không gửi kèm được vì quá dung lượng, cơ quan gửi lưu trên trục liên thông:\n${names.join('\n')}\n`
}
