import type { JsonObject } from '#protocol/events/json.ts'
import type { PackageSignature } from './package-signature.ts'
import type { PackedFile } from './read-attachments.ts'

/** A package as the bus takes it: an event's type and payload, still without attachments, and the files it carries. */
export interface EdxmlPackage {
  /** `document.issued.v1` and its like. */
  readonly type: string
  /** The event's payload; `attachments` is added once the files are stored. */
  readonly data: JsonObject
  /** Who sends it: From/OrganId. */
  readonly from: string
  /** The document it is about: its own DocumentId, or that of the original for a status. */
  readonly subject: string
  readonly recipients: readonly string[]
  readonly files: readonly PackedFile[]
  /** What its signature is worth; absent where it has none. */
  readonly signature?: PackageSignature
}
