import Type from 'typebox'
import { agencyCode } from '#protocol/events/event.ts'
import { instantMs } from '#protocol/events/instant.ts'

/** Members that several kinds of acts have. */

export const Text = Type.String({ minLength: 1, maxLength: 500 })

export const Code = Type.String({ pattern: `^${agencyCode}$`, maxLength: 35 })

export const EventType = Type.String({
  pattern: '^[a-z][a-z0-9-]*\\.[a-z][a-z0-9-]*\\.v[1-9][0-9]*$',
  maxLength: 128
})

const Instant = Type.String({ format: 'date-time', maxLength: 40 })
export const validity = { validFrom: Type.Optional(Instant), validTo: Type.Optional(Instant) }

/**
 * Begin and end of validity, in milliseconds since the epoch. A text that an earlier release accepted
 * although it is not a valid time means never.
 */
export function validityOf(
  { validFrom, validTo }: { readonly validFrom?: string; readonly validTo?: string },
  earliest: number
): { readonly validFromAt: number; readonly validToAt: number } {
  const at = (text: string | undefined, absent: number, unreal: number): number => {
    const parsed = text === undefined ? absent : instantMs(text)
    return Number.isNaN(parsed) ? unreal : parsed
  }
  return {
    validFromAt: at(validFrom, earliest, Number.POSITIVE_INFINITY),
    validToAt: at(validTo, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
  }
}
