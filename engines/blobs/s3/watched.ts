import { Readable } from 'node:stream'
import { unavailable } from '../upload.ts'

/**
 * The body of an answer. Fails with `BUS_STORE_UNAVAILABLE` if it breaks off or no bytes arrive for
 * `stillMs`. A slow reader does not count.
 */
export function watched(body: Readable, stillMs: number): Readable {
  const out = Readable.from(chunksOf(body, stillMs), { objectMode: false })
  out.once('close', () => body.destroy())
  return out
}

async function* chunksOf(body: Readable, stillMs: number): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  const stop = (): void => {
    body.destroy(new DOMException('no more bytes came', 'TimeoutError'))
  }
  try {
    for (;;) {
      const timer = setTimeout(stop, stillMs)
      const { done, value } = await chunks.next().finally(() => clearTimeout(timer))
      if (done) return
      yield value
    }
  } catch (error) {
    unavailable(error)
  } finally {
    body.destroy()
  }
}
