import { createHash } from 'node:crypto'
import { agencyOf } from '#protocol/events/event.ts'
import { withoutForbidden } from '#protocol/events/strict-json.ts'
import type { NotificationAnsweredV1, NotificationRequestedV1 } from '#schemas/generated/notification.ts'
import type { ConnectorIo, EventItem } from '../../connector.ts'
import { type Asked, asAnswerTo, lastNoticeTo, type SentNotice } from '../notices.ts'
import type { SmsSettings } from '../settings.ts'

const hourMs = 3_600_000

/** A message of a person, whole. */
export interface PersonMessage {
  readonly from: string
  readonly text: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Of a text, a code is looked for in these letters: the rest may be 64 KB of a stranger. */
const codeWithin = 160

/**
 * The answer that a message is: to the notice that it names, otherwise to the last notice to its number. Undefined for
 * one that answers none. The same words to the same notice are one answer, however often the centre gives them.
 */
export async function toAnswer(
  message: PersonMessage,
  { answers }: SmsSettings,
  io: Pick<ConnectorIo, 'mark' | 'given' | 'now'>
): Promise<EventItem | undefined> {
  const { at } = message
  const from = withoutForbidden(message.from)
  const text = withoutForbidden(message.text.replaceAll('\f', '\n')) // GSM 7-bit has a page break.
  const notice = (await named(text, answers, io)) ?? (await recent(from, answers.withinHours, io))
  if (notice === undefined) return undefined
  const { notificationId, caseSubject, asked } = notice
  const data: NotificationAnsweredV1 = {
    ...{ notificationId, channel: 'SMS', answeredAt: new Date(at).toISOString(), kind: 'REPLY' },
    ...{ from: { address: from }, text, attachments: [] },
    ...(caseSubject != null && { caseSubject })
  }
  const digest = createHash('sha256')
    .update(JSON.stringify([notificationId, from, text]))
    .digest('hex')
  return {
    reference: `answer:${digest}`,
    event: {
      type: 'notification.answered.v1',
      subject: notificationId,
      ...(asked && asAnswerTo(asked)),
      data: { ...data }
    }
  }
}

type Answered = Pick<SentNotice, 'notificationId' | 'caseSubject'> & {
  /** Missing for a notice that another system sent: nobody knows who asked for it. */
  readonly asked?: Asked
}

/** The notice whose code a message names, in whatever case of letters phones wrote it. */
async function named(
  text: string,
  { codePattern, otherCodes }: SmsSettings['answers'],
  { given }: Pick<ConnectorIo, 'given'>
): Promise<Answered | undefined> {
  if (codePattern === undefined) return undefined
  const code = new RegExp(codePattern, 'iu').exec(text.slice(0, codeWithin))?.[1]
  if (code === undefined || code === '') return undefined
  for (const subject of new Set([code, code.toUpperCase(), code.toLowerCase()])) {
    const event = (await given(subject, ['notification.requested.v1'])).at(-1)
    const { channel, caseSubject } = (event?.data ?? {}) as Partial<NotificationRequestedV1>
    if (!event || channel !== 'SMS') continue
    const { id: eventId, source, correlationid } = event
    const asked = { sender: agencyOf(source), eventId, ...(correlationid !== undefined && { correlationid }) }
    return { notificationId: subject, ...(caseSubject != null && { caseSubject }), asked }
  }
  return otherCodes ? { notificationId: code } : undefined
}

async function recent(
  from: string,
  withinHours: number,
  io: Pick<ConnectorIo, 'mark' | 'now'>
): Promise<Answered | undefined> {
  const last = await lastNoticeTo(from, io)
  return last !== undefined && io.now() - last.sentAt <= withinHours * hourMs
    ? { ...last, asked: last }
    : undefined
}
