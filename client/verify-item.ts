import type { DeliveredEvent } from '#protocol/events/event-stages.ts'
import { eventHash } from '#protocol/events/hash.ts'
import type { Json } from '#protocol/events/json.ts'
import { type Proof, parseProof } from '#protocol/events/proof.ts'
import type { PublicJwk } from '#protocol/trust/jwk.ts'
import { verifyReceipt } from '#protocol/trust/receipt.ts'
import { verifyEventProof } from '#protocol/trust/submission.ts'

/** A system's key with the time it may sign in, as `/v1/systems/…` shows it. */
export interface DatedKey {
  /** The key itself (RFC 7517). */
  readonly key: PublicJwk
  /** RFC 3339; the key is good from then on. */
  readonly validFrom: string
  /** RFC 3339; the key is not good from then on. */
  readonly validTo?: string
}

/** Whose signatures to believe. Get the keys once, by a way you trust, and keep them. */
export interface VerificationKeys {
  /** All keys of the system that is the event's `source`: `keys` of `/v1/systems<source>`. */
  readonly system: readonly DatedKey[]
  /** All keys of the bus: `keys` of `/.well-known/jwks.json` (RFC 7517). */
  readonly bus: readonly PublicJwk[]
}

/** What was found of an item. */
export interface Verification {
  /** The event's hash: SHA-256 over `0x00` and its canonical form (RFC 8785), in hex. */
  readonly hash: string
  /**
   * `good`: a key that the sender had at `recordedtime` signed this very event.
   * `absent`: the bus says that it took the event unsigned; nothing proves who
   * sent it. `bad`: anything else.
   */
  readonly signature: 'good' | 'bad' | 'absent'
  /** `good`: the bus signed that it recorded this event at this `recordedtime`. */
  readonly receipt: 'good' | 'bad'
}

/**
 * Checks an item without asking anyone: the sender's signature over the event
 * and the bus's receipt for it, each a JWS over a Merkle root (RFC 6962) and the
 * path to it from the event. Any change to the event, to `recordedtime` or to a
 * proof gives `bad`; it rejects for none of these. Expiry of the sender's token
 * was checked on arrival and is not looked at.
 *
 * Keys fetched from the gateway show that the item is whole; that the bus does
 * not deceive is shown by keys from elsewhere.
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

/** The keys that were good at an instant. */
function keysAt(keys: readonly DatedKey[], time: string): readonly PublicJwk[] {
  const at = Date.parse(time)
  const isGood = ({ validFrom, validTo }: DatedKey): boolean =>
    Date.parse(validFrom) <= at && (validTo === undefined || at < Date.parse(validTo))
  return keys.filter(isGood).map(({ key }) => key)
}

/** An item comes from elsewhere, whatever its type says. */
function wellFormed(proof: Proof | undefined): Proof | undefined {
  return proof && parseProof(JSON.stringify(proof))
}
