import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical.ts'
import type { Json } from './json.ts'

const leafPrefix = Buffer.of(0)

/** The RFC 6962 leaf of a value: SHA-256(0x00 ‖ JCS(value)), 32 bytes. */
export function leafHash(value: Json): Buffer {
  return createHash('sha256').update(leafPrefix).update(canonicalJson(value), 'utf8').digest()
}

/** An event's hash, its name in `/v1/events/{hash}`: the leaf in hex. */
export function eventHash(value: Json): string {
  return leafHash(value).toString('hex')
}
