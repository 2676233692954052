import type { NewRecord } from '#engines/event-log/event-log.ts'
import type { Proof } from '#protocol/events/proof.ts'

/**
 * A record's headers as stored in its row, without what other columns contain. Proofs would be two thirds
 * of their size.
 */
export interface WrittenHeaders {
  /** JSON. */
  readonly headers: string
  /** The signature's token; up to 500 records share one. */
  readonly signature: string | undefined
}

/** How `JSON.stringify` begins a proof. */
const proofStart = '{"token":"'

export function writeHeaders({ headers, receipt }: Pick<NewRecord, 'headers' | 'receipt'>): WrittenHeaders {
  const { bus_receipt: receiptText, bus_signature: proof = '' } = headers
  const tokenEnd = proof.startsWith(proofStart) ? proof.indexOf('"', proofStart.length) : -1
  const written = { ...headers }
  if (receiptText === JSON.stringify(receipt)) written.bus_receipt = ''
  if (tokenEnd > 0) written.bus_signature = proof.slice(tokenEnd)
  return {
    headers: JSON.stringify(written),
    signature: tokenEnd > 0 ? proof.slice(proofStart.length, tokenEnd) : undefined
  }
}

/** The headers as they were appended. An empty receipt is filled in. */
export function readHeaders(
  { headers, signature }: WrittenHeaders,
  receipt: () => Proof
): Record<string, string> {
  const read = JSON.parse(headers) as Record<string, string>
  if (read.bus_receipt === '') read.bus_receipt = JSON.stringify(receipt())
  if (signature !== undefined) read.bus_signature = `${proofStart}${signature}${read.bus_signature}`
  return read
}
