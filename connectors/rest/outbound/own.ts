import { createHash } from 'node:crypto'
import type { Json } from '#protocol/events/json.ts'

/** The mark of what a delivery made outside, by its id there; undefined if that is neither text nor number. */
export function ownKey(id: Json | undefined): string | undefined {
  if (typeof id !== 'string' && typeof id !== 'number') return undefined
  const text = String(id)
  return `own ${text.length <= 150 ? text : createHash('sha256').update(text).digest('hex')}`
}
