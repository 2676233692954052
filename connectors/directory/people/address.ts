import { unaccent } from '../../shared-formats/vietnamese/unaccent.ts'
import { faults } from '../faults.ts'
import type { DirectorySettings } from '../settings.ts'
import type { Person } from './person.ts'

/** Names that mail and the web give a meaning of their own (RFC 2142), and accounts of administrators. */
const reserved = [
  ...[
    'abuse',
    'admin',
    'administrator',
    'daemon',
    'ftp',
    'hostmaster',
    'info',
    'list',
    'mail',
    'mailer-daemon'
  ],
  ...['marketing', 'news', 'nobody', 'noc', 'noreply', 'no-reply', 'postmaster', 'root', 'sales', 'security'],
  ...['ssl-admin', 'support', 'usenet', 'uucp', 'webmaster', 'www']
]

/** Letters, marks and what stands between names. */
const nameForm = /^[\p{L}\p{M}\p{N}\s'’ʼ′`.\-–]+$/u
/** A name of a mailbox that no mail server quotes. */
const localForm = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/
/** Mail servers take 64 characters before the @; a number may follow. */
const longestBase = 56
const longestName = 200

/** The part before the @ that a person would have if nobody had it yet. */
export function addressBase(person: Person, settings: DirectorySettings): string {
  const base =
    person.mailAddress === undefined
      ? fromTemplate(person, settings)
      : fromProposal(person.mailAddress, settings)
  const isReserved =
    reserved.includes(base) || settings.reservedNames.map(lettersOf).includes(lettersOf(base))
  if (isReserved) throw faults.addressReserved({ values: { name: base } })
  return base
}

/** Names that are tried, from the base itself, then with 2, 3 and so on. */
export function namesFrom(base: string, from: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => (from + at === 1 ? base : `${base}${from + at}`))
}

/** The same for all bases whose names could be the same. */
export function baseWithoutNumber(base: string): string {
  return base.replace(/\d+$/, '')
}

/** Whether a name of a mailbox was made from this base. */
export function isMadeFrom(name: string, base: string): boolean {
  return name.startsWith(base) && /^\d*$/.test(name.slice(base.length))
}

function fromTemplate(person: Person, { addressTemplate }: DirectorySettings): string {
  const { fullName = '', staffNumber, unit } = person
  const words = wordsOf(fullName)
  const family = words[0] ?? ''
  const given = words.at(-1) ?? ''
  const values: Readonly<Record<string, string>> = {
    ...{ family, given, middle: words.slice(1, -1).join('') },
    initials: words
      .slice(0, -1)
      .map((word) => word.charAt(0))
      .join(''),
    staffNumber: asciiOf(staffNumber),
    unit: asciiOf(unit)
  }
  const filled = addressTemplate.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
  // A name of one word leaves a separator with nothing beside it.
  const base = filled
    .replaceAll(/[._-]*([._-])/g, '$1')
    .slice(0, longestBase)
    .replaceAll(/^[._-]+|[._-]+$/g, '')
  if (!localForm.test(base)) throw unusable('it gives no letters from a to z')
  return base
}

/** Words of a name, in lower case and without diacritics. */
function wordsOf(given: string): readonly string[] {
  const fullName = given.replaceAll(/\([^()]*\)/g, ' ') // Such as (A), which tells namesakes apart.
  if (fullName.trim() === '') throw unusable('it is empty')
  if (fullName.length > longestName) throw unusable(`it is longer than ${longestName} characters`)
  // A question mark or a sign in a name shows that letters were lost.
  if (!nameForm.test(fullName) || /[\r\n]/.test(fullName))
    throw unusable('it contains characters that are no letters')
  const plain = unaccent(fullName).toLowerCase()
  const foreign = /[^\p{ASCII}’ʼ′–]/u.exec(plain)?.[0]
  if (foreign !== undefined) throw unusable(`it contains ${foreign}, which is no Latin letter`)
  return plain.split(/[^a-z0-9]+/).filter((word) => word !== '')
}

function lettersOf(text: string): string {
  return asciiOf(text).replaceAll('-', '')
}

function asciiOf(text: string): string {
  return unaccent(text)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
}

function unusable(problem: string) {
  return faults.nameUnusable({ values: { problem } })
}

/** A proposed address is taken as it is: people may know it already. */
function fromProposal(address: string, { mailDomain }: DirectorySettings): string {
  const problem = (text: string) => faults.addressUnusable({ values: { problem: text } })
  const [local = '', domain, ...rest] = address.trim().toLowerCase().split('@')
  if (domain !== mailDomain || rest.length > 0) throw problem(`it is not in the domain ${mailDomain}`)
  if (local.length > longestBase) throw problem(`it has more than ${longestBase} characters before the @`)
  if (!localForm.test(local))
    throw problem('before the @ only a to z, digits and single . _ - between them are taken')
  return local
}
