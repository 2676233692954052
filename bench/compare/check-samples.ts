import type { Proof } from '#protocol/events/proof.ts'
import type { PublicJwk } from '#protocol/trust/jwk.ts'
import { type ReceiptLeaf, verifyReceipt } from '#protocol/trust/receipt.ts'
import type { MadeRequest } from './made-requests.ts'

/** An answer stored to be checked later. */
export interface KeptAnswer {
  readonly request: MadeRequest
  readonly body: string
}

interface Result {
  readonly source: string
  readonly id: string
  readonly hash: string
  readonly recordedtime: string
  readonly receipt: Proof
}

/**
 * Checks one event of each stored answer: it is the one that was sent, its hash is right, and the bus
 * signed the receipt.
 */
export async function checkSamples(
  url: string,
  kept: readonly KeptAnswer[]
): Promise<{ readonly sampled: readonly ReceiptLeaf[]; readonly faults: readonly string[] }> {
  if (kept.length === 0) return { sampled: [], faults: [] }
  const response = await fetch(`${url}/.well-known/jwks.json`)
  const { keys } = (await response.json()) as { readonly keys: readonly PublicJwk[] }
  const sampled: ReceiptLeaf[] = []
  const faults: string[] = []
  for (const { request, body } of kept) {
    const at = Math.floor(Math.random() * request.events.length)
    const sent = request.events[at]
    const results = resultsIn(body)
    const result = results[at]
    if (!sent || !result || results.length !== request.events.length || result.id !== sent.id) {
      faults.push(`an answer that is not of what was sent: ${body.slice(0, 200)}`)
      continue
    }
    const { source, id, hash, recordedtime, receipt } = result
    const isGood =
      hash === sent.leaf.toString('hex') &&
      (await verifyReceipt({ source, id, hash, recordedtime }, receipt, keys))
    if (isGood) sampled.push({ source, id, hash, recordedtime })
    else faults.push(`a receipt that does not hold, of ${id}`)
  }
  return { sampled, faults }
}

function resultsIn(body: string): readonly Result[] {
  try {
    return (JSON.parse(body) as { readonly results: readonly Result[] }).results
  } catch {
    return []
  }
}
