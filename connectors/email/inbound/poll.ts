import type { ConnectorIo, InboundItem, Polled } from '../../connector.ts'
import { readAddress } from '../address.ts'
import { readHead } from '../mail/head.ts'
import { type MailFields, valuesOf } from '../mail/read-mail.ts'
import { findSent, type SentMail } from '../sent-mail.ts'
import type { Head, Mailbox } from '../servers/imap.ts'
import type { EmailSession } from '../session.ts'
import { answered, isOwnMail, mayReport, referenceOf } from './match.ts'
import { readPosition, writePosition } from './position.ts'
import { readMails } from './read-mails.ts'
import { type Reading, toItems } from './to-items.ts'

/** Heads that are read at once, and what one poll gives at most: a mail may have large files. */
const headsAtOnce = 200
const itemsAtOnce = 50
const bytesAtOnce = 33_554_432
/** Numbers that are looked through at once; ever more where none of them is left. */
const numbersAtOnce = 50_000
/** Of a mail that is too large, this much is read. */
const cutBytes = 524_288
/** A mail that went over more servers goes round. */
const mostReceived = 50

/** New mail since the position, in the folder's order. What is of no concern is passed over by its head. */
export async function poll(
  session: EmailSession,
  cursor: string | undefined,
  io: ConnectorIo
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
  const find = (hashOrTag: string): Promise<SentMail | undefined> => findSent(hashOrTag, session.recent, io)
  const reading = { settings, own, io, find, maySettle: session.maySettle }
  const uids = await numbersFrom(from, nextUid, session, io.signal)
  const heads = await mailbox.heads(uids, io.signal)
  const { concerned, last = uids.at(-1) ?? nextUid - 1 } = choose(heads, reading, session)
  const items = await read(concerned, reading, mailbox)
  if (items.length < concerned.length) session.countUnmatched(io)
  const isDone = last >= nextUid - 1
  if (isDone) mailbox.watch()
  return { items, cursor: writePosition({ validity, uid: Math.max(last, from - 1) }), more: !isDone }
}

type Concerned = Head & { readonly fields: MailFields }

/** The mails that may concern the instance, as many as one poll reads, and the last one that was looked at. */
function choose(
  heads: readonly Head[],
  reading: Reading,
  session: EmailSession
): { readonly concerned: readonly Concerned[]; readonly last: number | undefined } {
  const { own, io, settings } = reading
  const concerned: Concerned[] = []
  let left = bytesAtOnce
  let last: number | undefined
  for (const head of heads) {
    if (concerned.length >= itemsAtOnce || left <= 0) break
    last = head.uid
    if (io.startAt > head.receivedAt) continue
    const fields = readHead(head.bytes)
    if (isOwnMail(fields, own) || goesRound(fields)) continue
    if (isOfConcern(fields, reading)) {
      concerned.push({ ...head, fields })
      left -= Math.min(head.size, settings.imap?.maxBytes ?? 0)
    } else session.countUnmatched(io)
  }
  return { concerned, last }
}

async function read(
  concerned: readonly Concerned[],
  reading: Reading,
  mailbox: Mailbox
): Promise<readonly InboundItem[]> {
  const { io, settings } = reading
  const maxBytes = settings.imap?.maxBytes ?? 0
  const isLarge = ({ size }: Concerned): boolean => size > maxBytes
  const numbersOf = (some: readonly Concerned[]): readonly number[] => some.map(({ uid }) => uid)
  const sources = new Map([
    ...(await mailbox.sources(numbersOf(concerned.filter((one) => !isLarge(one))), maxBytes, io.signal)),
    ...(await mailbox.sources(numbersOf(concerned.filter(isLarge)), cutBytes, io.signal))
  ])
  const given = concerned.flatMap(({ uid, fields, size, receivedAt }) => {
    const bytes = sources.get(uid)
    return bytes ? [{ reference: referenceOf(fields), fields, size, receivedAt, bytes }] : []
  })
  const answers = await readMails(
    given.map(({ bytes }) => bytes),
    io
  )
  const items: InboundItem[] = []
  for (const [index, one] of given.entries()) items.push(...(await toItems(one, answers[index], reading)))
  return items
}

async function numbersFrom(
  first: number,
  nextUid: number,
  { mailbox }: EmailSession,
  signal: AbortSignal
): Promise<readonly number[]> {
  let width = numbersAtOnce
  for (let from = first; mailbox && from < nextUid; from += width, width *= 100) {
    const found = await mailbox.numbers(from, Math.min(from + width, nextUid) - 1, signal)
    if (found.length > 0) return found.slice(0, headsAtOnce)
  }
  return []
}

function isOfConcern(fields: MailFields, { settings, own }: Pick<Reading, 'settings' | 'own'>): boolean {
  if (settings.imap?.unmatched === 'publish') return true
  return answered(fields, own).length > 0 || mayReport(fields)
}

function goesRound(fields: MailFields): boolean {
  return valuesOf(fields, 'received').length > mostReceived
}
