import { createHash } from 'node:crypto'
import type { MailAddress } from '../address.ts'
import type { Report } from '../bounces/report.ts'
import { addressesIn, idsIn, type MailFields, valuesOf } from '../mail/read-mail.ts'
import { messageIdOf, type Named, namedIn } from '../mail-id.ts'

/** Fields with an address that a mail was sent to; servers write down the envelope's in some of them. */
const recipientFields = ['delivered-to', 'x-original-to', 'envelope-to', 'to', 'cc', 'x-forwarded-to']
const mostAddresses = 50

/** The mails of this instance that a mail answers: the closest first. */
export function answered(fields: MailFields, own: MailAddress, report?: Report): readonly Named[] {
  const ids = [
    ...(report?.original?.messageId === undefined ? [] : [report.original.messageId]),
    // The hash of the event alone.
    ...(report?.envelopeId === undefined ? [] : [messageIdOf(report.envelopeId, own)]),
    ...idsIn(valuesOf(fields, 'in-reply-to')),
    ...idsIn(valuesOf(fields, 'references')).toReversed()
  ]
  const addresses = recipientFields.flatMap((name) => addressesIn(valuesOf(fields, name)))
  return namedIn({ ids, addresses: addresses.slice(0, mostAddresses).map(({ address }) => address) }, own)
}

/** Whether a mail was written by this instance: a copy, or one that came back. */
export function isOwnMail(fields: MailFields, own: MailAddress): boolean {
  return namedIn({ ids: idsIn(valuesOf(fields, 'message-id')), addresses: [] }, own).length > 0
}

/**
 * Names a mail for ever: it may get another number in its folder, and be delivered over several ways. Who writes a
 * mail chooses its Message-ID, so that alone it would let others suppress a mail that they know the id of.
 */
export function referenceOf(fields: MailFields): string {
  const parts = ['message-id', 'from', 'date', 'in-reply-to', 'subject'].map(
    (name) => valuesOf(fields, name)[0] ?? ''
  )
  const isNamed = parts[0] !== ''
  const text = isNamed ? parts.join('\n') : JSON.stringify(fields)
  return `mail:${createHash('sha256').update(text).digest('hex')}`
}
