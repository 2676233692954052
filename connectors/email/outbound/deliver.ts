import { setTimeout as pause } from 'node:timers/promises'
import type { ConnectorIo, Delivered, LookedUp, OutboundEvent } from '../../connector.ts'
import type { RecentMarks } from '../../shared-formats/marks/recent-marks.ts'
import { readAddress } from '../address.ts'
import { replyReason } from '../bounces/reasons.ts'
import { failedItem } from '../inbound/event-items.ts'
import { messageIdOf } from '../mail-id.ts'
import { markOf, sentMailOf } from '../sent-mail.ts'
import type { Submission } from '../servers/smtp.ts'
import type { EmailSettings } from '../settings.ts'
import { toNotice } from './notice.ts'
import { toMail } from './to-mail.ts'

export interface Delivering {
  readonly settings: EmailSettings
  readonly io: ConnectorIo
}

/** Hands the mail of an event to the server. What can be said of its recipient at once becomes `notification.failed.v1`. */
export async function deliver(
  sent: OutboundEvent,
  smtp: Submission,
  { settings, io }: Delivering
): Promise<Delivered | undefined> {
  const { event, hash } = sent
  const notice = toNotice(event, settings)
  if (!notice) return undefined
  const own = sentMailOf(hash, event, notice)
  const failed = (failure: Parameters<typeof failedItem>[1]): Delivered => ({
    items: [failedItem(own, failure, { reference: `refused:${hash}`, at: io.now() })]
  })
  if (notice.expiresAt !== undefined && notice.expiresAt < io.now()) return failed({ reason: 'EXPIRED' })
  const to = readAddress(notice.address)
  if (!to) {
    const { address } = notice
    const isOther = /^[^@]*[^\0-\x7f]/.test(address)
    const detail = isOther
      ? 'addresses with other letters before the @ (SMTPUTF8) are not sent to'
      : 'not an e-mail address'
    return failed({ reason: 'UNKNOWN_ADDRESS', code: isOther ? '5.6.7' : '5.1.3', address, detail })
  }
  const mail = await toMail(sent, { ...notice, to }, { settings, attachment: io.attachment, now: io.now })
  const submitted = await smtp.submit(mail, io.signal)
  if (!('rejected' in submitted)) return { marks: markOf(own) }
  const { reply, text } = submitted.rejected
  return failed({ ...replyReason(reply, text), address: notice.address, detail: text })
}

export interface LookingUp extends Delivering {
  readonly findCopy: (messageId: string) => Promise<boolean>
  /** What is known of mails that are in doubt. */
  readonly doubtful: RecentMarks
}

/**
 * Asks, for some time, whether a copy of a mail has come: the server may not have given it out yet. Where there are no
 * copies, a report about the mail or an answer to it may still tell that it was sent.
 */
export async function lookUp(
  { event, hash }: OutboundEvent,
  { findCopy, doubtful, settings, io }: LookingUp
): Promise<LookedUp> {
  const notice = toNotice(event, settings)
  const sender = readAddress(settings.from)
  if (!notice || !sender) return 'unknown'
  const marks = markOf(sentMailOf(hash, event, notice))
  await doubtful.during(async () => ({ marks }))
  const copies = settings.imap?.copies
  if (!copies) return 'unknown'
  const until = performance.now() + copies.waitSeconds * 1000
  for (;;) {
    if (await findCopy(messageIdOf(hash, sender))) return { marks }
    if (performance.now() >= until) return 'not-done'
    await pause(Math.min(askedEveryMs, until - performance.now()), undefined, { signal: io.signal })
  }
}

const askedEveryMs = 1000
