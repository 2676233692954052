import type { ConnectorIo, Marks } from '../connector.ts'

/**
 * What is held for a person is a quarantined item. Retrying it makes the host forget its reference, so that the next
 * item with this reference is stored: that is how the kind learns of the person's yes. Until then each poll gives
 * such an item, and the host passes it over as a repeat.
 */
export interface Hold {
  /** It was held before, and no person has retried it. */
  readonly isReported: boolean
  /** A person has retried it, and its first event was stored. */
  readonly isAccepted: boolean
}

const reportedKey = 'staff held'
const acceptedKey = 'staff accepted'

export const reportedMarks = (reference: string): Marks => ({ [reportedKey]: reference })
export const acceptedMarks = (reference: string): Marks => ({ [acceptedKey]: reference })

export async function holdOf(reference: string, { mark }: Pick<ConnectorIo, 'mark'>): Promise<Hold> {
  const [reported, accepted] = await Promise.all([mark(reportedKey), mark(acceptedKey)])
  const isAccepted = accepted === reference
  return { isAccepted, isReported: reported === reference && !isAccepted }
}
