/** A payload's shape, read from Avro: only what the profile of an event type allows. */
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
}

export interface FieldShape {
  readonly name: string
  readonly doc: string
  readonly personal: boolean
  readonly optional: boolean
  readonly shape: Shape
}

/** The record by which the bus knows an attachment wherever a schema lists one. */
export const attachmentRecord = 'lienthong.Attachment'

/** What `lienthong.Attachment` holds, in any schema. */
export const attachmentFields: Readonly<Record<string, ScalarKind>> = {
  name: 'string',
  mediaType: 'string',
  size: 'long',
  sha256: 'string'
}

/** Items all arrays of one payload may hold together. */
export const maxItems = 10_000

export const msPerDay = 86_400_000

/** Milliseconds of the instants whose year has four digits, so that their JSON form has one length. */
export const instantRange = { first: -62_167_219_200_000, last: 253_402_300_799_999 }
