import type { ConnectorIo, InboundItem } from '../../connector.ts'
import { isSameAddress, type MailAddress } from '../address.ts'
import type { ReportRow } from '../bounces/report.ts'
import { faults } from '../faults.ts'
import { namesSeveral, showsOtherAddress } from '../mail/address-checks.ts'
import type { MailAnswer, ReadAnswer } from '../mail/answer.ts'
import { type MailFields, valuesOf } from '../mail/read-mail.ts'
import { oneLine } from '../one-line.ts'
import type { SentMail } from '../sent-mail.ts'
import type { EmailSettings } from '../settings.ts'
import { attachFiles, maxFiles } from './attach-files.ts'
import { answeredItem, deliveredItem, failedItem, type ItemFacts } from './event-items.ts'
import { answered } from './match.ts'

/** A mail as it came from the folder. */
export interface GivenMail {
  readonly reference: string
  readonly fields: MailFields
  readonly bytes: Uint8Array
  /** Of the whole mail, as the server says. */
  readonly size: number
  /** Whether `bytes` are its beginning alone. */
  readonly isCut: boolean
  readonly receivedAt: number
}

export interface Reading {
  readonly settings: EmailSettings
  readonly own: MailAddress
  readonly io: ConnectorIo
  /** What is known of a mail that was sent. */
  readonly find: (hashOrTag: string) => Promise<SentMail | undefined>
  /** Whether one more delivery may be reported that is not known: who likes can name any, and each is looked for. */
  readonly maySettle: () => boolean
}

/** The bus keeps no more of a mail that cannot be used. */
const maxRawBytes = 1_048_576
const longestText = 100_000
const plainFile = { name: 'noi-dung-day-du.txt', mediaType: 'text/plain', contentId: undefined }

/** What a mail is to the bus: items, or nothing of concern. `answer`: what was read in it, if it could be. */
export async function toItems(
  given: GivenMail,
  answer: MailAnswer | undefined,
  reading: Reading
): Promise<readonly InboundItem[]> {
  const { reference, bytes } = given
  const { io, settings, own } = reading
  const isRead = answer !== undefined && !('unreadable' in answer)
  const names = answered(given.fields, own, isRead ? answer.report.original : undefined)
  let sent: SentMail | undefined
  for (const { hashOrTag } of names) sent ??= await reading.find(hashOrTag)
  const isPublished = settings.imap?.unmatched === 'publish' && (!isRead || !isReport(answer))
  if (!sent && isPublished) sent = newSubject(given)
  if (!sent) return isRead && isReport(answer) ? settlement(given, names, reading) : []
  if (!isRead || answer.mail.attachments.length > maxFiles) {
    const fault = (isRead ? faults.mailTooLarge : faults.mailUnreadable)({ values: { mail: nameOf(given) } })
    return [{ reference, fault, raw: bytes.subarray(0, maxRawBytes) }]
  }
  const facts = { reference, at: timeOf(given, answer), messageId: answer.mail.messageId }
  const item = isReport(answer)
    ? reportItem(sent, answer, facts, settings)
    : await answerItem(sent, answer, facts, { given, io })
  return item ? [item] : []
}

function isReport({ report: { kind } }: ReadAnswer): boolean {
  return ['bounce', 'delay-notice', 'delivery-success', 'read-receipt'].includes(kind)
}

/** A mail that answers none of ours. Who writes it chooses its Message-ID: alone, it could be the name of a notice. */
function newSubject({ fields, reference }: GivenMail): SentMail {
  const id = /<([\x21-\x3b\x3d\x3f-\x7e]{1,150})>/.exec(valuesOf(fields, 'message-id')[0] ?? '')?.[1]
  return { hash: '', notificationId: id === undefined ? reference : `mail:${id}` }
}

/** The mail was sent, but its delivery has not ended: it is in doubt, and this settles it. */
function settlement(
  { reference }: GivenMail,
  names: ReturnType<typeof answered>,
  { maySettle }: Pick<Reading, 'maySettle'>
): readonly InboundItem[] {
  const whole = names.find(({ isWhole }) => isWhole)
  if (!whole || !maySettle()) return []
  return [{ reference, settles: { event: whole.hashOrTag, as: 'done' } }]
}

/** The worst that is said of the recipient; nothing where only the copy is concerned. */
function reportItem(
  sent: SentMail,
  { report }: ReadAnswer,
  facts: ItemFacts,
  { imap }: EmailSettings
): InboundItem | undefined {
  if (report.kind === 'read-receipt') return deliveredItem(sent, facts)
  const copy = imap?.copies?.address ?? ''
  const rows = report.rows.filter(({ recipient = '' }) => !isSameAddress(recipient, copy))
  const by = (action: ReportRow['action']): ReportRow | undefined => rows.find((row) => row.action === action)
  if (by('delivered') && !by('failed')) return deliveredItem(sent, facts)
  const row = by('failed') ?? by('delayed')
  if (!row) return undefined
  const { recipient: address, status, reply, text, reason } = row
  const code = status ?? (reply === undefined ? undefined : String(reply))
  const detail = text === '' ? undefined : text
  // OpenSMTPD reports mail that it gave up as delayed.
  const isLate = row.action === 'delayed' && !/\b(?:envelope|message) expired\b/i.test(text)
  return failedItem(sent, { reason: isLate ? 'DELAYED' : reason, address, code, detail }, facts)
}

async function answerItem(
  sent: SentMail,
  { mail, report, reply, whole, saysAbsence }: ReadAnswer,
  facts: ItemFacts,
  { given, io }: { readonly given: GivenMail; readonly io: ConnectorIo }
): Promise<InboundItem> {
  const { isCut } = given
  const [first = { name: '', address: '' }] = mail.from
  // A name that is another address is there to deceive.
  const from = showsOtherAddress(mail) ? { ...first, name: '' } : first
  const full = whole ?? (reply.length > longestText ? reply : undefined)
  const files = [
    ...(isCut ? [] : mail.attachments),
    ...(full === undefined ? [] : [{ ...plainFile, bytes: Buffer.from(full) }])
  ]
  const senders = namesSeveral(mail) ? mail.from.map(({ address }) => oneLine(address, 320)) : []
  const doubt = senders.length > 0 ? `\n\n[Thư ghi nhiều người gửi: ${senders.join(', ')}.]` : ''
  const note = isCut ? `\n\n[Thư có ${given.size} byte, lớn hơn giới hạn: xem đầy đủ trong hộp thư.]` : ''
  const text = `${reply.slice(0, longestText).replace(/[\ud800-\udbff]$/, '')}${doubt}${note}`
  const isProgram = report.kind !== 'message' || isBulk(mail.fields)
  const kind = isProgram ? (saysAbsence ? 'OUT_OF_OFFICE' : 'AUTOMATIC') : 'REPLY'
  const attachments = await attachFiles(files, io)
  return answeredItem(sent, { kind, from, title: mail.subject, text, attachments }, facts)
}

/** Mail of lists and of programs, which must not be answered by one. */
function isBulk(fields: MailFields): boolean {
  const first = (name: string): string => valuesOf(fields, name)[0]?.toLowerCase() ?? ''
  const submitted = first('auto-submitted')
  return /^(?:bulk|list|junk)/.test(first('precedence')) || (submitted !== '' && submitted !== 'no')
}

/** Whoever writes a mail dates it: what cannot be true is not believed. */
function timeOf({ receivedAt }: GivenMail, { mail: { writtenAt } }: ReadAnswer): number {
  const isPossible = writtenAt !== undefined && writtenAt <= receivedAt + minuteMs * 5
  return isPossible && writtenAt > receivedAt - minuteMs * 10_080 ? writtenAt : receivedAt
}

const minuteMs = 60_000

/** Not its subject: faults are logged. */
function nameOf({ receivedAt, size }: GivenMail): string {
  return `${new Date(receivedAt).toISOString()}, ${size} byte`
}
