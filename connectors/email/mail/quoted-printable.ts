/** Whether a transfer encoding means quoted-printable, and is not written as the standard has it. */
export function isQuotedPrintable(encoding: string): boolean {
  return /^\s*"?quoted[\s_]+printable/i.test(encoding)
}

/** What is no escape stays as it is. */
export function decodeQuotedPrintable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(bytes).toString('latin1')
  const joined = text.replaceAll(/(?<![ \t])[ \t]*=[ \t]*\r?\n/g, '').replace(/=$/, '')
  const decoded = joined.replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16))
  )
  return new Uint8Array(Buffer.from(decoded, 'latin1'))
}
