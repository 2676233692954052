import type { DeliveredEvent } from '#protocol/events/event-stages.ts'
import { eventHash } from '#protocol/events/hash.ts'
import type { PublicJwk } from '#protocol/trust/jwk.ts'
import { verifyReceipt } from '#protocol/trust/receipt.ts'
import { verifyEventProof } from '#protocol/trust/submission.ts'

/** A system's key with the time it may sign in, as `/v1/systems` shows it. */
export interface DatedKey {
  readonly key: PublicJwk
  readonly validFrom: string
  readonly validTo?: string
}

export interface VerificationKeys {
  /** Keys of the event's source. */
  readonly system: readonly DatedKey[]
  /** Keys of the bus, from `/.well-known/jwks.json`. */
  readonly bus: readonly PublicJwk[]
}

/** What was found. `signature` is `absent` only for an event the bus accepted unsigned. */
export interface Verification {
  readonly hash: string
  readonly signature: 'good' | 'bad' | 'absent'
  readonly receipt: 'good' | 'bad'
}

/** Checks an item, as an inbox or `GET /v1/events/{hash}` gives it, without asking anyone: the sender's signature over this event, and the bus's receipt for it. */
export async function verifyItem(item: DeliveredEvent, keys: VerificationKeys): Promise<Verification> {
  const { event, added, signature, receipt } = item
  const hash = eventHash(event as never)
  const recordedAt = Date.parse(added.recordedtime)
  const valid = keys.system
    .filter(({ validFrom, validTo }) => {
      return (
        Date.parse(validFrom) <= recordedAt && (validTo === undefined || recordedAt < Date.parse(validTo))
      )
    })
    .map(({ key }) => key)
  const leaf = { source: event.source, id: event.id, hash, recordedtime: added.recordedtime }
  return {
    hash,
    signature:
      signature === undefined
        ? 'absent'
        : (await verifyEventProof(event as never, signature, valid))
          ? 'good'
          : 'bad',
    receipt: (await verifyReceipt(leaf, receipt, keys.bus)) ? 'good' : 'bad'
  }
}
