import type { NotificationDeliveredV1, NotificationFailedV1 } from '#schemas/generated/notification.ts'
import type { EventItem, OutboundEvent } from '../../connector.ts'
import type { MessageState } from '../map/receipt.ts'
import { asAnswerTo, type SentNotice, sentNotice } from '../notices.ts'
import type { SmsSettings } from '../settings.ts'
import type { HeldReport } from './held-report.ts'

const hourMs = 3_600_000
const longestReportMs = 30 * 86_400_000

const reasons: Readonly<Partial<Record<MessageState, NotificationFailedV1['reason']>>> = {
  EXPIRED: 'EXPIRED',
  UNDELIV: 'UNREACHABLE',
  REJECTD: 'REFUSED'
}

export type Failure = Pick<NotificationFailedV1, 'reason' | 'code' | 'detail'>

/** The event that tells the agency that its notice cannot be sent. */
export function failedItem(outbound: OutboundEvent, failure: Failure, now: number): EventItem {
  const notice = sentNotice(outbound, '', 0)
  const { notificationId, event, sender, caseSubject } = notice
  const data: NotificationFailedV1 = {
    ...{ notificationId, channel: 'SMS', failedAt: new Date(now).toISOString(), isFinal: true, ...failure },
    ...(caseSubject !== undefined && { caseSubject })
  }
  return {
    reference: `${event}:failed`,
    event: {
      type: 'notification.failed.v1',
      subject: notificationId,
      ...asAnswerTo(notice),
      data: { ...data }
    },
    answers: { sender, subject: notificationId, state: 'rejected', code: failure.code ?? failure.reason }
  }
}

/** The event that tells the agency what became of its notice. It was sent, whatever became of it: it is not sent again. */
export function toOutcomeItem(
  notice: SentNotice,
  report: HeldReport,
  { settings, now }: { readonly settings: SmsSettings; readonly now: number }
): Omit<EventItem, 'marks'> {
  const { notificationId, event, sender, caseSubject, parts } = notice
  const at = new Date(reportedAt(report, settings, now)).toISOString()
  const common = {
    ...{ notificationId, channel: 'SMS' as const, outsideId: report.ids[0] ?? '' },
    ...(caseSubject !== undefined && { caseSubject })
  }
  const code = [report.state, report.error].filter(Boolean).join(' ')
  const isDelivered = report.state === 'DELIVRD'
  const delivered: NotificationDeliveredV1 = { ...common, deliveredAt: at, parts }
  const failed: NotificationFailedV1 = {
    ...{ ...common, failedAt: at, isFinal: true, code },
    reason: reasons[report.state] ?? 'OTHER'
  }
  return {
    reference: `${event}:${isDelivered ? 'delivered' : 'failed'}`,
    event: {
      type: isDelivered ? 'notification.delivered.v1' : 'notification.failed.v1',
      subject: notificationId,
      ...asAnswerTo(notice),
      data: { ...(isDelivered ? delivered : failed) }
    },
    answers: { sender, subject: notificationId, state: isDelivered ? 'accepted' : 'rejected', code },
    settles: { event, as: 'done' }
  }
}

/** When the centre says it was, unless its clock cannot be right. */
function reportedAt(
  { doneDate, at }: HeldReport,
  { reportsUtcOffsetHours }: SmsSettings,
  now: number
): number {
  const dated =
    doneDate === undefined ? Number.NaN : Date.parse(`${doneDate}Z`) - reportsUtcOffsetHours * hourMs
  return dated > now - longestReportMs && dated < now + hourMs ? Math.min(dated, now) : at
}
