import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { EventItem } from '../../connector.ts'
import { oneLine } from '../one-line.ts'
import type { SentMail } from '../sent-mail.ts'

export const publishedTypes = [
  'notification.delivered.v1',
  'notification.failed.v1',
  'notification.answered.v1'
]

export type FailureReason =
  | 'UNKNOWN_ADDRESS'
  | 'MAILBOX_FULL'
  | 'REFUSED'
  | 'CONTENT_REFUSED'
  | 'EXPIRED'
  | 'UNREACHABLE'
  | 'DELAYED'
  | 'OTHER'

export interface Failure {
  readonly reason: FailureReason
  /** An enhanced status, or the code of a reply. */
  readonly code?: string | undefined
  readonly detail?: string | undefined
  readonly address?: string | undefined
}

export interface ItemFacts {
  readonly reference: string
  /** When it happened, in milliseconds since the epoch. */
  readonly at: number
  /** The Message-ID of the mail that tells of it. */
  readonly messageId?: string | undefined
}

const longestDetail = 1000

/** A mail has not arrived, or is late. */
export function failedItem(sent: SentMail, failure: Failure, facts: ItemFacts): EventItem {
  const { reason, code, detail, address } = failure
  return itemOf(sent, 'failed', facts, {
    ...{ failedAt: timeOf(facts.at), reason, isFinal: reason !== 'DELAYED' },
    ...(code === undefined ? {} : { code: oneLine(code, 40) }),
    ...(detail === undefined ? {} : { detail: oneLine(detail, longestDetail) }),
    ...(address === undefined ? {} : { address: oneLine(address, 320) }),
    outsideId: facts.messageId
  })
}

export function deliveredItem(sent: SentMail, facts: ItemFacts): EventItem {
  return itemOf(sent, 'delivered', facts, { deliveredAt: timeOf(facts.at), outsideId: facts.messageId })
}

export interface Answer {
  readonly kind: 'REPLY' | 'OUT_OF_OFFICE' | 'AUTOMATIC'
  readonly from: { readonly address: string; readonly name: string }
  readonly title: string
  readonly text: string
  readonly attachments: readonly Attachment[]
}

export function answeredItem(sent: SentMail, answer: Answer, facts: ItemFacts): EventItem {
  const { kind, from, title, text, attachments } = answer
  const name = oneLine(from.name, 200)
  return itemOf(sent, 'answered', facts, {
    ...{ answeredAt: timeOf(facts.at), kind, text, outsideId: facts.messageId },
    from: { address: oneLine(from.address, 320), ...(name === '' ? {} : { name }) },
    ...(title === '' ? {} : { title: oneLine(title, 500) }),
    attachments: attachments as unknown as readonly JsonObject[]
  })
}

function itemOf(
  sent: SentMail,
  word: 'delivered' | 'failed' | 'answered',
  { reference }: ItemFacts,
  { outsideId, ...facts }: Readonly<Record<string, unknown>>
): EventItem {
  const { notificationId, caseSubject, agency, correlationid, causationid } = sent
  return {
    reference,
    event: {
      type: `notification.${word}.v1`,
      subject: notificationId,
      ...(agency === undefined ? {} : { recipients: [agency] }),
      ...(correlationid === undefined ? {} : { correlationid }),
      ...(causationid === undefined ? {} : { causationid }),
      data: {
        ...{ notificationId, channel: 'EMAIL', ...facts },
        ...(typeof outsideId === 'string' ? { outsideId: oneLine(outsideId, 1000) } : {}),
        ...(caseSubject === undefined ? {} : { caseSubject })
      } as JsonObject
    }
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
