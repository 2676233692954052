import { createHash } from 'node:crypto'
import { agencyOf, type BusEvent } from '#protocol/events/event.ts'
import type { ConnectorIo, Marks } from '../connector.ts'
import type { RecentMarks } from '../shared-formats/marks/recent-marks.ts'
import { formatAddress, readAddress } from './address.ts'
import { markKeyOf } from './mail-id.ts'
import { type Notice, noticeType } from './outbound/notice.ts'

/** What an instance keeps of a mail that it sent, so that answers and failures find their notice. */
export interface SentMail {
  /** Of the event. */
  readonly hash: string
  readonly notificationId: string
  readonly caseSubject?: string | undefined
  /** The agency that asked for the notice: it is told what becomes of it. Without one: agreements tell who is. */
  readonly agency?: string | undefined
  /** Digest of the address that the notice went to, with the hash in it: no list of addresses tells whose it is. */
  readonly recipient?: string | undefined
  readonly correlationid?: string | undefined
  readonly causationid?: string | undefined
}

export function sentMailOf(hash: string, event: BusEvent, notice: Notice): SentMail {
  const { notificationId, caseSubject } = notice
  const { correlationid, id: causationid } = event
  const base = { hash, notificationId, caseSubject, correlationid, causationid }
  // Who sends a document has not asked for a mail, and is not told where it goes.
  if (event.type !== noticeType) return base
  return { ...base, agency: agencyOf(event.source), recipient: digestOf(hash, notice.address) }
}

/** Whether an address is not the one that the notice went to. */
export function isOtherAddress({ hash, recipient }: SentMail, address: string): boolean {
  return recipient !== undefined && recipient !== digestOf(hash, address)
}

function digestOf(hash: string, given: string): string {
  const read = readAddress(given)
  const address = (read ? formatAddress(read) : given).toLowerCase()
  return createHash('sha256').update(`${hash} ${address}`).digest('hex').slice(0, digestLetters)
}

const digestLetters = 32

export function markOf(sent: SentMail): Marks {
  return { [markKeyOf(sent.hash)]: JSON.stringify(sent) }
}

/** `hashOrTag`: the hash of an event, or as much of it as a plus address has. */
export async function findSent(
  hashOrTag: string,
  recent: Pick<RecentMarks, 'valueOf'>,
  { mark }: Pick<ConnectorIo, 'mark'>
): Promise<SentMail | undefined> {
  const key = markKeyOf(hashOrTag)
  const text = recent.valueOf(key) ?? (await mark(key))
  return text === undefined ? undefined : (JSON.parse(text) as SentMail)
}
