import type { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo } from '../../connector.ts'
import { faults } from '../faults.ts'
import { escapeDnValue } from '../ldap/dn.ts'
import type { DirectoryEntry } from '../ldap/open-directory.ts'
import { endSessions } from '../mail/end-sessions.ts'
import { addressBase, isMadeFrom, namesFrom } from '../people/address.ts'
import { entryStateOf } from '../people/entry-state.ts'
import { type Intended, intendedFor, mayBeOf, namesOfEntry } from '../people/intended.ts'
import { isFromList, type Person } from '../people/person.ts'
import { changesOf, type NewAccount, newEntry } from '../people/to-entry.ts'
import type { DirectorySession } from '../session.ts'
import { handOut, readHandedOut, takeBack } from './handed-out.ts'
import { hashOf, newPassword } from './password.ts'

type Io = Pick<ConnectorIo, 'fetch' | 'signal'>

const longestStaffNumber = 64
/** Of 255 bytes, with the ending that a file has while it is written. */
const longestFileName = 200

/**
 * Makes the directory say what is true of a person. Done again, after a crash for example, it changes nothing more.
 * Gives why a new name was not taken although the rest was done.
 */
export async function provision(
  session: DirectorySession,
  person: Person,
  io: Io
): Promise<BusError | undefined> {
  const { staffNumber } = person
  checkStaffNumber(staffNumber)
  return session.inOrder({ staffNumber }, async () => {
    const found = await entryOf(session, staffNumber)
    if (found) return update(session, person, found, io)
    // Who left or is on leave needs no account to be made.
    if (person.state === 'active' || person.state === undefined) await open(session, person)
    return undefined
  })
}

async function update(
  session: DirectorySession,
  given: Person,
  found: DirectoryEntry,
  io: Io
): Promise<BusError | undefined> {
  const { settings } = session
  const isClosed = entryStateOf(found)?.state === 'closed'
  if (isClosed && isFromList(given)) return undefined
  // A closing closes, whatever the name.
  if (given.state !== 'closed' && !mayBeOf(found, given)) throw faults.entryForeign()
  const { person, base, fault } = intendedFor(found, given, settings)
  const entry = isClosed && person.state === 'active' ? await reopen(session, person, found) : found
  await change(session, entry, { person, ...(base !== undefined && { base }) })
  const { state, staffNumber } = person
  const name = entry.valuesOf('uid')[0]
  if (state === 'closed') await takeBack(settings.passwordFolder, staffNumber)
  const isLocked = state === 'closed' || state === 'suspended'
  if (isLocked && settings.doveadm && name !== undefined) await endSessions(settings.doveadm, name, io)
  return fault
}

async function change(
  session: DirectorySession,
  entry: DirectoryEntry,
  { person, base }: Intended
): Promise<void> {
  const write = async (address?: string): Promise<void> => {
    const changes = changesOf(entry, person, address)
    if (changes.length > 0) await session.directory.modify(entry.dn, changes)
  }
  if (base === undefined) return write()
  return session.inOrder({ base }, async () => write(await newAddress(session, base, entry)))
}

export async function entryOf(
  { directory }: Pick<DirectorySession, 'directory'>,
  staffNumber: string
): Promise<DirectoryEntry | undefined> {
  const entries = await directory.find('employeeNumber', staffNumber)
  if (entries.length > 1) throw faults.entryRepeated({ values: { count: entries.length } })
  const [entry] = entries
  // Directories compare without regard to case, spaces and the width of letters.
  const other = entry?.valuesOf('employeeNumber').find((one) => one !== staffNumber)
  if (other !== undefined) throw faults.entryLooksAlike({ values: { staffNumber, other } })
  return entry
}

async function open(session: DirectorySession, person: Person): Promise<void> {
  const { passwordFolder, passwordHash: cost } = session.settings
  const base = addressBase(person, session.settings)
  const former = await readHandedOut(passwordFolder, person.staffNumber)
  const password = former?.password ?? newPassword()
  const passwordHash = await hashOf(password, cost)
  await session.inOrder({ base }, async () => {
    const name = await freeName(session, base)
    await add(session, person, { name, password, passwordHash })
  })
}

/** Written first to the folder, then to the directory: after a crash between, the same password is used again. */
async function add(
  { directory, settings }: DirectorySession,
  person: Person,
  { name, password, passwordHash }: Pick<NewAccount, 'name' | 'passwordHash'> & { readonly password: string }
): Promise<void> {
  const { fullName = '', staffNumber } = person
  const { mailDomain, passwordFolder, peopleBase } = settings
  const address = `${name}@${mailDomain}`
  await handOut(passwordFolder, { staffNumber, fullName, name, address, password })
  try {
    const dn = `uid=${escapeDnValue(name)},${peopleBase}`
    await directory.add(dn, newEntry(person, { name, address, passwordHash }))
  } catch (error) {
    if (isRefusal(error)) await takeBack(passwordFolder, staffNumber)
    throw error
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'BUS_PEER_REFUSED'
}

/** Who comes back gets a new first password: the former one may be known to others. */
async function reopen(
  session: DirectorySession,
  person: Person,
  entry: DirectoryEntry
): Promise<DirectoryEntry> {
  const { directory, settings } = session
  const { fullName = '', staffNumber } = person
  const former = await readHandedOut(settings.passwordFolder, staffNumber)
  const password = former?.password ?? newPassword()
  const [name = '', address = ''] = [entry.valuesOf('uid')[0], entry.valuesOf('mail')[0]]
  await handOut(settings.passwordFolder, { staffNumber, fullName, name, address, password })
  const written = { userPassword: [await hashOf(password, settings.passwordHash)], employeeType: ['active'] }
  const changes = Object.entries(written).map(
    ([attribute, values]) => ({ operation: 'replace', attribute, values }) as const
  )
  await directory.modify(entry.dn, changes)
  const values: Readonly<Record<string, readonly string[]>> = written
  return { dn: entry.dn, valuesOf: (attribute) => values[attribute] ?? entry.valuesOf(attribute) }
}

/** Names are asked for in ever larger numbers: thousands may share one. */
async function freeName({ directory, settings }: DirectorySession, base: string): Promise<string> {
  for (let from = 1, count = 1; ; from += count, count = Math.min(count * 4, 256)) {
    const names = namesFrom(base, from, count)
    const addresses = names.map((name) => `${name}@${settings.mailDomain}`)
    const found = await directory.having({ uid: names, mail: addresses, mailLocalAddress: addresses })
    const taken = new Set(found.map((text) => text.toLowerCase().split('@')[0]))
    const free = names.find((name) => !taken.has(name))
    if (free !== undefined) return free
  }
}

/** A former address of the same person is free for the person. */
async function newAddress(session: DirectorySession, base: string, entry: DirectoryEntry): Promise<string> {
  const { settings } = session
  const mine = namesOfEntry(entry, settings).find((name) => isMadeFrom(name, base))
  return `${mine ?? (await freeName(session, base))}@${settings.mailDomain}`
}

function checkStaffNumber(staffNumber: string): void {
  const problem =
    staffNumber.trim() === ''
      ? 'it is empty'
      : staffNumber.length > longestStaffNumber
        ? `it is longer than ${longestStaffNumber} characters`
        : /\p{Cc}/u.test(staffNumber)
          ? 'it contains control characters'
          : !staffNumber.isWellFormed()
            ? 'it contains half of a character'
            : encodeURIComponent(staffNumber).length > longestFileName
              ? 'it has too many letters with diacritics'
              : undefined
  if (problem !== undefined) throw faults.staffNumberUnusable({ values: { problem } })
}
