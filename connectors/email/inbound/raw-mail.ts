/** The bus keeps no more of a mail that cannot be used. */
export const maxRawBytes = 1_048_576
/** Of a mail that is too large, this much is read. */
export const cutBytes = 524_288

/** Whether what was kept of a mail is only its beginning. A whole mail of just this size is hardly ever met. */
export function isBeginning({ length }: Uint8Array): boolean {
  return length === maxRawBytes || length === cutBytes
}
