import type { BusError } from '#protocol/errors/bus-error.ts'
import type { NotificationRequestedV1 } from '#schemas/generated/notification.ts'
import type { ConnectorIo, Delivered, LookedUp, OutboundEvent } from '../../connector.ts'
import { faults } from '../faults.ts'
import { quietUntil } from '../map/quiet-hours.ts'
import { toMessage } from '../map/to-message.ts'
import { lastNoticeMarks, partMarks, sentNotice } from '../notices.ts'
import type { SmsSession } from '../session.ts'
import { meaningOf, statusName } from '../smpp/statuses.ts'
import { assureLink } from './assure-link.ts'
import { wait } from './pace.ts'
import { referenceOf, toSubmits } from './to-submits.ts'

/** Sends a notice. Resolves once the centre has taken all its messages. */
export async function deliver(
  session: SmsSession,
  outbound: OutboundEvent,
  io: ConnectorIo
): Promise<Delivered | undefined> {
  const notice = noticeOf(outbound)
  if (notice.channel !== 'SMS') return undefined // Another connector sends it.
  const { settings, pace } = session
  const message = toMessage(notice, settings)
  checkTime(notice, settings, io.now())
  const submits = toSubmits(message, {
    ...{ settings, hash: outbound.hash, notice, now: io.now(), joining: session.nextJoining() }
  })
  const waits = pace.reserve(submits.length)
  if (!waits) throw faults.waitsForRate({ waitMs: settings.throttledSeconds * 1000 })
  const startedAt = performance.now()
  await wait(waits[0] ?? 0, io.signal)
  await assureLink(session.connection)
  const ids: (string | undefined)[] = []
  for (const [index, submit] of submits.entries()) {
    await wait((waits[index] ?? 0) - (performance.now() - startedAt), io.signal)
    ids.push(await send(session, submit, { sent: index, parts: submits.length, io }))
  }
  const sent = sentNotice(outbound, message.number, submits.length)
  if (ids.includes(undefined)) {
    io.log.warn(
      { notificationId: sent.notificationId },
      'the message centre gave no message id: no report can be tied to the notice'
    )
  }
  return {
    marks: {
      ...(settings.reports && partMarks(sent, ids)),
      ...(settings.answers.publish && lastNoticeMarks(sent, io.now()))
    }
  }
}

/** The centre cannot be asked for a message whose id is not known: its report may still settle the delivery. */
export async function lookUp(
  session: SmsSession,
  outbound: OutboundEvent,
  io: ConnectorIo
): Promise<LookedUp> {
  const notice = noticeOf(outbound)
  if (notice.channel !== 'SMS') return 'done'
  const { settings } = session
  if (!settings.reports) return 'unknown'
  const message = toMessage(notice, settings)
  const isWhole = settings.longMessages === 'payload'
  const texts = isWhole
    ? [message.parts.map(({ text }) => text).join('')]
    : message.parts.map(({ text }) => text)
  session.doubtful.add({
    ...sentNotice(outbound, message.number, texts.length),
    since: io.now(),
    messages: texts.map((text, index) => ({
      reference: referenceOf(outbound.hash, index + 1),
      start: text.slice(0, 20)
    })),
    states: {}
  })
  io.wake()
  return 'unknown'
}

const noticeOf = ({ event }: OutboundEvent): NotificationRequestedV1 =>
  event.data as unknown as NotificationRequestedV1

function checkTime(
  notice: NotificationRequestedV1,
  { quietHours }: SmsSession['settings'],
  now: number
): void {
  const { expiresAt, urgent } = notice
  if (expiresAt != null && Date.parse(expiresAt) <= now) throw faults.expired({ values: { expiresAt } })
  const until = quietHours && !urgent ? quietUntil(quietHours, now) : undefined
  if (quietHours && until !== undefined)
    throw faults.quietHours({ waitMs: until - now, values: { until: quietHours.to } })
}

interface Sending {
  /** Messages of the notice that the centre has taken. */
  readonly sent: number
  readonly parts: number
  readonly io: ConnectorIo
}

/** Sends one message, and gives its id. Once the first one is taken, the others are tried while there is time. */
async function send(
  session: SmsSession,
  submit: ReturnType<typeof toSubmits>[number],
  { sent, parts, io }: Sending
): Promise<string | undefined> {
  const { connection, pace, settings } = session
  for (let tries = 0; ; tries += 1) {
    const { status, fields } = await pace.inWindow(() => connection.request(submit), io.signal)
    const meaning = meaningOf(status, settings.statuses)
    if (meaning === 'accepted') return String(fields.message_id ?? '') || undefined
    if (meaning === 'throttled') pace.slowDown()
    const values = { status: statusName(status) }
    if (meaning === 'doubtful') throw faults.mayBeTaken({ values })
    if (sent === 0) throw failureOf(meaning, statusName(status), pace.slowedMs())
    const mayTryAgain = meaning === 'throttled' || meaning === 'later'
    if (!mayTryAgain || tries >= 3) throw faults.partlySent({ values: { ...values, sent, parts } })
    await wait(settings.throttledSeconds * 1000, io.signal)
  }
}

function failureOf(meaning: ReturnType<typeof meaningOf>, status: string, slowedMs: number): BusError {
  if (meaning === 'refused') return faults.refused({ values: { status } })
  return meaning === 'throttled' ? throttled(status, slowedMs) : faults.notTaken({ values: { status } })
}

function throttled(status: string, waitMs: number): BusError {
  return faults.throttled({ waitMs: Math.ceil(waitMs), values: { status } })
}
