import { BusError } from '#protocol/errors/bus-error.ts'

export async function readBody(
  request: Request,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal }
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    signal.throwIfAborted()
    size += chunk.length
    if (size > limit) throw new BusError('BUS_REQUEST_TOO_LARGE', 'body-too-large', { values: { limit } })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}
