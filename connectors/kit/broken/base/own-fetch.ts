import { faults, type SmallParts } from './small-kind.ts'

/** A `fetch` of its own, with a limit of time for the head of an answer, and of time and size for its body. */
export function ownFetch({
  headMs = 3000,
  bodyMs = 3000,
  maxBytes = 1_048_576,
  afterCut
}: {
  readonly headMs?: number
  readonly bodyMs?: number
  readonly maxBytes?: number
  /** What an answer that breaks off becomes. */
  readonly afterCut?: (answer: Response) => Response
}): Partial<SmallParts> {
  return {
    async request(_io, url, init) {
      const ending = new AbortController()
      const abortAfter = (ms: number) =>
        setTimeout(() => ending.abort(new DOMException('too late', 'TimeoutError')), ms)
      const head = abortAfter(headMs)
      const response = await fetch(url, { ...init, signal: ending.signal }).finally(() => clearTimeout(head))
      const body = abortAfter(bodyMs)
      try {
        const chunks: Uint8Array[] = []
        let size = 0
        for await (const chunk of response.body ?? []) {
          size += chunk.length
          if (size > maxBytes) throw faults.failed({ values: { status: 'too much' } })
          chunks.push(chunk)
        }
        return new Response(Buffer.concat(chunks), response)
      } catch (error) {
        if (afterCut && (error as Error).message === 'terminated') return afterCut(response)
        throw error
      } finally {
        clearTimeout(body)
      }
    }
  }
}

/** Longer than any check. */
export const everMs = 3_600_000
