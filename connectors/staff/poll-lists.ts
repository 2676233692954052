import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo, FaultyItem, InboundItem, Polled, Session } from '../connector.ts'
import { type Accounts, loadAccounts } from './changes/accounts.ts'
import { type Change, isClosing } from './changes/changes-of.ts'
import { compareList, judgeClosings } from './changes/compare-list.ts'
import { toItem } from './changes/to-item.ts'
import { type BadRow, type ReadList, readList } from './csv/read-list.ts'
import { atLine, faults, rowsBad } from './faults.ts'
import { acceptedMarks, holdOf, reportedMarks } from './hold.ts'
import { dayOf } from './changes/day-of.ts'
import { createSimilar } from './changes/similar.ts'
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

/** The changes of the oldest list. It is taken whole, or held whole until a newer one comes or a person retries it. */
export async function pollLists(
  session: ListsSession,
  cursor: string | undefined,
  io: ConnectorIo
): Promise<Polled> {
  const done = cursor === undefined ? undefined : (JSON.parse(cursor) as Done)
  if (done) await session.folder.end(done, done.end, done.reason)
  const lists = await session.folder.waiting()
  const [list, newer] = lists.filter(({ modifiedAt }) => modifiedAt >= io.startAt)
  if (!list) return { items: [], cursor: cursor ?? JSON.stringify(none) }
  const reference = `list ${list.identity} ${list.name}`
  const read = await readOnce(session, list, reference)
  if (!read) return { items: [], cursor: cursor ?? JSON.stringify(none), more: true }
  const [held, accounts] = await Promise.all([holdOf(reference, io), loadAccounts(io.mark, session.accounts)])
  session.accounts = accounts
  const judged = judge(read, list, accounts, session)
  const isHeld = judged.fault !== undefined && !(held.isAccepted && judged.mayAccept)
  const items = isHeld || held.isReported ? heldItems(reference, judged, held.isReported, session) : undefined
  const isEnded = newer !== undefined
  if (items && items.length > 0) {
    const reason = judged.fault?.text('vi') ?? ''
    const end = { ...placeOf(list), end: 'refused', reason } as const
    return { items, cursor: isEnded ? JSON.stringify(end) : (cursor ?? JSON.stringify(none)), more: isEnded }
  }
  const { changes, badRows } = judged
  const some = changes.slice(0, atOnce)
  const isWhole = some.length === changes.length
  const end = { ...placeOf(list), end: 'accepted' } as const
  if (isWhole && !(read instanceof BusError)) tellTaken(list, read, changes, io)
  return {
    items: [
      ...badRows.map((row) => rowItem(row, list)),
      ...some.map((change) => toItem(change, accounts, session.settings.recipients))
    ],
    cursor: isWhole ? JSON.stringify(end) : (cursor ?? JSON.stringify(none)),
    more: true
  }
}

/** Before the first list. */
const none: Done = { name: '', identity: '', end: 'accepted' }

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
  const result = await readList(bytes, list.name, { settings: csv, readPerson }).catch(
    (error: unknown) => {
      if (error instanceof BusError) return error
      throw error
    }
  )
  session.read = { reference, result }
  return result
}

function judge(
  read: ReadList | BusError,
  { name: file, modifiedAt }: WaitingList,
  accounts: Accounts,
  { settings, csv }: ListsSession
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
  const alike = new Set(badRows.map(({ staffNumber }) => lookAlike(staffNumber)))
  const held = new Set<string>()
  for (const { staffNumber } of accounts.all()) if (alike.has(lookAlike(staffNumber))) held.add(staffNumber)
  const changes = compareList({ people, held, day: dayOf(modifiedAt) }, accounts)
  const closes = changes.filter(isClosing).length
  const { limit, isHeld } = judgeClosings(closes, accounts.size, settings)
  const values = { from: file, closes, known: accounts.size, limit }
  const fault = isHeld ? faults.closesMany({ values }) : undefined
  return { changes, badRows, fault, mayAccept: true }
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
