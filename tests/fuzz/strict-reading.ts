import { createHash } from 'node:crypto'

/**
 * A second reading of JSON, hashes and trees, written apart from the bus's own
 * and by other means: the runtime's parser, and counts of what stands in the
 * text. What the bus takes must be what this one reads.
 */

type Members = Readonly<Record<string, unknown>>

/** The value a text stands for; undefined where it is not strict JSON, or might be read in two ways. */
export function readStrictly(bytes: Uint8Array): unknown {
  let isStrict = true
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const value: unknown = JSON.parse(text, function (
      this: unknown,
      _name,
      member: unknown,
      context?: { source?: string }
    ) {
      if (typeof member === 'number')
        isStrict &&= /^(?:0|-?[1-9][0-9]*)$/.test(context?.source ?? '') && Number.isSafeInteger(member)
      return member
    } as (this: unknown, name: string, member: unknown) => unknown)
    const outsideTexts = text.replace(/"(?:[^"\\]|\\.)*"/gs, '')
    return isStrict && count(outsideTexts, ':') === membersIn(value) && isPlain(value, 0) ? value : undefined
  } catch {
    return undefined
  }
}

function count(text: string, one: string): number {
  return text.split(one).length - 1
}

/** Members the value holds; a text that names more of them names one twice. */
function membersIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const parts: number[] = Object.values(value).map(membersIn)
  const own = Array.isArray(value) ? 0 : Object.keys(value).length
  return parts.reduce((sum, part) => sum + part, own)
}

function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isPlainText(value)
  if (typeof value !== 'object' || value === null) return true
  const names = Array.isArray(value) ? [] : Object.keys(value)
  return (
    depth < 32 &&
    names.every((name) => isPlainText(name) && !['__proto__', 'constructor', 'prototype'].includes(name)) &&
    new Set(names.map((name) => name.normalize('NFC'))).size === names.length &&
    Object.values(value).every((member) => isPlain(member, depth + 1))
  )
}

function isPlainText(text: string): boolean {
  return (
    text.isWellFormed() &&
    !/[\p{Noncharacter_Code_Point}\u202a-\u202e\u2066-\u2069]|(?![\t\n\r])\p{Cc}/u.test(
      text.replaceAll('\u007f', '')
    )
  )
}

/** RFC 8785. */
export function canonically(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonically).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonically((value as Members)[name])}`).join(',')}}`
}

/** SHA-256(0x00 ‖ JCS). */
export function leafOf(value: unknown): Buffer {
  return createHash('sha256').update('\0').update(canonically(value)).digest()
}

/** The RFC 6962 root, by its recursive definition. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves
  if (only && leaves.length === 1) return only
  if (!only) return createHash('sha256').digest()
  let half = 1
  while (half * 2 < leaves.length) half *= 2
  return createHash('sha256')
    .update('\u0001')
    .update(rootOf(leaves.slice(0, half)))
    .update(rootOf(leaves.slice(half)))
    .digest()
}
