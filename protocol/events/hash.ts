import { sha256, sha256Text } from '../bytes/bytes.ts'
import { canonicalJson } from './canonical.ts'
import type { Json } from './json.ts'

/** The RFC 6962 leaf of a value: SHA-256(0x00 ‖ JCS(value)), 32 bytes. */
export function leafHash(value: Json): Uint8Array {
  return sha256(`\0${canonicalJson(value)}`)
}

/** An event's hash, as in `/v1/events/{hash}`: its leaf in hex. */
export function eventHash(value: Json): string {
  return hashOfCanonical(canonicalJson(value))
}

/** The hash of an event whose canonical form is known. */
export function hashOfCanonical(text: string): string {
  return sha256Text(`\0${text}`, 'hex')
}

/** An event's canonical form and its hash. */
export interface WrittenEvent {
  /** RFC 8785; exactly the text that is hashed. */
  readonly body: string
  /** Hex. */
  readonly hash: string
}

/** Returns canonical form and hash together, since computing the form is the largest cost for a large event. */
export function writeEvent(value: Json): WrittenEvent {
  const text = `\0${canonicalJson(value)}`
  // Sliced from the hashed text, which is one flat string; the form as concatenated takes several times the memory.
  return { hash: sha256Text(text, 'hex'), body: text.slice(1) }
}
