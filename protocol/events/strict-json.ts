import {
  backslash,
  closeBrace,
  closeBracket,
  comma,
  openBrace,
  openBracket,
  quote
} from '../bytes/json-characters.ts'
import { BusError } from '../errors/bus-error.ts'
import type { Fault } from '../errors/faults.ts'
import { isComposable, maxMarks } from './composed-text.ts'
import type { Json, StrictJson } from './json.ts'

export interface JsonLimits {
  /** Maximum nesting of arrays and objects. */
  readonly depth: number
  /** Maximum number of members of an object. */
  readonly members: number
  /** Maximum number of UTF-16 code units of a string. */
  readonly stringLength: number
}

/** Of what is sent as an event. */
export const jsonLimits: JsonLimits = { depth: 32, members: 1000, stringLength: 262_144 }

/**
 * Parses JSON more strictly than RFC 8259, because what was signed must be rebuilt exactly. It must be
 * UTF-8 without a byte order mark; no member may occur twice (composed and decomposed spellings are the
 * same name); numbers must be integers within ±(2^53 − 1); texts must have no control characters,
 * bidirectional overrides, lone surrogates or non-characters. Throws `BUS_JSON_INVALID` naming the place.
 */
export function parseStrictJson(bytes: Uint8Array, limits: Partial<JsonLimits> = {}): StrictJson {
  return new Parser(decode(bytes), { ...jsonLimits, ...limits }).document() as StrictJson
}

/** Checks a value that was not received as bytes by the same rules. Throws `BUS_JSON_INVALID`. */
export function strictJson(value: unknown): StrictJson {
  return parseStrictJson(new TextEncoder().encode(JSON.stringify(value)))
}

/** Whether a text or a name has only characters that are allowed in any text. */
export function isStrictText(text: string): boolean {
  return !forbidden.test(text) && text.isWellFormed()
}

/** Whether a member or an attribute may have this name. */
export function isStrictName(name: string): boolean {
  return isUsableName(name) && isStrictText(name)
}

/** Whether a member may have a name whose characters are allowed. */
export function isUsableName(name: string): boolean {
  return !forbiddenNames.has(name)
}

/**
 * Parses the elements of an array one by one, as they are asked for, so that other work can be done between
 * them. Undefined if the text is not an array. What follows the array is checked after its last element.
 */
export function strictJsonElements(bytes: Uint8Array): Generator<StrictJson, void> | undefined {
  return new Parser(decode(bytes), jsonLimits).elements() as Generator<StrictJson, void> | undefined
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new BusError('BUS_JSON_INVALID', 'json-not-utf8', { cause })
  }
}

const space = 0x20
const colon = 0x3a
const minus = 0x2d
const zero = 0x30
const nine = 0x39
const tilde = 0x7e

/**
 * Not allowed in texts: control characters except TAB, LF and CR; C1; bidirectional overrides and isolates;
 * non-characters. Surrogates are checked separately.
 */
const forbidden =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u0080-\u009f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]|[\ud83f\ud87f\ud8bf\ud8ff\ud93f\ud97f\ud9bf\ud9ff\uda3f\uda7f\udabf\udaff\udb3f\udb7f\udbbf\udbff][\udffe\udfff]/
const allForbidden = new RegExp(forbidden, 'g')
const beyondAscii = /[^\u0020-\u007e]/
const forbiddenNames = new Set(['__proto__', 'prototype', 'constructor'])

/** A text of the outside as texts of events may be: what they may not have is left out. */
export function withoutForbidden(text: string): string {
  return text.toWellFormed().replaceAll(allForbidden, '')
}

class Parser {
  readonly #text: string
  readonly #limits: JsonLimits
  #at = 0
  #depth = 0
  /** Whether the last text was printable ASCII only. */
  #isPlain = true

  constructor(text: string, limits: JsonLimits) {
    this.#text = text
    this.#limits = limits
  }

  document(): Json {
    const value = this.#value()
    this.#end()
    return value
  }

  elements(): Generator<Json, void> | undefined {
    this.#skipSpace()
    return this.#text.charCodeAt(this.#at) === openBracket ? this.#elements() : undefined
  }

  #end(): void {
    this.#skipSpace()
    if (this.#at < this.#text.length) this.#fail('json-syntax')
  }

  #value(): Json {
    this.#skipSpace()
    const code = this.#text.charCodeAt(this.#at)
    if (code === quote) return this.#string()
    if (code === openBrace) return this.#object()
    if (code === openBracket) return this.#array()
    if (code === minus || (code >= zero && code <= nine)) return this.#number()
    if (this.#takes('true')) return true
    if (this.#takes('false')) return false
    if (this.#takes('null')) return null
    return this.#fail('json-syntax')
  }

  #object(): Json {
    this.#enter()
    const object: Record<string, Json> = {}
    let composed: Set<string> | undefined
    let members = 0
    this.#skipSpace()
    if (this.#text.charCodeAt(this.#at) === closeBrace) return this.#leave(object)
    for (;;) {
      this.#skipSpace()
      const start = this.#at
      if (this.#text.charCodeAt(start) !== quote) this.#fail('json-syntax')
      const name = this.#string()
      if (forbiddenNames.has(name)) this.#fail('json-name-forbidden', start)
      // Printable ASCII names equal their composed form. From the first other name on, all names are compared
      // in composed form.
      if (!this.#isPlain) composed ??= new Set(Object.keys(object))
      if (!this.#isPlain && !isComposable(name)) this.#fail('json-name-marks', start, maxMarks)
      const nfc = this.#isPlain ? name : name.normalize('NFC')
      if (composed?.has(nfc) ?? Object.hasOwn(object, name)) this.#fail('json-name-twice', start)
      composed?.add(nfc)
      members += 1
      if (members > this.#limits.members) this.#fail('json-too-many-members', start, this.#limits.members)
      this.#skipSpace()
      this.#expect(colon)
      object[name] = this.#value()
      this.#skipSpace()
      if (this.#text.charCodeAt(this.#at) === closeBrace) return this.#leave(object)
      this.#expect(comma)
    }
  }

  #array(): Json {
    const array: Json[] = []
    for (let more = this.#beginArray(); more; more = this.#goOnArray()) array.push(this.#value())
    return array
  }

  *#elements(): Generator<Json, void> {
    for (let more = this.#beginArray(); more; more = this.#goOnArray()) yield this.#value()
    this.#end()
  }

  /** Whether an element comes. */
  #beginArray(): boolean {
    this.#enter()
    this.#skipSpace()
    return !this.#closesArray()
  }

  /** Whether another element comes. */
  #goOnArray(): boolean {
    this.#skipSpace()
    if (this.#closesArray()) return false
    this.#expect(comma)
    return true
  }

  #closesArray(): boolean {
    if (this.#text.charCodeAt(this.#at) !== closeBracket) return false
    this.#leave(null)
    return true
  }

  /** Scans each character once, since most texts are short and plain. */
  #string(): string {
    const start = this.#at
    const text = this.#text
    let at = start + 1
    let isPlain = true
    let isEscaped = false
    for (;;) {
      const code = text.charCodeAt(at)
      if (code === quote) break
      if (code === backslash) {
        isEscaped = true
        at += 1 // Skip the escaped character: it does not end the text.
      } else if (code > tilde) isPlain = false
      else if (!(code >= space)) this.#fail('json-syntax', start) // A control character, or the end of the input.
      at += 1
    }
    this.#at = at + 1
    const value = isEscaped ? this.#unescaped(start, at + 1) : text.slice(start + 1, at)
    const limit = this.#limits.stringLength
    if (value.length > limit) this.#fail('json-string-too-long', start, limit)
    this.#isPlain = isEscaped ? !beyondAscii.test(value) : isPlain
    if (!this.#isPlain && !isStrictText(value)) this.#fail('json-character-forbidden', start)
    return value
  }

  #unescaped(start: number, end: number): string {
    try {
      return JSON.parse(this.#text.slice(start, end)) as string
    } catch {
      return this.#fail('json-syntax', start)
    }
  }

  #number(): number {
    const start = this.#at
    const text = this.#text
    let at = start
    if (text.charCodeAt(at) === minus) at += 1
    const first = text.charCodeAt(at)
    while (text.charCodeAt(at) >= zero && text.charCodeAt(at) <= nine && at - start < 32) at += 1
    const digits = at - start - (text.charCodeAt(start) === minus ? 1 : 0)
    if (digits === 0 || (first === zero && digits > 1)) this.#fail('json-syntax', start)
    if (/^[.eE0-9]/.test(text.charAt(at)))
      this.#fail(this.#isWholeNumber(start) ? 'json-number' : 'json-syntax', start)
    const value = Number(text.slice(start, at))
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) this.#fail('json-number', start)
    this.#at = at
    return value
  }

  /** Whether a number of RFC 8259 starts here, even one that we do not allow. */
  #isWholeNumber(start: number): boolean {
    const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
    number.lastIndex = start
    return number.test(this.#text) && !/[0-9.eE+-]/.test(this.#text.charAt(number.lastIndex))
  }

  #enter(): void {
    this.#depth += 1
    const limit = this.#limits.depth
    if (this.#depth > limit) this.#fail('json-too-deep', this.#at, limit)
    this.#at += 1
  }

  #leave<T extends Json>(value: T): T {
    this.#depth -= 1
    this.#at += 1
    return value
  }

  #expect(code: number): void {
    if (this.#text.charCodeAt(this.#at) !== code) this.#fail('json-syntax')
    this.#at += 1
  }

  #takes(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false
    this.#at += word.length
    return true
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.#at += 1
    }
  }

  #fail(fault: Fault, position = this.#at, limit = 0): never {
    throw new BusError('BUS_JSON_INVALID', fault, { values: { position, limit } })
  }
}
