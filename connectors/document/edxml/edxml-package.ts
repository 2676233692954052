import type { JsonObject } from '#protocol/events/json.ts'
import type { PackedFile } from './read-attachments.ts'
import type { PackageSignature, Signer } from './signature/checked-signature.ts'

/** A package as read: the type and payload of its event, without attachments, and its files. */
export interface EdxmlPackage {
  /** For example `document.issued.v1`. */
  readonly type: string
  /** The payload; `attachments` is added once the files are stored. */
  readonly data: JsonObject
  /** The sender: From/OrganId. */
  readonly from: string
  /** The document that it is about: its own DocumentId, or for a status that of the original. */
  readonly subject: string
  readonly recipients: readonly string[]
  readonly files: readonly PackedFile[]
  /** Result of checking its signature; absent if it has none. */
  readonly signature?: PackageSignature
  /** Whose certificate made it, if it is right. */
  readonly signer?: Signer
}
