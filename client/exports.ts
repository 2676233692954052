/** Everything that `@lienthong/client` exports, for Node and browsers; `file-content.ts` is an entry of its own, for Node. */
export { BusError } from '#protocol/errors/bus-error.ts'
export type { ErrorCode, Retry } from '#protocol/errors/catalogue.ts'
export type { Language } from '#protocol/errors/faults.ts'
export type { Problem } from '#protocol/errors/problem.ts'
export type { BusEvent } from '#protocol/events/event.ts'
export type { DeliveredEvent } from '#protocol/events/event-stages.ts'
export type { Json, JsonObject } from '#protocol/events/json.ts'
export type { Proof } from '#protocol/events/proof.ts'
export { generateKey, type PrivateJwk } from '#protocol/trust/jwk.ts'
export type { Algorithm } from '#protocol/trust/jws.ts'
export type { Client, PublishedEvent } from './client.ts'
export { type ClientOptions, createClient } from './create-client.ts'
export { GatewayError } from './gateway-error.ts'
export type { Acknowledgement, FollowOptions, InboxItem, InboxOptions, InboxPage } from './inbox.ts'
export { type EventDraft, newEvent } from './new-event.ts'
export { createSigner, type Signer, type SignerOptions } from './signer.ts'
export type { Attachment, Content, StreamedContent } from './upload.ts'
export {
  type DatedKey,
  type PublicJwk,
  type Verification,
  type VerificationKeys,
  verifyItem
} from './verify-item.ts'
