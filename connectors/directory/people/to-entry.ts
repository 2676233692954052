import { attributeNaming } from '../ldap/dn.ts'
import type { AttributeChange, DirectoryEntry } from '../ldap/open-directory.ts'
import { entryStateText, lock, lockedPassword, unlockedPassword } from './entry-state.ts'
import type { Person } from './person.ts'

const classes = ['inetOrgPerson', 'inetLocalMailRecipient']

/** Attributes of an entry by name. */
export type Attributes = Readonly<Record<string, readonly string[]>>

/** The address and password of a new account. */
export interface NewAccount {
  readonly name: string
  readonly address: string
  readonly passwordHash: string
}

export function newEntry(person: Person, { name, address, passwordHash }: NewAccount): Attributes {
  return {
    objectClass: classes,
    uid: [name],
    ...describing(person),
    employeeType: [entryStateText({ ...person, state: person.state ?? 'active' })],
    mail: [address],
    mailLocalAddress: [address],
    userPassword: [passwordHash]
  }
}

/** What an entry says of a person and the person's posts; nothing of what is not known. */
function describing(person: Person, entry?: DirectoryEntry): Attributes {
  const { fullName, staffNumber, state, since } = person
  return {
    // Who left keeps the name: a closing must not fail by it.
    ...(fullName !== undefined && state !== 'closed' && namesOf(fullName)),
    employeeNumber: [staffNumber],
    ...(state && { employeeType: [entryStateText({ state, since })] }),
    ...postsOf(person, entry)
  }
}

function postsOf({ unit, position, secondPosts }: Person, entry: DirectoryEntry | undefined): Attributes {
  const titles = position ?? []
  if (secondPosts)
    return {
      departmentNumber: distinct([unit, ...secondPosts.map((post) => post.unit)]),
      title: distinct([titles, ...secondPosts.map((post) => post.position ?? [])].flat())
    }
  const has = (attribute: string, value: string): boolean =>
    entry?.valuesOf(attribute).some((one) => one.toLowerCase() === value.toLowerCase()) ?? false
  return {
    ...(!has('departmentNumber', unit) && { departmentNumber: [unit] }),
    ...(position !== null && !has('title', position ?? '') && { title: [titles].flat() })
  }
}

/** In Vietnamese the family name comes first. */
function namesOf(fullName: string): Attributes {
  const words = fullName.trim().split(/\s+/)
  const [family = fullName, ...others] = words
  const full = words.join(' ')
  return {
    cn: [full],
    displayName: [full],
    sn: [family],
    givenName: others.length > 0 ? [others.join(' ')] : []
  }
}

/** A directory takes a value once, whatever its case. */
function distinct(values: readonly string[]): readonly string[] {
  return [...new Map(values.map((value) => [value.toLowerCase(), value])).values()]
}

/** What differs between an entry and a person, with a new address if there is one. None: nothing is to do. */
export function changesOf(
  entry: DirectoryEntry,
  person: Person,
  newAddress: string | undefined
): readonly AttributeChange[] {
  const named = attributeNaming(entry.dn)
  const changes: AttributeChange[] = []
  for (const [attribute, values] of Object.entries(describing(person, entry))) {
    // What names the entry cannot be replaced.
    if (attribute.toLowerCase() !== named && !sameValues(entry.valuesOf(attribute), values))
      changes.push({ operation: 'replace', attribute, values })
  }
  const present = entry.valuesOf('objectClass').map((one) => one.toLowerCase())
  const missing = classes.filter((one) => !present.includes(one.toLowerCase()))
  if (missing.length > 0) changes.push({ operation: 'add', attribute: 'objectClass', values: missing })
  return [...changes, ...addressChanges(entry, newAddress), ...passwordChanges(entry, person)]
}

/** The former address stays, so that mail to it arrives. */
function addressChanges(entry: DirectoryEntry, newAddress: string | undefined): readonly AttributeChange[] {
  const primary = newAddress ?? entry.valuesOf('mail')[0]
  if (primary === undefined) return []
  const former = entry.valuesOf('mailLocalAddress')
  const all = distinct([...former, ...entry.valuesOf('mail'), primary])
  return [
    ...(newAddress === undefined
      ? []
      : [{ operation: 'replace', attribute: 'mail', values: [newAddress] } as const]),
    ...(all.length === former.length
      ? []
      : [{ operation: 'replace', attribute: 'mailLocalAddress', values: all } as const])
  ]
}

function passwordChanges(entry: DirectoryEntry, { state }: Person): readonly AttributeChange[] {
  if (state === undefined) return []
  const stored = entry.valuesOf('userPassword')
  const locked = stored.length > 0 ? stored.map(lockedPassword) : [lock] // There may be one that is not shown.
  const unlocked = stored.map(unlockedPassword).filter((one) => one !== '')
  const wanted = state === 'active' ? unlocked : locked
  return sameValues(stored, wanted)
    ? []
    : [{ operation: 'replace', attribute: 'userPassword', values: wanted }]
}

function sameValues(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && others.every((one) => some.includes(one))
}
