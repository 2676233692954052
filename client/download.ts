import { createHash } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Language } from '#protocol/errors/faults.ts'
import { toProblem } from '#protocol/errors/problem.ts'
import { GatewayError, unreachable } from './gateway-error.ts'

/**
 * What is expected of a download.
 * @internal
 */
export interface Expected {
  readonly sha256: string
  readonly gateway: string
  readonly language: Language
}

/**
 * The bytes of an answer. Throws after the last one if they do not match the digest.
 * @internal
 */
export async function* checkedBytes(
  { body }: Response,
  { sha256, gateway, language }: Expected
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of body ?? []) {
      hash.update(chunk)
      yield chunk
    }
  } catch (error) {
    throw unreachable(gateway, language, error)
  }
  const got = hash.digest('hex')
  if (got === sha256) return
  const values = { gateway, expected: sha256, got }
  const error = new BusError('BUS_DOWNLOAD_DAMAGED', 'download-differs', { values })
  throw new GatewayError(toProblem(error, { language }))
}
