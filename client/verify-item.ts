import type { DeliveredEvent } from '#protocol/events/event-stages.ts'
import { eventHash } from '#protocol/events/hash.ts'
import type { Json } from '#protocol/events/json.ts'
import { type Proof, parseProof } from '#protocol/events/proof.ts'
import type { PublicJwk } from '#protocol/trust/jwk.ts'
import { verifyReceipt } from '#protocol/trust/receipt.ts'
import { verifyEventProof } from '#protocol/trust/submission.ts'

export type { PublicJwk }

/** A system's key with its period of validity, as `/v1/systems/…` shows it. */
export interface DatedKey {
  /** The key itself (RFC 7517). */
  readonly key: PublicJwk
  /** Start of validity, RFC 3339. */
  readonly validFrom: string
  /** End of validity, RFC 3339. */
  readonly validTo?: string
}

/** The keys to verify with. Fetch them once, in a way that you trust, and store them. */
export interface VerificationKeys {
  /** All keys of the system that is the event's `source`: `keys` of `/v1/systems<source>`. */
  readonly system: readonly DatedKey[]
  /** All keys of the bus: `keys` of `/.well-known/jwks.json` (RFC 7517). */
  readonly bus: readonly PublicJwk[]
}

/** The result of verifying an item. */
export interface Verification {
  /** The event's hash: SHA-256 over `0x00` and its canonical form (RFC 8785), in hex. */
  readonly hash: string
  /**
   * `good`: a key that the sender had at `recordedtime` signed this event. `absent`: the bus says that the
   * event is unsigned; nothing proves who sent it. `bad`: anything else.
   */
  readonly signature: 'good' | 'bad' | 'absent'
  /** `good`: the bus signed that it recorded this event at `recordedtime`. */
  readonly receipt: 'good' | 'bad'
}

/**
 * Verifies an item offline: the sender's signature over the event, and the bus's receipt for it. Each is a
 * JWS over a Merkle root (RFC 6962) with the event's inclusion path. Any change to the event, to
 * `recordedtime` or to a proof gives `bad`; the call does not reject. The expiry of the sender's token was
 * checked when it arrived and is not checked again.
 *
 * With keys from the gateway this shows that the item is unchanged. To show that the bus itself does not
 * deceive, use keys from another source.
 *
 * @example
 * ```ts
 * const item = await sendAndFind()
 * const { keys: system } = await recipient.get<{ keys: DatedKey[] }>(`/v1/systems${item.event.source}`)
 * const { keys: bus } = await recipient.get<{ keys: PublicJwk[] }>('/.well-known/jwks.json')
 * const { signature, receipt } = await verifyItem(item, { system, bus })
 * console.log(signature, receipt) // good good
 *
 * const changed = { ...item, event: { ...item.event, subject: 'changed' } }
 * console.log((await verifyItem(changed, { system, bus })).signature) // bad
 * ```
 */
export async function verifyItem(item: DeliveredEvent, keys: VerificationKeys): Promise<Verification> {
  const { source, id } = item.event
  const event = item.event as Json
  const { recordedtime, unsigned } = item.added
  const hash = eventHash(event)
  const signature = wellFormed(item.signature)
  const receipt = wellFormed(item.receipt)
  const isSigned = signature && (await verifyEventProof(event, signature, keysAt(keys.system, recordedtime)))
  const isHeld = receipt && (await verifyReceipt({ source, id, hash, recordedtime }, receipt, keys.bus))
  const isUnsigned = item.signature === undefined && unsigned === true
  return {
    hash,
    signature: isUnsigned ? 'absent' : isSigned ? 'good' : 'bad',
    receipt: isHeld ? 'good' : 'bad'
  }
}

/** The keys that were valid at an instant. */
function keysAt(keys: readonly DatedKey[], time: string): readonly PublicJwk[] {
  const at = Date.parse(time)
  const isGood = ({ validFrom, validTo }: DatedKey): boolean =>
    Date.parse(validFrom) <= at && (validTo === undefined || at < Date.parse(validTo))
  return keys.filter(isGood).map(({ key }) => key)
}

/** An item comes from outside; its proofs may have any shape. */
function wellFormed(proof: Proof | undefined): Proof | undefined {
  return proof && parseProof(JSON.stringify(proof))
}
