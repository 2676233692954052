import { hash } from 'node:crypto'
import { canonicalJson } from './canonical.ts'
import type { Json } from './json.ts'

/** The RFC 6962 leaf of a value: SHA-256(0x00 ‖ JCS(value)), 32 bytes. */
export function leafHash(value: Json): Buffer {
  return hash('sha256', `\0${canonicalJson(value)}`, 'buffer')
}

/** An event's hash, its name in `/v1/events/{hash}`: the leaf in hex. */
export function eventHash(value: Json): string {
  return hashOfCanonical(canonicalJson(value))
}

/** The hash of an event whose canonical form is there already. */
export function hashOfCanonical(text: string): string {
  return hash('sha256', `\0${text}`, 'hex')
}

/** An event's canonical form, and its hash. */
export interface WrittenEvent {
  /** RFC 8785, byte for byte what is hashed. */
  readonly body: string
  /** Hex. */
  readonly hash: string
}

/** Writes an event once for all who need its form or its hash: of a large event nothing costs more. */
export function writeEvent(value: Json): WrittenEvent {
  const text = `\0${canonicalJson(value)}`
  // Cut from what was hashed, which is one piece: kept as it was put together, the form takes several times as much.
  return { hash: hash('sha256', text, 'hex'), body: text.slice(1) }
}
