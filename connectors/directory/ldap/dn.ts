import { Ber, BerReader } from 'ldapts'

/** One attribute of a relative DN: type and value. */
export type NamePart = readonly [type: string, value: string]
/** Relative DNs, the entry's own first; each has one attribute or several. */
export type ParsedDn = readonly (readonly NamePart[])[]

const type = /^(?:[a-z][a-z0-9-]*|\d+(?:\.\d+)*)$/i
const special = /["+,;<>\\=]/

/**
 * A value as it stands in a DN (RFC 4514). The DN class of ldapts writes spaces at the ends in quotes, which servers
 * need not accept. A DN cannot name an empty value: undefined.
 */
export function escapeDnValue(value: string): string | undefined {
  if (value === '') return undefined
  return [...value]
    .map((letter, at, all) => {
      const isAtEnd = at === 0 || at === all.length - 1
      if (special.test(letter) || (letter === ' ' && isAtEnd) || (letter === '#' && at === 0))
        return `\\${letter}`
      if (letter < ' ' || letter === '\u007f') return `\\${hex(letter)}`
      return letter
    })
    .join('')
}

function hex(letter: string): string {
  return letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')
}

/** Reads a DN, also with the semicolons of RFC 2253; undefined if it is none. */
export function parseDn(dn: string): ParsedDn | undefined {
  if (dn.trim() === '') return []
  const names: NamePart[][] = []
  for (const name of splitUnescaped(dn, ',;')) {
    const parts = splitUnescaped(name, '+').map(readPart)
    const read = parts.filter((part) => part !== undefined)
    if (read.length !== parts.length) return undefined
    names.push(read)
  }
  return names
}

/** The attribute that names an entry, in lower case. It cannot be replaced. */
export function attributeNaming(dn: string): string | undefined {
  return /^\s*([a-z]+)\s*=/i.exec(dn)?.[1]?.toLowerCase()
}

/** Whether two DNs name the same entry, by the rule of most attributes: case and runs of spaces mean nothing. */
export function sameDn(one: ParsedDn, other: ParsedDn): boolean {
  return comparableDn(one) === comparableDn(other)
}

function comparableDn(dn: ParsedDn): string {
  const simple = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/ +/g, ' ').trim()
  return JSON.stringify(dn.map((name) => name.map((part) => part.map(simple).join('=')).toSorted()))
}

/** Splits at separators that no backslash and no quotes protect. */
function splitUnescaped(text: string, separators: string): readonly string[] {
  const parts: string[] = []
  let from = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at)
    if (letter === '\\') at += 1
    else if (letter === '"') isQuoted = !isQuoted
    else if (!isQuoted && separators.includes(letter)) {
      parts.push(text.slice(from, at))
      from = at + 1
    }
  }
  return [...parts, text.slice(from)]
}

function readPart(text: string): NamePart | undefined {
  const at = text.indexOf('=')
  const name = text.slice(0, at).trim()
  if (at < 1 || !type.test(name)) return undefined
  const value = readValue(withoutOuterSpaces(text.slice(at + 1)))
  return value === undefined ? undefined : [name, value]
}

/** A space after a backslash belongs to the value. */
function withoutOuterSpaces(text: string): string {
  const begun = text.replace(/^ +/, '')
  const ended = begun.replace(/ +$/, '')
  return /(?:^|[^\\])(?:\\\\)*\\$/.test(ended) && ended !== begun ? `${ended} ` : ended
}

function readValue(text: string): string | undefined {
  if (text.startsWith('#')) return readBer(text.slice(1))
  const isQuoted = text.length > 1 && text.startsWith('"') && text.endsWith('"')
  return unescaped(isQuoted ? text.slice(1, -1) : text, isQuoted)
}

const escaped = /\\(?:([0-9a-f]{2})|([ "#+,;<=>\\]))/giy

function unescaped(text: string, isQuoted: boolean): string | undefined {
  const bytes: Buffer[] = []
  for (let at = 0; at < text.length; ) {
    escaped.lastIndex = at
    const [whole = '', pair, letter] = escaped.exec(text) ?? []
    if (pair !== undefined) bytes.push(Buffer.from(pair, 'hex'))
    else if (letter !== undefined) bytes.push(Buffer.from(letter))
    else {
      const one = String.fromCodePoint(text.codePointAt(at) ?? 0)
      if (one === '\\' || one === '\0' || one === '"' || (!isQuoted && '<>'.includes(one))) return undefined
      bytes.push(Buffer.from(one))
      at += one.length
      continue
    }
    at += whole.length
  }
  const value = Buffer.concat(bytes)
  return value.toString()
}

/** The hexadecimal form: a string in BER, as a whole. */
function readBer(digits: string): string | undefined {
  if (digits.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(digits)) return undefined
  const bytes = Buffer.from(digits, 'hex')
  const tag = bytes[0]
  const length = bytes[1]
  const isString =
    tag === Ber.OctetString || tag === Ber.Utf8String || tag === Ber.PrintableString || tag === Ber.IA5String
  if (tag === undefined || length === undefined || !isString || bytes.length !== length + 2) return undefined
  return new BerReader(bytes).readString(tag) ?? undefined
}
