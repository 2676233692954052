import type { AvroJson } from './avro-json.ts'

/** The shape of a payload, read from Avro. Contains only what the profile of event types allows. */
export type Shape =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: 'array'; readonly items: Shape }
  | RecordShape

/** `date` is an int of days, `instant` a long of milliseconds, both since the epoch. */
export type ScalarKind = 'string' | 'boolean' | 'bytes' | 'int' | 'long' | 'date' | 'instant'

export interface RecordShape {
  readonly kind: 'record'
  /** Full name, namespace included. */
  readonly name: string
  readonly doc: string
  readonly fields: readonly FieldShape[]
  /** What the view of flows takes from it (`flow-marks.ts`), as it is written; only the outermost record's counts. */
  readonly flow: AvroJson | undefined
  readonly expects: AvroJson | undefined
}

export interface FieldShape {
  readonly name: string
  readonly doc: string
  readonly personal: boolean
  /** What it is marked as (`payload-marks.ts`), as it is written; undefined where it is not. */
  readonly sender: AvroJson | undefined
  readonly subject: AvroJson | undefined
  readonly optional: boolean
  readonly shape: Shape
}

/** The record that lists an attachment, in any schema. */
export const attachmentRecord = 'lienthong.Attachment'

/** The fields of `lienthong.Attachment`. */
export const attachmentFields: Readonly<Record<string, ScalarKind>> = {
  name: 'string',
  mediaType: 'string',
  size: 'long',
  sha256: 'string'
}

/** Maximum number of items in all arrays of one payload. */
export const maxItems = 10_000

export const msPerDay = 86_400_000

/** Instants with a year of four digits, in milliseconds, so that all have JSON forms of the same length. */
export const instantRange = { first: -62_167_219_200_000, last: 253_402_300_799_999 }
