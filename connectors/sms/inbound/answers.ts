import { createHash } from 'node:crypto'
import type { NotificationAnsweredV1 } from '#schemas/generated/notification.ts'
import type { ConnectorIo, EventItem } from '../../connector.ts'
import { asAnswerTo, lastNoticeTo } from '../notices.ts'
import type { SmsSettings } from '../settings.ts'

const hourMs = 3_600_000

/** A message of a person, whole. */
export interface PersonMessage {
  readonly from: string
  readonly text: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/**
 * The answer that a message is: to the notice that it names, otherwise to the last notice to its number. Undefined for
 * one that answers none. The same words to the same notice are one answer, however often the centre gives them.
 */
export async function toAnswer(
  message: PersonMessage,
  { answers }: SmsSettings,
  io: Pick<ConnectorIo, 'mark' | 'now'>
): Promise<EventItem | undefined> {
  const { from, text, at } = message
  const last = await lastNoticeTo(from, io)
  const isRecent = last !== undefined && io.now() - last.sentAt <= answers.withinHours * hourMs
  const named =
    answers.codePattern === undefined ? undefined : new RegExp(answers.codePattern, 'iu').exec(text)?.[1]
  const notificationId = named ?? (isRecent ? last.notificationId : undefined)
  if (notificationId === undefined) return undefined
  const notice = last?.notificationId === notificationId ? last : undefined
  const data: NotificationAnsweredV1 = {
    ...{ notificationId, channel: 'SMS', answeredAt: new Date(at).toISOString(), kind: 'REPLY' },
    ...{ from: { address: from }, text, attachments: [] },
    ...(notice?.caseSubject !== undefined && { caseSubject: notice.caseSubject })
  }
  const digest = createHash('sha256')
    .update(JSON.stringify([notificationId, from, text]))
    .digest('hex')
  return {
    reference: `answer:${digest}`,
    event: {
      type: 'notification.answered.v1',
      subject: notificationId,
      ...(notice && asAnswerTo(notice)),
      data: { ...data }
    }
  }
}
