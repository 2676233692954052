import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { DocumentIssuedV1 } from '#schemas/generated/document.ts'
import type { NotificationRequestedV1 } from '#schemas/generated/notification.ts'
import type { EmailSettings } from '../settings.ts'

/** What is sent by mail, whatever event asks for it. */
export interface Notice {
  readonly notificationId: string
  /** As given: it may be none. */
  readonly address: string
  readonly recipientName: string | undefined
  readonly senderName: string | undefined
  readonly title: string | undefined
  readonly text: string
  readonly caseSubject: string | undefined
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined
  readonly attachments: readonly Attachment[]
}

export const noticeType = 'notification.requested.v1'
const documentTypes = ['document.issued.v1', 'document.updated.v1']

/** Types of the events that an instance delivers. */
export function deliveredTypes({ documents }: EmailSettings): readonly string[] {
  return [noticeType, ...(documents ? documentTypes : [])]
}

/** Undefined: the event is not for mail. */
export function toNotice(event: BusEvent, settings: EmailSettings): Notice | undefined {
  return event.type === noticeType ? fromRequest(event) : fromDocument(event, settings)
}

function fromRequest({ data }: BusEvent): Notice | undefined {
  const request = data as unknown as NotificationRequestedV1
  if (request.channel !== 'EMAIL') return undefined
  const { notificationId, recipient, senderName, title, text, caseSubject, expiresAt, attachments } = request
  return {
    ...{ notificationId, senderName, title, text, caseSubject, attachments },
    ...{ address: recipient.address, recipientName: recipient.name },
    expiresAt: expiresAt === undefined ? undefined : instantMs(expiresAt)
  }
}

/** A document is announced with what its head says, and its files. */
function fromDocument({ subject, data }: BusEvent, { documents }: EmailSettings): Notice | undefined {
  const document = data as unknown as DocumentIssuedV1
  const { typeNames = [], to } = documents ?? {}
  const { documentTypeName, codeNumber, codeNotation, from, title, content, attachments } = document
  const isWanted = typeNames.length === 0 || typeNames.some((one) => isSame(one, documentTypeName))
  if (to === undefined || !isWanted) return undefined
  const name = `${documentTypeName || 'Văn bản'} ${codeNumber}/${codeNotation}`
  const lines = [name, `Cơ quan gửi: ${from.organName}`, `Trích yếu: ${title}`, content ?? '']
  return {
    ...{ notificationId: subject, caseSubject: subject, attachments },
    ...{ address: to, recipientName: undefined, senderName: undefined, expiresAt: undefined },
    title: `${name}: ${title}`.replaceAll(/\p{Cc}+/gu, ' '),
    text: lines.filter(Boolean).join('\n')
  }
}

function isSame(one: string, other: string): boolean {
  return one.localeCompare(other, 'vi', { sensitivity: 'accent' }) === 0
}
