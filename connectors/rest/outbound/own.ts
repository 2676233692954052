import { createHash } from 'node:crypto'
import type { Json } from '#protocol/events/json.ts'

/** The mark of what a delivery made outside, by its id there; undefined if that is neither text nor number. */
export function ownKey(id: Json | undefined): string | undefined {
  const text = shortText(id)
  return text === undefined ? undefined : `own ${text}`
}

/** The value of that mark: the event's hash and, where the answer gave one, the version that was made. */
export function ownValue(hash: string, version: Json | undefined): string {
  const text = shortText(version)
  return text === undefined ? hash : `${hash}@${text}`
}

/** Whether an item with such a mark is what the delivery made, and not a later version of it. */
export function isAsMade(value: string, version: Json | undefined): boolean {
  const at = value.indexOf('@')
  return at === -1 || value.slice(at + 1) === shortText(version)
}

function shortText(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value)
  return text.length <= 150 ? text : createHash('sha256').update(text).digest('hex')
}
