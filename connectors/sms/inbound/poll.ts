import { createHash } from 'node:crypto'
import type { ConnectorIo, FaultyItem, InboundItem, Polled } from '../../connector.ts'
import { faults } from '../faults.ts'
import type { Waiting } from '../inbox.ts'
import { readReceipt } from '../map/receipt.ts'
import type { SmsSession } from '../session.ts'
import type { Pdu } from '../smpp/pdu.ts'
import type { ReadText } from '../text/read-text.ts'
import { toAnswer } from './answers.ts'
import { assemble } from './assemble.ts'
import type { HeldReport } from './held-report.ts'
import { judgeAll } from './judge-all.ts'
import { type HeldPart, maxHeld, readPosition, sizeOf, writePosition } from './position.ts'
import { readMessage } from './read-message.ts'
import { isReport, toReport } from './reports.ts'

/** Octets of a message; only a payload has more. */
const longestPart = 254

/** What messages of the centre became, one list for each kind. */
interface Sorted {
  readonly reports: readonly HeldReport[]
  readonly parts: readonly HeldPart[]
  readonly items: readonly InboundItem[]
}

/**
 * Takes what the centre gave over the connection. The position keeps what is no item yet, so that the centre can be
 * told that all of it was taken: the next poll does, once this one is stored.
 */
export async function poll(
  session: SmsSession,
  cursor: string | undefined,
  io: ConnectorIo
): Promise<Polled> {
  const ended = session.connection.ended()
  if (ended) throw ended
  const before = readPosition(cursor)
  session.inbox.stored(before.batch)
  const batch = session.inbox.batch()
  const added = session.doubtful.next(cursor)
  const sorted = await sort(batch?.waiting ?? [], session, io)
  const reports = [...before.reports, ...sorted.reports]
  const doubtful = [...before.doubtful, ...added]
  const judged = await judgeAll(reports, doubtful, session, io)
  const assembled = assemble([...before.parts, ...sorted.parts], io.now())
  const answered = await answers(assembled.whole, session, io)
  const position = {
    ...(batch && { batch: batch.name }),
    reports: newest(judged.held, 'reports', io),
    parts: newest(assembled.held, 'parts of messages', io),
    doubtful: newest(judged.doubtful, 'deliveries in doubt', io)
  }
  const items = [...sorted.items, ...judged.items, ...answered]
  const isIdle = batch === undefined && items.length === 0 && sizeOf(position) === sizeOf(before)
  const next = isIdle && cursor !== undefined ? cursor : writePosition(position)
  session.doubtful.given(added, next)
  return { items, cursor: next, more: batch !== undefined }
}

function newest<T>(held: readonly T[], what: string, { log }: ConnectorIo): readonly T[] {
  if (held.length > maxHeld)
    log.warn({}, `more than ${maxHeld} ${what} wait for what belongs to them; the oldest are let go`)
  return held.slice(-maxHeld)
}

async function sort(waiting: readonly Waiting[], session: SmsSession, io: ConnectorIo): Promise<Sorted> {
  const [reports, parts, items]: [HeldReport[], HeldPart[], InboundItem[]] = [[], [], []]
  for (const { message, receivedAt } of waiting) {
    const read = readMessage(message)
    if (isReport(message)) {
      const receipt = readReceipt(read?.text ?? read?.content.toString('latin1') ?? '')
      const report = toReport(message, receipt, receivedAt)
      if (report) reports.push(report)
      else
        io.log.warn(
          { state: receipt.unknownState },
          'a delivery report has no id, or no state that is known; passed over'
        )
    } else if (session.settings.answers.publish) {
      const from = String(message.fields.source_addr ?? '')
      if (!read || read.text === undefined) items.push(unreadable(message, read))
      else if (read.joined && read.content.length <= longestPart)
        parts.push({ ...read.joined, from, text: read.text, at: receivedAt })
      else parts.push({ reference: 0, total: 1, number: 1, from, text: read.text, at: receivedAt })
    }
  }
  return { reports, parts, items }
}

/** The same octets of the same person are one item, however often the centre gives them. */
function unreadable({ fields }: Pdu, read: ReadText | undefined): FaultyItem {
  const problem = read ? 'it is no text' : 'its header is longer than the message'
  const raw = Buffer.isBuffer(fields.short_message) ? fields.short_message : Buffer.alloc(0)
  const digest = createHash('sha256').update(String(fields.source_addr)).update(raw).digest('hex')
  return { reference: `unreadable:${digest}`, fault: faults.messageUnreadable({ values: { problem } }), raw }
}

async function answers(
  whole: readonly { readonly from: string; readonly text: string; readonly at: number }[],
  { settings }: SmsSession,
  io: ConnectorIo
): Promise<readonly InboundItem[]> {
  const items: InboundItem[] = []
  for (const message of whole) {
    const item = await toAnswer(message, settings, io)
    if (item) items.push(item)
    else io.log.info({}, 'a message of a person answers no notice; passed over')
  }
  return items
}
