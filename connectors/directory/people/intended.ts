import { BusError } from '#protocol/errors/bus-error.ts'
import { unaccent } from '../../shared-formats/vietnamese/unaccent.ts'
import type { DirectoryEntry } from '../ldap/open-directory.ts'
import type { DirectorySettings } from '../settings.ts'
import { addressBase, isMadeFrom } from './address.ts'
import { entryStateOf, shownNameOf } from './entry-state.ts'
import type { Person } from './person.ts'

/** What an account is to be made to. */
export interface Intended {
  /** Without the name if that cannot be used: the account keeps its name and its address. */
  readonly person: Person
  /** The base of a new address; undefined if the address stays. */
  readonly base?: string
  /** Why the name cannot be used. */
  readonly fault?: BusError
}

export function intendedFor(entry: DirectoryEntry, person: Person, settings: DirectorySettings): Intended {
  try {
    const base = newBase(entry, person, settings)
    return { person, ...(base !== undefined && { base }) }
  } catch (fault) {
    if (!(fault instanceof BusError)) throw fault
    return { person: { ...person, fullName: undefined }, fault }
  }
}

/** Whether an account may be of this person: it is made by us and open, or has the person's name in any spelling. */
export function mayBeOf(entry: DirectoryEntry, { fullName }: Person): boolean {
  const state = entryStateOf(entry)?.state
  if (state === 'active' || state === 'suspended' || fullName === undefined) return true
  const wordsOf = (text = ''): string =>
    unaccent(text)
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .toSorted()
      .join(' ')
      .trim()
  return wordsOf(shownNameOf(entry)) === wordsOf(fullName)
}

/** Names of mailboxes in our domain that the entry has, the one of its address first. */
export function namesOfEntry(entry: DirectoryEntry, { mailDomain }: DirectorySettings): readonly string[] {
  const addresses = [...entry.valuesOf('mail'), ...entry.valuesOf('mailLocalAddress')]
  return addresses.flatMap((text) => {
    const [name = '', domain] = text.toLowerCase().split('@')
    return domain === mailDomain ? [name] : []
  })
}

/** Another way to write the same letters, such as without diacritics, is no reason for another address. */
function newBase(entry: DirectoryEntry, person: Person, settings: DirectorySettings): string | undefined {
  const shown = shownNameOf(entry)
  if (person.fullName === undefined || person.state === 'closed' || shown === undefined) return undefined
  if (shown === person.fullName.trim().split(/\s+/).join(' ')) return undefined
  const baseOf = (fullName: string): string =>
    addressBase({ ...person, fullName, mailAddress: undefined }, settings)
  const base = baseOf(person.fullName)
  if (isMadeFrom(namesOfEntry(entry, settings)[0] ?? '', base)) return undefined
  try {
    return baseOf(shown) === base ? undefined : base
  } catch {
    return undefined // No address was made from such a name.
  }
}
