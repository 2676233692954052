import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo, FaultyItem, InboundItem, Polled, Session } from '../connector.ts'
import { type Accounts, loadAccounts } from './changes/accounts.ts'
import type { Change } from './changes/changes-of.ts'
import { compareList } from './changes/compare-list.ts'
import { dayOf } from './changes/day-of.ts'
import { countOf, judgeMany, loadMassCounts, type MassCounts, massKinds } from './changes/mass-changes.ts'
import { createSimilar } from './changes/similar.ts'
import { toItem } from './changes/to-item.ts'
import { type BadRow, type ReadList, readList } from './csv/read-list.ts'
import { atLine, faults, rowsBad } from './faults.ts'
import { acceptedMarks, holdOf, reportedMarks } from './hold.ts'
import { lookAlike } from './map/look-alike.ts'
import type { ReadPerson } from './map/to-person.ts'
import type { CsvSettings, StaffSettings } from './settings.ts'
import type { ListEnd, ListFolder, WaitingList } from './sources/list-folder.ts'

export interface ListsSession extends Session {
  readonly settings: StaffSettings
  readonly csv: CsvSettings
  readonly readPerson: ReadPerson
  readonly folder: ListFolder
  accounts?: Accounts
  /** The list that was read last. */
  read?: { readonly reference: string; readonly result: ReadList | BusError }
}

/** A list that was dealt with and is to be moved. */
interface Done {
  readonly name: string
  readonly identity: string
  readonly end: ListEnd
  readonly reason?: string
  /** The time of the newest list that was taken, in milliseconds since the epoch. */
  readonly takenAt: number
}

/** What is to be done with a list. */
interface Judged {
  readonly changes: readonly Change[]
  readonly badRows: readonly BadRow[]
  /** Why it is held. */
  readonly fault: BusError | undefined
  /** A person may accept it as it is. */
  readonly mayAccept: boolean
}

/** Events of one poll; their list is compared again for the next ones. */
const atOnce = 500
const maxBadRows = 100
const maxOddFiles = 100

/** The changes of the oldest list. It is taken whole, or held whole until a newer one comes or a person retries it. */
export async function pollLists(
  session: ListsSession,
  cursor: string | undefined,
  io: ConnectorIo
): Promise<Polled> {
  const done = cursor === undefined ? none : (JSON.parse(cursor) as Done)
  if (done.name !== '') await session.folder.end(done, done.end, done.reason)
  const { lists, unusable } = await session.folder.waiting()
  const [list, newer] = lists.filter(({ modifiedAt }) => modifiedAt >= io.startAt)
  const odd = unusable.slice(0, maxOddFiles).map((file) => {
    return { reference: `file ${file}`, fault: faults.fileUnusable({ values: { file } }) }
  })
  const unchanged = { cursor: cursor ?? JSON.stringify(none) }
  if (!list) return { items: odd, ...unchanged }
  const polled = await pollList(list, { session, io, done, unchanged, isLast: newer === undefined })
  return { ...polled, items: [...odd, ...polled.items] }
}

interface PollListOptions {
  readonly session: ListsSession
  readonly io: ConnectorIo
  readonly done: Done
  /** Where the poll goes on as long as this list is not dealt with. */
  readonly unchanged: Pick<Polled, 'cursor'>
  readonly isLast: boolean
}

async function pollList(
  list: WaitingList,
  { session, io, done, unchanged, isLast }: PollListOptions
): Promise<Polled> {
  const reference = `list ${list.identity} ${list.name}`
  const ended = (end: ListEnd, fault?: BusError): Partial<Polled> & { readonly cursor: string } => {
    const takenAt = end === 'accepted' ? list.modifiedAt : done.takenAt
    const reason = fault ? { reason: fault.text('vi') } : {}
    return { cursor: JSON.stringify({ ...placeOf(list), end, takenAt, ...reason }), more: true }
  }
  if (list.modifiedAt < done.takenAt) {
    const fault = faults.listOlder({ values: { file: list.name } })
    return { items: [{ reference, fault }], ...ended('refused', fault) }
  }
  const read = await readOnce(session, list, reference)
  if (!read) return { items: [], ...unchanged, more: true }
  const [hold, accounts, counts] = await Promise.all([
    holdOf(reference, io),
    loadAccounts(io.mark, session.accounts),
    loadMassCounts(io.mark, dayOf(io.now()))
  ])
  session.accounts = accounts
  const judged = judge(read, list, { accounts, counts, session })
  const isHeld = judged.fault !== undefined && !(hold.isAccepted && judged.mayAccept)
  if (!isLast && (isHeld || hold.isReported)) {
    const report = judged.fault && !hold.isReported ? [{ reference, fault: judged.fault }] : []
    return { items: report, ...ended('refused', judged.fault) }
  }
  const items = isHeld || hold.isReported ? heldItems(reference, judged, hold.isReported, session) : []
  if (items.length > 0) return { items, ...unchanged }
  const { changes, badRows } = judged
  const some = changes.slice(0, atOnce)
  const isWhole = some.length === changes.length
  if (isWhole && !(read instanceof BusError)) tellTaken(list, read, changes, io)
  return {
    items: [
      ...badRows.map((row) => rowItem(row, list)),
      ...some.map((change) => {
        const marks = hold.isAccepted ? {} : counts.add(change)
        return toItem(change, accounts, session.settings.recipients, { marks })
      })
    ],
    ...(isWhole ? ended('accepted') : { ...unchanged, more: true })
  }
}

/** Before the first list. */
const none: Done = { name: '', identity: '', end: 'accepted', takenAt: 0 }

function placeOf({ name, identity }: WaitingList): Pick<Done, 'name' | 'identity'> {
  return { name, identity }
}

/** A list is read once while it waits. Undefined if it changed meanwhile. */
async function readOnce(
  session: ListsSession,
  list: WaitingList,
  reference: string
): Promise<ReadList | BusError | undefined> {
  if (session.read?.reference === reference) return session.read.result
  const { csv, readPerson, folder } = session
  const bytes = await folder.read(list, csv.maxBytes)
  if (!bytes) return undefined
  const result = await readList(bytes, list.name, { settings: csv, readPerson }).catch((error: unknown) => {
    if (error instanceof BusError) return error
    throw error
  })
  session.read = { reference, result }
  return result
}

interface JudgeOptions {
  readonly accounts: Accounts
  readonly counts: MassCounts
  readonly session: ListsSession
}

function judge(
  read: ReadList | BusError,
  { name: file, modifiedAt }: WaitingList,
  { accounts, counts, session: { settings, csv } }: JudgeOptions
): Judged {
  if (read instanceof BusError) return { changes: [], badRows: [], fault: read, mayAccept: false }
  const badRows = [...read.bad, ...similarToKnown(read, accounts)].sort((a, b) => a.line - b.line)
  const isBad = new Set(badRows.map(({ line }) => line))
  const people = read.rows.flatMap(({ line, person }) => (isBad.has(line) ? [] : [person]))
  const rows = read.rows.length + read.bad.length
  const maxBad = csv.badRows === 'hold-list' ? 0 : Math.min(maxBadRows, Math.floor(rows / 2))
  if (badRows.length > maxBad) {
    const fault = rowsBad(
      badRows.map((row) => row.fault),
      { file, rows }
    )
    return { changes: [], badRows: [], fault, mayAccept: false }
  }
  const held = heldPeople(badRows, accounts)
  const changes = compareList({ people, ...held, day: dayOf(modifiedAt) }, accounts)
  const [fault] = massKinds.flatMap((kind) => {
    const today = counts.today[kind]
    const count = countOf(kind, changes) + today
    const known = accounts.size + (kind === 'locks' ? today : 0)
    const { limit, isHeld } = judgeMany(kind, { count, known }, settings)
    if (!isHeld || count === today) return []
    const values = { from: file, count, known, limit }
    return [kind === 'locks' ? faults.closesMany({ values }) : faults.changesMany({ values })]
  })
  return { changes, badRows, fault, mayAccept: true }
}

/** Whose rows these are; where one is of nobody who is known, it may be of anybody. */
function heldPeople(
  badRows: readonly BadRow[],
  accounts: Accounts
): { readonly held: ReadonlySet<string>; readonly mayMissPeople: boolean } {
  const alike = new Set(badRows.map(({ staffNumber }) => lookAlike(staffNumber)))
  const found = Array.from(accounts.all(), ({ staffNumber }) => staffNumber).filter((one) =>
    alike.has(lookAlike(one))
  )
  const tied = new Set(found.map(lookAlike))
  return { held: new Set(found), mayMissPeople: [...alike].some((one) => !tied.has(one)) }
}

/** Rows whose staff number is that of an account but for how it is written, such as without its leading zeros. */
function similarToKnown({ rows }: ReadList, accounts: Accounts): readonly BadRow[] {
  const similarTo = createSimilar(accounts)
  return rows.flatMap(({ line, person: { staffNumber } }) => {
    const fault = similarTo(staffNumber)
    return fault ? [{ line, staffNumber, fault: atLine(fault, line) }] : []
  })
}

/** What a poll gives of a list that is held, or was; nothing if it has no changes and no fault. */
function heldItems(
  reference: string,
  { changes: [first], fault, mayAccept }: Judged,
  isReported: boolean,
  session: ListsSession
): readonly InboundItem[] {
  const canGoOn = isReported && mayAccept
  if (canGoOn && first && session.accounts) {
    const marks = acceptedMarks(reference)
    const item = toItem(first, session.accounts, session.settings.recipients, { reference, marks })
    delete session.accounts // Nobody knows yet whether it is stored.
    return [item]
  }
  return fault ? [{ reference, fault, marks: reportedMarks(reference) }] : []
}

function rowItem({ line, fault }: BadRow, { name, identity }: WaitingList): FaultyItem {
  return { reference: `row ${line} of ${identity} ${name}`, fault }
}

function tellTaken(
  { name: list }: WaitingList,
  { encoding, rows }: ReadList,
  changes: readonly Change[],
  { log }: ConnectorIo
): void {
  log.info({ list, encoding, people: rows.length, changes: changes.length }, 'list of staff was taken')
}
