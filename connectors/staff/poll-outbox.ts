import { createHash } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo, FaultyItem, InboundItem, Marks, Polled, Session } from '../connector.ts'
import { type Accounts, loadAccounts } from './changes/accounts.ts'
import { type Change, changesOf, closing } from './changes/changes-of.ts'
import { dayOf } from './changes/day-of.ts'
import {
  countOf,
  isOfKind,
  judgeMany,
  loadMassCounts,
  type MassCounts,
  type MassKind,
  massKinds
} from './changes/mass-changes.ts'
import { acceptedMassMarks, type MassHold, massHoldOf, reportedMassMarks } from './changes/mass-holds.ts'
import { createSimilar } from './changes/similar.ts'
import { toItem } from './changes/to-item.ts'
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
  /** The kind of what was held and offered last. */
  offered?: MassKind
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
  const accounts = await loadAccounts(io.mark, session.accounts)
  session.accounts = accounts
  const judged = judgePeople(waiting, accounts, session)
  const counts = await loadMassCounts(io.mark, dayOf(io.now()))
  const masses = await Promise.all(
    massKinds.map(async (kind) => {
      const hold = await massHoldOf(kind, io.mark)
      return judgeMass(judged, { kind, hold, today: counts.today[kind] }, { known: accounts.size, settings })
    })
  )
  const held = new Set(masses.flatMap((mass) => mass.held))
  const free = judged.filter((one) => !held.has(one) && !one.fault)
  const { items, taken } = takeChanges(free, accounts, { counts, masses, settings })
  const bad = judged.flatMap(({ person, fault }) => (fault ? [badItem(person, fault)] : []))
  const reports = masses.flatMap(reportOf)
  const accepting = items.length + reports.length === 0 ? acceptingItem(masses, session, accounts) : []
  if (taken.length > 0)
    io.log.info({ notices: taken.length, events: items.length }, 'changes of staff were taken')
  return {
    items: [...items, ...bad.slice(0, maxFaults), ...reports, ...accepting],
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
    const before = accounts.get(staffNumber)
    const day = dayOf(recordedAt)
    if (!row) return before ? [closing(before, 'OTHER', day)] : []
    if (other) throw faults.personTwice()
    const similar = similarTo(staffNumber)
    if (similar) throw similar
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

/** The changes of one kind that wait. */
interface Mass {
  readonly kind: MassKind
  readonly hold: MassHold
  readonly accepted: ReadonlySet<Judged>
  /** Whom a person decides on. */
  readonly held: readonly Judged[]
  /** How many changes wait, and how many there would be on this day. */
  readonly waiting: number
  readonly count: number
  readonly known: number
  readonly limit: number
}

function judgeMass(
  judged: readonly Judged[],
  { kind, hold, today }: Pick<Mass, 'kind' | 'hold'> & { readonly today: number },
  { known: open, settings }: { readonly known: number; readonly settings: StaffSettings }
): Mass {
  const those = judged.filter(({ changes }) => countOf(kind, changes) > 0)
  const sum = (some: readonly Judged[]): number =>
    countOf(
      kind,
      some.flatMap(({ changes }) => changes)
    )
  const saw = those.filter(({ person }) => firstOf(person) <= hold.acceptedTo)
  // If there are more than the person saw, as when a long transaction ends late, nobody said yes to them.
  const accepted = new Set(sum(saw) <= hold.acceptedLeft ? saw : [])
  const counted = those.filter((one) => !accepted.has(one))
  const waiting = sum(counted)
  const [count, known] = [waiting + today, kind === 'locks' ? open + today : open]
  const { limit, isHeld } = judgeMany(kind, { count, known }, settings)
  return { kind, hold, accepted, waiting, count, known, limit, held: isHeld ? counted : [] }
}

function firstOf({ ids }: WaitingPerson): bigint {
  return ids[0] ?? 0n
}

interface TakeOptions {
  readonly counts: MassCounts
  readonly masses: readonly Mass[]
  readonly settings: StaffSettings
}

/** The events of these people, as many as fit, and the notices that are dealt with thereby. */
function takeChanges(
  judged: readonly Judged[],
  accounts: Accounts,
  { counts, masses, settings: { recipients } }: TakeOptions
): { readonly items: readonly InboundItem[]; readonly taken: readonly bigint[] } {
  const items: InboundItem[] = []
  const taken: bigint[] = []
  const left = new Map(masses.map(({ kind, hold }) => [kind, hold.acceptedLeft]))
  const marksOf = (one: Judged, change: Change): Marks => {
    const mass = masses.find(({ kind, accepted }) => isOfKind(kind, change) && accepted.has(one))
    if (!mass) return counts.add(change)
    const rest = (left.get(mass.kind) ?? 0) - 1
    left.set(mass.kind, rest)
    return acceptedMassMarks(mass.kind, mass.hold.acceptedTo, rest)
  }
  for (const one of judged) {
    if (items.length + one.changes.length > atOnce) break
    for (const change of one.changes)
      items.push(toItem(change, accounts, recipients, { marks: marksOf(one, change) }))
    taken.push(...one.person.ids)
  }
  return { items, taken }
}

/** Under what reference a person is told of what is held, and what exactly that is. */
function namesOf({ kind, hold, held, waiting }: Mass): {
  readonly reference: string
  readonly what: string
  readonly upTo: bigint
} {
  const last = held.at(-1) // They are in the order of their first notices.
  const upTo = last ? firstOf(last.person) : 0n
  const reference = `${kind} after notice ${hold.acceptedTo}`
  return { reference, what: `${reference}: ${waiting} up to ${upTo}`, upTo }
}

/** Tells a person what is held, unless that was told before. */
function reportOf(mass: Mass): readonly FaultyItem[] {
  const { kind, hold, held, waiting, count, known, limit } = mass
  const { reference, what } = namesOf(mass)
  if (held.length === 0 || what === hold.reported) return []
  const fault = kind === 'locks' ? faults.locksMany : faults.movesMany
  const values = { count, known, limit, waiting }
  return [{ reference, fault: fault({ values }), marks: reportedMassMarks(kind, what) }]
}

/**
 * The first change that is held, under the reference that a person was told: the host passes it over until the person
 * retries that item, and stores it then. Of one kind in a poll, since its marks are true only if it is stored alone.
 */
function acceptingItem(
  masses: readonly Mass[],
  session: OutboxSession,
  accounts: Accounts
): readonly InboundItem[] {
  const held = masses.filter((one) => one.held.length > 0)
  const mass = held.find(({ kind }) => kind !== session.offered) ?? held[0]
  const [first] = mass?.held.flatMap(({ changes }) => changes) ?? []
  if (!mass || !first) return []
  session.offered = mass.kind
  delete session.accounts // Nobody knows yet whether it is stored.
  const { reference, upTo } = namesOf(mass)
  const marks = acceptedMassMarks(mass.kind, upTo, mass.waiting)
  return [toItem(first, accounts, session.settings.recipients, { reference, marks })]
}

/** The same reason for the same data has the same reference, whatever is noted of the person again. */
function badItem({ staffNumber, rows }: WaitingPerson, fault: BusError): FaultyItem {
  const content = createHash('sha256')
    .update(JSON.stringify([fault.fault, rows]))
    .digest('hex')
  return { reference: `staff number ${staffNumber} ${content.slice(0, 16)}`, fault }
}
