import { startSha256 } from '#protocol/bytes/bytes.ts'
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
 * The bytes of an answer. Fails after the last one if they do not match the digest.
 * @internal
 */
export function checkedBytes(
  { body }: Response,
  { sha256, gateway, language }: Expected
): ReadableStream<Uint8Array> {
  const digest = startSha256()
  const reader = body?.getReader()

  const next = async (): Promise<Uint8Array | undefined> => {
    try {
      return (await reader?.read())?.value
    } catch (error) {
      throw unreachable(gateway, language, error)
    }
  }

  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = await next()
      if (chunk) {
        digest.update(chunk)
        controller.enqueue(chunk)
        return
      }
      const got = digest.hex()
      if (got === sha256) return controller.close()
      const values = { gateway, expected: sha256, got }
      const error = new BusError('BUS_DOWNLOAD_DAMAGED', 'download-differs', { values })
      throw new GatewayError(toProblem(error, { language }))
    },
    cancel: (reason) => reader?.cancel(reason)
  })
}
