import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo } from '../connector.ts'
import { provision } from './accounts/provision.ts'
import type { DirectoryEntry } from './ldap/open-directory.ts'
import { mailboxNames } from './mail/mailbox-names.ts'
import { entryStateOf } from './people/entry-state.ts'
import { intendedFor, mayBeOf } from './people/intended.ts'
import { comparableNumber, isFromList, type Person } from './people/person.ts'
import { changesOf } from './people/to-entry.ts'
import type { DirectorySession } from './session.ts'
import type { DirectorySettings } from './settings.ts'

/** What differs between staff, directory and mail for one person. */
export interface Difference {
  readonly staffNumber: string
  /**
   * `missing` and `differs` can be fixed. The others are for a person to settle: fixing them would close or open
   * accounts, or is up to the staff system or the mail server.
   */
  readonly kind: 'missing' | 'differs' | 'repeated' | 'closed' | 'name' | 'no-staff' | 'mail'
  /** Attributes, or what is wrong. */
  readonly what: string
  /** What fixing makes true. */
  readonly person?: Person
}

type Io = Pick<ConnectorIo, 'fetch' | 'signal'>

/** Compares all accounts. Changes nothing. */
export async function compare(
  session: DirectorySession,
  people: ReadonlyMap<string, Person>,
  io: Io
): Promise<readonly Difference[]> {
  const entries = new Map<string, DirectoryEntry[]>()
  for await (const page of session.directory.all()) {
    for (const entry of page) {
      const number = comparableNumber(entry.valuesOf('employeeNumber')[0] ?? '')
      entries.set(number, [...(entries.get(number) ?? []), entry])
    }
  }
  const wanted = new Set([...people.keys()].map(comparableNumber))
  return [
    ...[...people].flatMap(([number, person]) =>
      ofPerson(session.settings, person, entries.get(comparableNumber(number)) ?? [])
    ),
    ...[...entries].flatMap(([number, same]) => (wanted.has(number) ? [] : withoutStaff(number, same))),
    ...(await ofMail(session, [...entries.values()].flat(), io))
  ]
}

function ofPerson(
  settings: DirectorySettings,
  given: Person,
  entries: readonly DirectoryEntry[]
): readonly Difference[] {
  const { staffNumber, state = 'active' } = given
  const [entry] = entries
  if (entries.length > 1) return [{ staffNumber, kind: 'repeated', what: `${entries.length} entries` }]
  if (entry === undefined) {
    return state === 'active' ? [{ staffNumber, kind: 'missing', what: 'no account', person: given }] : []
  }
  const other = entry.valuesOf('employeeNumber').find((one) => one !== staffNumber)
  if (other !== undefined) return [{ staffNumber, kind: 'repeated', what: `the directory has ${other}` }]
  if (isFromList(given) && entryStateOf(entry)?.state === 'closed')
    return [{ staffNumber, kind: 'closed', what: 'closed, but in the list: the staff system has to open it' }]
  if (given.state !== 'closed' && !mayBeOf(entry, given))
    return [
      { staffNumber, kind: 'repeated', what: 'the account has another name, and may be of somebody else' }
    ]
  const { person, base, fault } = intendedFor(entry, given, settings)
  const attributes = changesOf(entry, person, undefined).map(({ attribute }) => attribute)
  const what = [...signInChange(entry, person), ...(base === undefined ? [] : ['new address']), ...attributes]
  return [
    ...(fault ? [{ staffNumber, kind: 'name', what: fault.text('en') } as const] : []),
    ...(what.length === 0
      ? []
      : [{ staffNumber, kind: 'differs', what: [...new Set(what)].join(', '), person } as const])
  ]
}

/** What fixing does to who may sign in. */
function signInChange(entry: DirectoryEntry, { state }: Person): readonly string[] {
  const stored = entryStateOf(entry)?.state ?? 'active'
  if (state === undefined || state === stored) return []
  if (state !== 'active') return ['locks']
  return [stored === 'closed' ? 'opens again with a new password' : 'unlocks']
}

function withoutStaff(staffNumber: string, entries: readonly DirectoryEntry[]): readonly Difference[] {
  const isOpen = entries.some((entry) => entryStateOf(entry)?.state !== 'closed')
  return isOpen ? [{ staffNumber, kind: 'no-staff', what: 'an account of nobody in staff' }] : []
}

/** What Dovecot says, where it can be asked. */
async function ofMail(
  { settings }: DirectorySession,
  entries: readonly DirectoryEntry[],
  io: Io
): Promise<readonly Difference[]> {
  if (!settings.doveadm) return []
  const names = await mailboxNames(settings.doveadm, io)
  return entries.flatMap((entry): readonly Difference[] => {
    const [name = '', staffNumber = ''] = [entry.valuesOf('uid')[0], entry.valuesOf('employeeNumber')[0]]
    const isOpen = (entryStateOf(entry)?.state ?? 'closed') !== 'closed'
    if (names.has(name.toLowerCase()) === isOpen) return []
    const what = isOpen
      ? `the mail server has no mailbox ${name}`
      : `the mail server still takes mail for ${name}`
    return [{ staffNumber, kind: 'mail', what }]
  })
}

export interface Fixed {
  readonly staffNumber: string
  /** Why it could not be fixed. */
  readonly fault?: BusError
}

const atOnce = 4

/** Makes true what `person` of the differences says. What can never be taken is told; other failures end it. */
export async function* fix(
  session: DirectorySession,
  differences: readonly Difference[],
  io: Io
): AsyncGenerator<Fixed> {
  const people = differences.flatMap(({ person }) => person ?? [])
  for (let at = 0; at < people.length; at += atOnce) {
    yield* await Promise.all(people.slice(at, at + atOnce).map((person) => fixOne(session, person, io)))
  }
}

async function fixOne(session: DirectorySession, person: Person, io: Io): Promise<Fixed> {
  const { staffNumber } = person
  try {
    const fault = await provision(session, person, io)
    return { staffNumber, ...(fault && { fault }) }
  } catch (fault) {
    if (fault instanceof BusError && fault.code === 'BUS_PEER_REFUSED') return { staffNumber, fault }
    throw fault
  }
}
