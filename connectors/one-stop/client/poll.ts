import type { ConnectorIo, InboundItem, Polled } from '../../connector.ts'
import { pollCatalogue } from '../catalogue/poll-catalogue.ts'
import { fromInstant } from '../dialect/dates.ts'
import { faults } from '../faults.ts'
import { readRecords } from '../map/read-records.ts'
import type { Answer, DialectSession } from './dialect-session.ts'

/** Where polling goes on. */
interface Position {
  /** By time: what changed since, `yyyyMMddHHmmss`; absent: everything. */
  readonly since?: string
  /** The next page of the round, from 1. */
  readonly page: number
  /** When the round began, on the clock of the outside. */
  readonly begunAt?: number
  /** The round has found something new. */
  readonly hasNews?: boolean
  /** Which round it is that reads what changed since `since`, from 1. */
  readonly rounds?: number
  /** By position: what the answer before gave. */
  readonly position?: string
  /** When the catalogue was compared, in milliseconds since the epoch. */
  readonly comparedAt?: number
}

/** So often, at most, is the same read: a system in which something changes all the time would never be read. */
const maxRounds = 3

/** The host gives a poll two minutes; what is left of a page is read by the next one. */
const budgetMs = 60_000

/** Asks for one page of dossiers and, where a round is complete and it is time, for the catalogue. */
export async function poll(
  session: DialectSession,
  cursor: string | undefined,
  io: ConnectorIo
): Promise<Polled> {
  const { poll: by, catalogue } = session.settings.client
  const position: Position = cursor === undefined ? { page: 1, ...start(io) } : JSON.parse(cursor)
  const isDue =
    position.page === 1 && io.now() - (position.comparedAt ?? 0) >= (catalogue?.everyHours ?? 0) * 3_600_000
  if (catalogue && isDue) {
    const { items, isComplete } = await pollCatalogue(session, catalogue, io)
    const next = { ...position, ...(isComplete ? { comparedAt: io.now() } : {}) }
    if (items.length > 0 || by === 'no') return { items, cursor: JSON.stringify(next), more: !isComplete }
    return pollDossiers(session, next, io)
  }
  if (by === 'no') return { items: [], cursor: JSON.stringify(position) }
  return pollDossiers(session, position, io)
}

function start({ startAt }: ConnectorIo): Pick<Position, 'since'> {
  return startAt === 0 ? {} : { since: fromInstant(new Date(startAt).toISOString()) }
}

async function pollDossiers(session: DialectSession, position: Position, io: ConnectorIo): Promise<Polled> {
  const { poll: by, pageSize, pageSizeName, pageName, sinceName, positionName } = session.settings.client
  const { since, page } = position
  const asked =
    by === 'time'
      ? { ...(since === undefined ? {} : { [sinceName]: since }), [pageName]: page }
      : position.position === undefined
        ? {}
        : { [positionName]: position.position }
  const answer = await session.call('TraCuuHoSo', { ...asked, [pageSizeName]: pageSize }, io)
  const records = answer.body.result ?? []
  if (!Array.isArray(records)) throw faults.unreadable({ values: { problem: 'result is no list' } })
  const { items, isComplete } = await read(session, records, io)
  if (!isComplete) return { items, cursor: JSON.stringify(position), more: true }
  const isFull = records.length >= pageSize
  if (by === 'position') {
    const given = answer.body[positionName]
    const next = typeof given === 'string' || typeof given === 'number' ? { position: String(given) } : {}
    return { items, cursor: JSON.stringify({ ...position, ...next }), more: isFull }
  }
  // Progress is listed again and again, and so is what cannot be used: only changed dossiers are news.
  const hasNews = items.some(({ reference }) => reference.startsWith('record '))
  const { next, more } = advance(session, position, { answer, isFull, hasNews })
  return { items, cursor: JSON.stringify(next), more }
}

/** Items of records, as far as the time for a poll lasts. */
async function read(
  session: DialectSession,
  records: readonly unknown[],
  io: ConnectorIo
): Promise<{ readonly items: readonly InboundItem[]; readonly isComplete: boolean }> {
  await session.recent.answered()
  const { settings, files: client, recent: unwritten } = session
  const end = performance.now() + budgetMs
  const isOver = (): boolean => performance.now() > end
  const deadline = Number.POSITIVE_INFINITY // What takes too long is left for the next poll.
  const found = await readRecords(records, { settings, io, client, deadline, unwritten, isOver })
  return { items: found.flatMap(({ items }) => items), isComplete: found.length === records.length }
}

interface Page {
  readonly answer: Answer
  readonly isFull: boolean
  readonly hasNews: boolean
}

/**
 * The next page, or the next round. A dossier that changes while pages are read moves to another page, and its
 * neighbours move with it: a round of several pages that found something new is read again, `maxRounds` times in all.
 * What changes later than the last of them began is found by the poll after it.
 */
function advance(
  session: DialectSession,
  { page, since, begunAt, comparedAt, rounds = 1, ...before }: Position,
  { answer, isFull, hasNews }: Page
): { readonly next: Position; readonly more: boolean } {
  const { overlapSeconds } = session.settings.client
  const isNews = hasNews || (before.hasNews ?? false)
  const began = begunAt ?? answer.at
  const kept = comparedAt === undefined ? {} : { comparedAt }
  const again = { ...kept, ...(since === undefined ? {} : { since }) }
  if (isFull) {
    return { next: { ...again, page: page + 1, begunAt: began, hasNews: isNews, rounds }, more: true }
  }
  if (page > 1 && isNews && rounds < maxRounds) {
    return { next: { ...again, page: 1, rounds: rounds + 1 }, more: true }
  }
  const from = fromInstant(new Date(began - overlapSeconds * 1000).toISOString())
  return { next: { ...kept, page: 1, since: from }, more: false }
}
