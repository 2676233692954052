import type { ConnectorIo } from '../../connector.ts'
import { faults } from '../faults.ts'
import { escapeDnValue } from '../ldap/dn.ts'
import type { DirectoryEntry } from '../ldap/open-directory.ts'
import { endSessions } from '../mail/end-sessions.ts'
import { addressBase, isMadeFrom, namesFrom } from '../people/address.ts'
import { entryStateOf, shownNameOf } from '../people/entry-state.ts'
import type { Person } from '../people/person.ts'
import { changesOf, type NewAccount, newEntry } from '../people/to-entry.ts'
import type { DirectorySession } from '../session.ts'
import { handOut, readHandedOut, takeBack } from './handed-out.ts'
import { hashOf, newPassword } from './password.ts'

type Io = Pick<ConnectorIo, 'fetch' | 'signal'>

const longestStaffNumber = 64

/** Makes the directory say what is true of a person. Done again, after a crash for example, it changes nothing more. */
export async function provision(session: DirectorySession, person: Person, io: Io): Promise<void> {
  const { staffNumber } = person
  checkStaffNumber(staffNumber)
  await session.inOrder({ staffNumber }, () => provisionAlone(session, person, io))
}

async function provisionAlone(session: DirectorySession, person: Person, io: Io): Promise<void> {
  const { directory, settings } = session
  const found = await entryOf(session, person.staffNumber)
  if (found === undefined) {
    // Who left or is on leave needs no account to be made.
    if (person.state === 'active') await open(session, person)
    return
  }
  const isBack = person.state === 'active' && entryStateOf(found)?.state === 'closed'
  const entry = isBack ? await reopen(session, person, found) : found
  const change = async (base?: string): Promise<void> => {
    const address = base === undefined ? undefined : await newAddress(session, base, entry)
    const changes = changesOf(entry, person, address)
    if (changes.length > 0) await directory.modify(entry.dn, changes)
  }
  if (isRenamed(entry, person)) {
    const base = addressBase({ ...person, mailAddress: undefined }, settings)
    await session.inOrder({ base }, () => change(base))
  } else await change()
  const name = entry.valuesOf('uid')[0]
  if (person.state === 'closed') await takeBack(settings.passwordFolder, person.staffNumber)
  if (person.state !== 'active' && settings.doveadm && name !== undefined)
    await endSessions(settings.doveadm, name, io)
}

export async function entryOf(
  { directory }: Pick<DirectorySession, 'directory'>,
  staffNumber: string
): Promise<DirectoryEntry | undefined> {
  const entries = await directory.find('employeeNumber', staffNumber)
  if (entries.length > 1) throw faults.entryRepeated({ values: { count: entries.length } })
  return entries[0]
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
  for (let from = 1, count = 4; ; from += count, count = Math.min(count * 4, 256)) {
    const names = namesFrom(base, from, count)
    const addresses = names.map((name) => `${name}@${settings.mailDomain}`)
    const found = await directory.having({ uid: names, mail: addresses, mailLocalAddress: addresses })
    const taken = new Set(found.map((text) => text.toLowerCase().split('@')[0]))
    const free = names.find((name) => !taken.has(name))
    if (free !== undefined) return free
  }
}

function isRenamed(entry: DirectoryEntry, { fullName }: Person): boolean {
  const shown = shownNameOf(entry)
  return fullName !== undefined && shown !== undefined && shown !== fullName.trim().split(/\s+/).join(' ')
}

/** The address that goes with a new name; undefined if that of before does. */
async function newAddress(
  session: DirectorySession,
  base: string,
  entry: DirectoryEntry
): Promise<string | undefined> {
  const own = entry.valuesOf('mail')[0]?.toLowerCase().split('@')[0] ?? ''
  if (isMadeFrom(own, base)) return undefined
  // A former address of the same person is free for the person.
  const former = entry.valuesOf('mailLocalAddress').map((text) => text.toLowerCase().split('@')[0] ?? '')
  const mine = former.find((name) => isMadeFrom(name, base))
  return `${mine ?? (await freeName(session, base))}@${session.settings.mailDomain}`
}

function checkStaffNumber(staffNumber: string): void {
  const problem =
    staffNumber.trim() === ''
      ? 'it is empty'
      : staffNumber.length > longestStaffNumber
        ? `it is longer than ${longestStaffNumber} characters`
        : /\p{Cc}/u.test(staffNumber)
          ? 'it contains control characters'
          : undefined
  if (problem !== undefined) throw faults.staffNumberUnusable({ values: { problem } })
}
