import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What one call cost: milliseconds of processor in all threads, and bytes. */
export interface Cost {
  readonly ms: number
  readonly bytes: number
}

export const limits = { ms: 50, bytes: 32 * 1_048_576 }

/**
 * Runs something and measures it. Bytes are what heap and buffers grew by, or
 * what the process's highest memory grew by: the first misses what was
 * collected on the way, the second what fits under an earlier height. Both
 * count garbage, so this only raises a suspicion.
 */
export async function measured<T>(run: () => T | Promise<T>): Promise<{ result: T; cost: Cost }> {
  const heapBefore = heldBytes()
  const heightBefore = process.resourceUsage().maxRSS
  const began = process.cpuUsage()
  const result = await run()
  const { user, system } = process.cpuUsage(began)
  const height = (process.resourceUsage().maxRSS - heightBefore) * 1024
  return {
    result,
    cost: { ms: (user + system) / 1000, bytes: Math.max(0, heldBytes() - heapBefore, height) }
  }
}

/**
 * Alone, several times: a collection, a compilation or another process falls
 * into some of them, what the input itself costs into each.
 */
export async function leastMs(run: () => unknown, times = 15): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  collectGarbage()
  for (let time = 0; time < times; time += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5)) // What other inputs left to be done is done meanwhile.
    least = Math.min(least, (await measured(run)).cost.ms)
  }
  return least
}

let collect: unknown

export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc')
  }
  if (typeof collect === 'function') collect()
}

function heldBytes(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
