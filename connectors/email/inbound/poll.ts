import type { ConnectorIo, InboundItem, Polled } from '../../connector.ts'
import type { RecentMarks } from '../../shared-formats/marks/recent-marks.ts'
import { readAddress } from '../address.ts'
import { readHead } from '../mail/head.ts'
import { mayReport } from '../mail/programs.ts'
import { type MailFields, valuesOf } from '../mail/read-mail.ts'
import { findSent } from '../sent-mail.ts'
import type { Beginning, Mailbox } from '../servers/imap.ts'
import type { EmailSession } from '../session.ts'
import { beginningsOf, numbersFrom, numbersOf } from './beginnings.ts'
import { answered, isOwnMail, referenceOf } from './match.ts'
import { readPosition, writePosition } from './position.ts'
import { readMails } from './read-mails.ts'
import { type Reading, toItems } from './to-items.ts'

/** Bytes of the mails that one poll reads: they may have large files. */
const bytesAtOnce = 16_777_216
/** Of a mail that is too large, this much is read. */
const cutBytes = 524_288
/** A mail that went over more servers goes round. */
const mostReceived = 50

/** New mail since the position, in the folder's order. What is of no concern is passed over by its head. */
export async function poll(
  session: EmailSession,
  cursor: string | undefined,
  { io, doubtful }: { readonly io: ConnectorIo; readonly doubtful: RecentMarks }
): Promise<Polled> {
  const { mailbox, settings } = session
  const own = readAddress(settings.from)
  if (!mailbox || !own) throw new TypeError('an instance without a mailbox is not polled')
  const { validity, nextUid } = await mailbox.select(io.signal)
  const known = readPosition(cursor)
  const isFirst = known === undefined
  let from = known?.validity === validity ? known.uid + 1 : 1
  if (isFirst && io.startAt > 0) from = (await mailbox.firstSince(io.startAt, io.signal)) ?? nextUid
  await session.recent.answered()
  const find = (hashOrTag: string) => findSent(hashOrTag, session.recent, io)
  const findDoubtful = (hashOrTag: string) => findSent(hashOrTag, doubtful, noMarks)
  const reading = { settings, own, io, find, findDoubtful, maySettle: () => session.maySettle(io) }
  const uids = await numbersFrom(from, nextUid, mailbox, io.signal)
  const items: InboundItem[] = []
  let last = uids.at(-1) ?? nextUid - 1
  let left = bytesAtOnce
  for await (const beginnings of beginningsOf(uids, mailbox, io.signal)) {
    const chosen = choose(beginnings, left, { reading, session })
    left = chosen.left
    const found = await read(chosen.concerned, reading, mailbox)
    session.countUnmatched(io, chosen.concerned.length - found.length)
    items.push(...found)
    if (left > 0) continue
    last = chosen.last
    break
  }
  const isDone = last >= nextUid - 1
  if (isDone) mailbox.watch()
  return { items, cursor: writePosition({ validity, uid: Math.max(last, from - 1) }), more: !isDone }
}

const noMarks = { mark: async () => undefined }

type Concerned = Beginning & { readonly fields: MailFields }

interface Chosen {
  readonly concerned: readonly Concerned[]
  /** The last mail that was looked at. */
  readonly last: number
  /** Bytes that this poll may still read. */
  readonly left: number
}

/** The mails that may concern the instance, as long as this poll may read more bytes. */
function choose(
  beginnings: readonly Beginning[],
  given: number,
  { reading, session }: { readonly reading: Reading; readonly session: EmailSession }
): Chosen {
  const { own, io, settings } = reading
  const concerned: Concerned[] = []
  let [left, last] = [given, 0]
  for (const beginning of beginnings) {
    if (left <= 0) break
    last = beginning.uid
    if (io.startAt > beginning.receivedAt) continue
    const fields = readHead(beginning.bytes)
    if (isOwnMail(fields, own) || goesRound(fields)) continue
    if (isOfConcern(fields, reading)) {
      concerned.push({ ...beginning, fields })
      left -= Math.min(beginning.size, settings.imap?.maxBytes ?? 0)
    } else session.countUnmatched(io, 1)
  }
  return { concerned, last, left }
}

async function read(
  concerned: readonly Concerned[],
  reading: Reading,
  mailbox: Mailbox
): Promise<readonly InboundItem[]> {
  const { io, settings } = reading
  const maxBytes = settings.imap?.maxBytes ?? 0
  const limitOf = ({ size }: Beginning): number => (size > maxBytes ? cutBytes : maxBytes)
  const longer = concerned.filter(({ isWhole }) => !isWhole)
  const sources = new Map<number, Uint8Array>()
  for (const [limit, mails] of Map.groupBy(longer, limitOf))
    for (const [uid, bytes] of await mailbox.sources(numbersOf(mails), limit, io.signal))
      sources.set(uid, bytes)
  const given = concerned.flatMap((one) => {
    const { uid, fields, size, receivedAt, isWhole } = one
    const bytes = isWhole ? one.bytes : sources.get(uid)
    if (!bytes) return []
    const isCut = !isWhole && bytes.length >= limitOf(one) && bytes.length !== size
    return [{ reference: referenceOf(fields), fields, size, isCut, receivedAt, bytes }]
  })
  const answers = await readMails(
    given.map(({ bytes }) => bytes),
    io
  )
  const items: InboundItem[] = []
  for (const [index, one] of given.entries()) items.push(...(await toItems(one, answers[index], reading)))
  return items
}

function isOfConcern(fields: MailFields, { settings, own }: Pick<Reading, 'settings' | 'own'>): boolean {
  if (settings.imap?.unmatched === 'publish') return true
  return answered(fields, own).length > 0 || mayReport(fields)
}

function goesRound(fields: MailFields): boolean {
  return valuesOf(fields, 'received').length > mostReceived
}
