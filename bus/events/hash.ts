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
