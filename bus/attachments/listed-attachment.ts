/** What an event says of an attachment: `size` in bytes, `sha256` 64 lower-case hex digits. */
export interface ListedAttachment {
  readonly size: number
  readonly sha256: string
}
