import { isUtf8 } from 'node:buffer'
import { sha256Text } from '../bytes/bytes.ts'
import {
  backslash,
  closeBrace,
  closeBracket,
  comma,
  openBrace,
  openBracket,
  quote
} from '../bytes/json-characters.ts'
import type { ReadEvent } from './event-stages.ts'
import type { Json, StrictJson } from './json.ts'
import { isStrictText, isUsableName, jsonLimits } from './strict-json.ts'

/** Larger ones are left to the strict parser, which refuses what is nested too deeply before it has read all of it. */
const maxBytes = 65_536

/**
 * Reads an object that was sent in its canonical form (RFC 8785), as `@lienthong/client` sends events: its
 * bytes are hashed as they came, and are not written again. Undefined for whatever is unusual, such as
 * spaces, another order of members or an escape: `parseStrictJson` decides what that is, and why it is
 * refused. What is returned here is what it would return. `depth` is that of what it stands in.
 */
export function readCanonical(bytes: Uint8Array, depth = 0): ReadEvent | undefined {
  if (bytes.length > maxBytes || bytes[0] !== openBrace) return undefined
  if (bytes.includes(backslash) || !isUtf8(bytes)) return undefined
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  if (!isStrictText(text)) return undefined
  const value = parsed(text)
  // Its depth first: `JSON.stringify` fails on what is nested very deeply.
  if (value === undefined || !isCanonical(value, depth) || JSON.stringify(value) !== text) return undefined
  return { value: value as StrictJson, body: text, hash: leafHashOf(bytes) }
}

/**
 * The objects of an array that was sent in its canonical form, one by one, as they are asked for. It ends
 * early at the first thing that is unusual; `isWhole` then tells that it did.
 */
export function* canonicalElements(bytes: Uint8Array): Generator<ReadEvent, { readonly isWhole: boolean }> {
  for (let from = 1; ; ) {
    const end = bytes[0] === openBracket ? endOfObject(bytes, from) : -1
    const read = end < 0 ? undefined : readCanonical(bytes.subarray(from, end), 1)
    if (!read) return { isWhole: false }
    yield read
    if (bytes[end] === closeBracket) return { isWhole: end === bytes.length - 1 }
    if (bytes[end] !== comma) return { isWhole: false }
    from = end + 1
  }
}

/** The place after the object that begins here; −1 if none ends. Its texts must have no escapes. */
function endOfObject(bytes: Uint8Array, from: number): number {
  if (bytes[from] !== openBrace) return -1
  let isText = false
  let depth = 0
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte === quote) isText = !isText
    else if (isText) continue
    else if (byte === openBrace) depth += 1
    else if (byte === closeBrace) {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return -1
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** Whether a value that was written as it was read has the order, the names, the numbers and the size of strict JSON. */
function isCanonical(value: Json, depth: number): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value)
  if (typeof value !== 'object' || value === null) return true
  if (depth === jsonLimits.depth) return false
  if (Array.isArray(value)) {
    for (const item of value) if (!isCanonical(item, depth + 1)) return false
    return true
  }
  const object = value as Readonly<Record<string, Json>>
  let before = ''
  let members = 0
  for (const name in object) {
    members += 1
    if (members > jsonLimits.members) return false
    if (name <= before || !ascii.test(name) || !isUsableName(name)) return false
    before = name
    if (!isCanonical(object[name] ?? null, depth + 1)) return false
  }
  return true
}

const ascii = /^[\x20-\x7e]*$/

let leaf = Buffer.alloc(16_384)

/** RFC 6962: the hash of a leaf has a zero before its bytes. */
function leafHashOf(bytes: Uint8Array): string {
  if (leaf.length <= bytes.length) leaf = Buffer.alloc(2 * bytes.length)
  leaf.set(bytes, 1)
  return sha256Text(leaf.subarray(0, bytes.length + 1), 'hex')
}
