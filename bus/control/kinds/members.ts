import Type from 'typebox'
import { agencyCode } from '#protocol/events/event.ts'

/** Members that several kinds of acts have. */

export const Text = Type.String({ minLength: 1, maxLength: 500 })

export const Code = Type.String({ pattern: `^${agencyCode}$`, maxLength: 35 })

export const EventType = Type.String({
  pattern: '^[a-z][a-z0-9-]*\\.[a-z][a-z0-9-]*\\.v[1-9][0-9]*$',
  maxLength: 128
})

const Instant = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{3})?Z$' })
export const validity = { validFrom: Type.Optional(Instant), validTo: Type.Optional(Instant) }

/** Begin and end of validity, in milliseconds since the epoch. */
export function validityOf(
  { validFrom, validTo }: { readonly validFrom?: string; readonly validTo?: string },
  earliest: number
): { readonly validFromAt: number; readonly validToAt: number } {
  const validFromAt = validFrom ? Date.parse(validFrom) : earliest
  return { validFromAt, validToAt: validTo ? Date.parse(validTo) : Number.POSITIVE_INFINITY }
}
