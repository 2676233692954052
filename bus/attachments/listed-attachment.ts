/** An attachment as listed in an event: `size` in bytes, `sha256` as 64 lower-case hex digits. */
export interface ListedAttachment {
  readonly size: number
  readonly sha256: string
}
