import type { BusError } from '#protocol/errors/bus-error.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { NotificationRequestedV1 } from '#schemas/generated/notification.ts'
import type { ConnectorIo, Delivered, LookedUp, OutboundEvent } from '../../connector.ts'
import { faults } from '../faults.ts'
import { doubtfulMarks } from '../inbound/doubtful.ts'
import { type Failure, failedItem } from '../inbound/to-outcome.ts'
import { toNumber } from '../map/number.ts'
import { quietUntil } from '../map/quiet-hours.ts'
import { toMessage, toText } from '../map/to-message.ts'
import { lastNoticeMarks, partMarks, sentNotice } from '../notices.ts'
import type { SmsSession } from '../session.ts'
import type { Pdu } from '../smpp/pdu.ts'
import { meaningOf, statuses, statusName } from '../smpp/statuses.ts'
import { unsent } from '../smpp/unsent.ts'
import { segment } from '../text/segments.ts'
import { assureLink } from './assure-link.ts'
import { wait } from './pace.ts'
import { referenceOf, toSubmits } from './to-submits.ts'

/**
 * Sends a notice. Resolves once the centre has taken all its messages, or with a failed notice for its agency if it
 * can never arrive.
 */
export async function deliver(
  session: SmsSession,
  outbound: OutboundEvent,
  io: ConnectorIo
): Promise<Delivered | undefined> {
  const notice = noticeOf(outbound)
  if (notice.channel !== 'SMS') return undefined // Another connector sends it.
  const { settings, pace } = session
  const failed = (failure: Failure): Delivered => ({ items: [failedItem(outbound, failure, io.now())] })
  const number = toNumber(notice.recipient.address, settings.allowForeign)
  if (number === undefined) return failed({ reason: 'UNKNOWN_ADDRESS', detail: 'not a mobile number' })
  const message = toMessage(notice, settings)
  const quiet = settings.quietHours && !notice.urgent ? quietUntil(settings.quietHours, io.now()) : undefined
  const earliest = quiet ?? io.now()
  if (notice.expiresAt != null && instantMs(notice.expiresAt) <= earliest)
    return failed({ reason: 'EXPIRED' })
  if (settings.quietHours && quiet !== undefined)
    throw faults.quietHours({ waitMs: quiet - io.now(), values: { until: settings.quietHours.to } })
  const submits = toSubmits(message, {
    ...{ settings, hash: outbound.hash, notice, number, now: io.now(), joining: session.nextJoining() }
  })
  const waits = pace.reserve(submits.length)
  if (!waits) throw faults.waitsForRate({ waitMs: settings.throttledSeconds * 1000 })
  const startedAt = performance.now()
  await wait(waits[0] ?? 0, io.signal)
  await assureLink(session.connection)
  const ids: (string | undefined)[] = []
  for (const [index, submit] of submits.entries()) {
    await wait((waits[index] ?? 0) - (performance.now() - startedAt), io.signal)
    const answer = await send(session, submit, { sent: index, parts: submits.length, io })
    if ('unknownNumber' in answer) return failed({ reason: 'UNKNOWN_ADDRESS', code: answer.unknownNumber })
    ids.push(answer.id)
  }
  const sent = sentNotice(outbound, number, submits.length)
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
  { settings }: SmsSession,
  outbound: OutboundEvent,
  io: ConnectorIo
): Promise<LookedUp> {
  const { channel, recipient, text: given } = noticeOf(outbound)
  if (channel !== 'SMS') return 'done'
  if (!settings.reports) return 'unknown'
  const number = toNumber(recipient.address, true)
  if (number === undefined) return 'unknown'
  const isWhole = settings.longMessages === 'payload'
  const text = toText(given, settings.unaccented)
  const texts = isWhole ? [text] : segment(text).parts.map((part) => part.text)
  const messages = texts.map((text, index) => ({
    reference: referenceOf(outbound.hash, index + 1),
    start: text.slice(0, 20)
  }))
  const notice = { ...sentNotice(outbound, number, texts.length), since: io.now(), messages, states: {} }
  return { unknown: doubtfulMarks(notice.event, notice) }
}

const noticeOf = ({ event }: OutboundEvent): NotificationRequestedV1 =>
  event.data as unknown as NotificationRequestedV1

interface Sending {
  /** Messages of the notice that the centre has taken. */
  readonly sent: number
  readonly parts: number
  readonly io: ConnectorIo
}

type Answer = { readonly id: string | undefined } | { readonly unknownNumber: string }

/** Sends one message, and gives its id. Once the first one is taken, the others are tried while there is time. */
async function send(
  session: SmsSession,
  submit: ReturnType<typeof toSubmits>[number],
  { sent, parts, io }: Sending
): Promise<Answer> {
  const { connection, pace, settings } = session
  const request = (): Promise<Pdu> => {
    const ended = sent > 0 ? connection.ended() : undefined
    return ended ? Promise.reject(ended) : connection.request(submit) // Of a notice that is sent in part, all is in doubt.
  }
  for (let tries = 0; ; tries += 1) {
    const { status, fields } = await pace.inWindow(request, io.signal)
    const meaning = meaningOf(status, settings.statuses)
    if (meaning === 'accepted') return { id: String(fields.message_id ?? '') || undefined }
    if (meaning === 'throttled') pace.slowDown()
    const values = { status: statusName(status) }
    if (meaning === 'doubtful') throw faults.mayBeTaken({ values })
    if (meaning === 'not-bound') connection.end(unsent(values.status)) // The host connects, and binds, again.
    if (sent === 0 && meaning === 'refused' && status === statuses.invalidDestination)
      return { unknownNumber: values.status }
    if (sent === 0) throw failureOf(meaning, values.status, pace.slowedMs())
    const mayTryAgain = meaning === 'throttled' || meaning === 'later'
    if (!mayTryAgain || tries >= 3) throw faults.partlySent({ values: { ...values, sent, parts } })
    await wait(settings.throttledSeconds * 1000, io.signal)
  }
}

function failureOf(meaning: ReturnType<typeof meaningOf>, status: string, slowedMs: number): BusError {
  if (meaning === 'refused') return faults.refused({ values: { status } })
  if (meaning === 'not-bound') return unsent(status)
  return meaning === 'throttled' ? throttled(status, slowedMs) : faults.notTaken({ values: { status } })
}

function throttled(status: string, waitMs: number): BusError {
  return faults.throttled({ waitMs: Math.ceil(waitMs), values: { status } })
}
