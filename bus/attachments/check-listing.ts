import { BusError } from '#protocol/errors/bus-error.ts'
import type { AttachmentLimits } from './attachment-limits.ts'
import type { ListedAttachment } from './listed-attachment.ts'

/** Throws `BUS_REQUEST_TOO_LARGE` if an event lists too much: each recipient gets every listed attachment. */
export function checkListing(
  listed: readonly ListedAttachment[],
  { maxPerEvent, maxBytesPerEvent }: AttachmentLimits
): void {
  const refuse = (fault: 'attachments-too-many' | 'attachments-too-large', got: number, limit: number) => {
    throw new BusError('BUS_REQUEST_TOO_LARGE', fault, { values: { got, limit } })
  }
  if (listed.length > maxPerEvent) refuse('attachments-too-many', listed.length, maxPerEvent)
  const bytes = listed.reduce((sum, { size }) => sum + size, 0)
  if (bytes > maxBytesPerEvent) refuse('attachments-too-large', bytes, maxBytesPerEvent)
}
