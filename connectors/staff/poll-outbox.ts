import { createHash } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo, FaultyItem, InboundItem, Marks, Polled, Session } from '../connector.ts'
import { type Accounts, loadAccounts } from './changes/accounts.ts'
import { type Change, changesOf, closing, isClosing } from './changes/changes-of.ts'
import { judgeClosings } from './changes/compare-list.ts'
import { dayOf } from './changes/day-of.ts'
import { createSimilar } from './changes/similar.ts'
import { toItem } from './changes/to-item.ts'
import { type Closings, closingsOf, nextClosings } from './closings.ts'
import { faults, ofPerson } from './faults.ts'
import type { ReadPerson } from './map/to-person.ts'
import type { StaffSettings } from './settings.ts'
import { readRanges, writeRanges } from './sources/queries.ts'
import type { StaffDatabase, WaitingPerson } from './sources/staff-database.ts'

export interface OutboxSession extends Session {
  readonly settings: StaffSettings
  readonly readPerson: ReadPerson
  readonly database: StaffDatabase
  accounts?: Accounts
}

interface Judged {
  readonly person: WaitingPerson
  readonly changes: readonly Change[]
  readonly fault?: BusError
}

/** Events of one poll. */
const atOnce = 500
const maxFaults = 500

/**
 * What changed of the people whose notices wait. The cursor names the notices that the next poll marks as taken, since
 * their events are stored by then. A notice only says whose data to look at: one that is read again, after a crash for
 * example, finds that nothing changed. Notices of people that cannot be used wait, as do those of too many leavers.
 */
export async function pollOutbox(
  session: OutboxSession,
  cursor: string | undefined,
  io: ConnectorIo
): Promise<Polled> {
  const { database, settings } = session
  const done = readRanges(cursor ?? '')
  if (done.length > 0) await database.take(done, io.signal)
  const waiting = await database.waiting(io.startAt, io.signal)
  const [accounts, closings] = await Promise.all([
    loadAccounts(io.mark, session.accounts),
    closingsOf(io.mark, dayOf(io.now()))
  ])
  session.accounts = accounts
  const judged = judgePeople(waiting, accounts, session)
  const leavers = judged.filter(({ changes }) => changes.some(isClosing))
  const accepted = acceptedOf(leavers, closings)
  const counted = leavers.filter((one) => !accepted.has(one))
  const known = accounts.size + closings.today
  const { limit, isHeld } = judgeClosings(counted.length + closings.today, known, settings)
  const held = new Set(isHeld ? counted : [])
  const { items, taken } = takeChanges(
    judged.filter((one) => !held.has(one)),
    accounts,
    { closings, accepted, settings }
  )
  const bad = judged.flatMap(({ person, fault }) => (fault ? [badItem(person, fault)] : []))
  const values = { closes: counted.length + closings.today, known, limit, waiting: held.size }
  const hold = held.size === 0 ? [] : heldItem([...held], closings, { session, values, isAlone: items.length === 0 })
  if (taken.length > 0) io.log.info({ notices: taken.length, events: items.length }, 'changes of staff were taken')
  return {
    items: [...items, ...bad.slice(0, maxFaults), ...hold],
    cursor: writeRanges(taken) || nothingTaken,
    more: taken.length > 0
  }
}

const nothingTaken = 'none'

function judgePeople(
  waiting: readonly WaitingPerson[],
  accounts: Accounts,
  { readPerson }: OutboxSession
): readonly Judged[] {
  const similarTo = createSimilar(accounts)
  const changesIn = ({ staffNumber, rows: [row, other], recordedAt }: WaitingPerson): readonly Change[] => {
    const similar = similarTo(staffNumber)
    if (similar) throw similar
    if (other) throw faults.personTwice()
    const before = accounts.get(staffNumber)
    const day = dayOf(recordedAt)
    if (!row) return before ? [closing(before, 'OTHER', day)] : []
    return changesOf(before, readPerson(row), day)
  }
  return waiting.map((person) => {
    try {
      return { person, changes: changesIn(person) }
    } catch (error) {
      if (!(error instanceof BusError)) throw error
      return { person, changes: [], fault: ofPerson(error, person.staffNumber) }
    }
  })
}

/**
 * The leavers whose accounts a person said are to be closed. If there are more than the person saw, as when a long
 * transaction ends late, nobody said yes to them.
 */
function acceptedOf(
  leavers: readonly Judged[],
  { acceptedTo, acceptedLeft }: Closings
): ReadonlySet<Judged> {
  const found = leavers.filter(({ person }) => firstOf(person) <= acceptedTo)
  return new Set(found.length <= acceptedLeft ? found : [])
}

function firstOf({ ids }: WaitingPerson): bigint {
  return ids[0] ?? 0n
}

interface TakeOptions {
  readonly closings: Closings
  readonly accepted: ReadonlySet<Judged>
  readonly settings: StaffSettings
}

/** The events of these people, as many as fit, and the notices that are dealt with thereby. */
function takeChanges(
  judged: readonly Judged[],
  accounts: Accounts,
  { closings, accepted, settings: { recipients } }: TakeOptions
): { readonly items: readonly InboundItem[]; readonly taken: readonly bigint[] } {
  const items: InboundItem[] = []
  const taken: bigint[] = []
  let { today, acceptedLeft } = closings
  const closingMarks = (isAccepted: boolean): Marks => {
    if (isAccepted) {
      acceptedLeft -= 1
      return nextClosings.accepted(closings.acceptedTo, acceptedLeft)
    }
    today += 1
    return nextClosings.counted(closings.day, today)
  }
  for (const one of judged) {
    if (one.fault) continue
    if (items.length + one.changes.length > atOnce) break
    for (const change of one.changes) {
      const marks = isClosing(change) ? closingMarks(accepted.has(one)) : {}
      items.push(toItem(change, accounts, recipients, { marks }))
    }
    taken.push(...one.person.ids)
  }
  return { items, taken }
}

/**
 * The item that a person accepts by a retry: the host forgets it, and stores what the next poll gives under its
 * reference. That is the first closing, if nothing was added since the person saw the numbers; otherwise the new numbers.
 */
function heldItem(
  held: readonly Judged[],
  { acceptedTo, reported }: Closings,
  {
    session,
    values,
    isAlone
  }: {
    readonly session: OutboxSession
    readonly values: Readonly<Record<string, number>>
    readonly isAlone: boolean
  }
): readonly InboundItem[] {
  const reference = `leavers after notice ${acceptedTo}`
  const upTo = held.map(({ person }) => firstOf(person)).reduce((a, b) => (a > b ? a : b))
  const what = `${reference}: ${held.length} up to ${upTo}`
  if (what !== reported) {
    return [{ reference, fault: faults.leaversMany({ values }), marks: nextClosings.reported(what) }]
  }
  const [first] = held.flatMap(({ changes }) => changes)
  const { accounts, settings } = session
  if (!isAlone || !first || !accounts) return []
  const marks = nextClosings.accepted(upTo, held.length - 1)
  delete session.accounts // Nobody knows yet whether it is stored.
  return [toItem(first, accounts, settings.recipients, { reference, marks })]
}

/** The same reason for the same data has the same reference, whatever is noted of the person again. */
function badItem({ staffNumber, rows }: WaitingPerson, fault: BusError): FaultyItem {
  const content = createHash('sha256').update(JSON.stringify([fault.fault, rows])).digest('hex')
  return { reference: `staff number ${staffNumber} ${content.slice(0, 16)}`, fault }
}
