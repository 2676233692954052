import type { ConnectorIo, EventItem, InboundItem } from '../../connector.ts'
import { isSameAddress, type MailAddress } from '../address.ts'
import type { ReportRow } from '../bounces/report.ts'
import { faults } from '../faults.ts'
import type { MailAnswer, ReadAnswer } from '../mail/answer.ts'
import { valuesOf } from '../mail/read-mail.ts'
import { markOf, type SentMail } from '../sent-mail.ts'
import type { EmailSettings } from '../settings.ts'
import { answerItem } from './answer-item.ts'
import { deliveredItem, failedItem, type ItemFacts } from './event-items.ts'
import type { GivenMail } from './given-mail.ts'
import { answered } from './match.ts'

export interface Reading {
  readonly settings: EmailSettings
  readonly own: MailAddress
  readonly io: ConnectorIo
  /** What is known of a mail that was sent. */
  readonly find: (hashOrTag: string) => Promise<SentMail | undefined>
  /** The same of one that is in doubt. */
  readonly findDoubtful: (hashOrTag: string) => Promise<SentMail | undefined>
  /** Whether one more delivery may be reported that is not known: who likes can name any, and each is looked for. */
  readonly maySettle: () => boolean
}

/** The bus keeps no more of a mail that cannot be used. */
const maxRawBytes = 1_048_576

/** What a mail is to the bus: items, or nothing of concern. `answer`: what was read in it, if it could be. */
export async function toItems(
  given: GivenMail,
  answer: MailAnswer | undefined,
  reading: Reading
): Promise<readonly InboundItem[]> {
  const { reference, bytes } = given
  const { io, settings, own } = reading
  const isRead = answer !== undefined && !('unreadable' in answer)
  const names = answered(given.fields, own, isRead ? answer.report : undefined)
  let sent: SentMail | undefined
  for (const { hashOrTag } of names) sent ??= await reading.find(hashOrTag)
  let doubtful: SentMail | undefined
  for (const { hashOrTag } of sent ? [] : names) doubtful ??= await reading.findDoubtful(hashOrTag)
  sent ??= doubtful
  const isPublished = settings.imap?.unmatched === 'publish' && (!isRead || !isReport(answer))
  if (!sent && isPublished) sent = newSubject(given)
  if (!sent) return isRead && isReport(answer) ? settlement(given, names, reading) : []
  if (!isRead) {
    const fault = faults.mailUnreadable({ values: { mail: nameOf(given) } })
    return [{ reference, fault, isFromAnybody: true, raw: bytes.subarray(0, maxRawBytes) }]
  }
  const facts = { reference, at: timeOf(given, answer), messageId: answer.mail.messageId }
  const item = isReport(answer)
    ? reportItem(sent, answer, facts, settings)
    : await answerItem(sent, answer, facts, { given, io })
  if (!doubtful) return item ? [item] : []
  // Whatever comes of a mail tells that it was sent.
  const settles = { event: doubtful.hash, as: 'done' } as const
  return [{ ...(item ?? { reference }), settles, marks: markOf(doubtful) }]
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
): EventItem | undefined {
  if (report.kind === 'read-receipt') return deliveredItem(sent, facts)
  const copy = imap?.copies?.address
  const isCopy = (one = ''): boolean => copy !== undefined && isSameAddress(one, copy)
  const rows = report.rows.filter((row) => !isCopy(row.recipient) && !isCopy(row.finalRecipient))
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
