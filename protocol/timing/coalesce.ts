/**
 * Runs items in batches, one batch at a time, in the order added; items added while one batch runs form the
 * next. When a batch fails, the items waiting behind it fail too: otherwise they would be stored before
 * items of the failed batch, which the caller tries again, and each caller would wait for a failure of its
 * own.
 */
export interface Coalescer<T, R> {
  add(item: T): Promise<R>
  /** Resolves once no item waits and no batch runs. */
  idle(): Promise<void>
}

export interface CoalescerOptions<T, R> {
  /** Returns one result for each item, in order. */
  readonly run: (items: readonly T[]) => Promise<readonly R[]>
  readonly maxItems: number
  /** Total weight of a batch; a heavier item gets a batch of its own. */
  readonly maxWeight?: number
  readonly weigh?: (item: T) => number
}

interface WaitingItem<T, R> {
  readonly item: T
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

export function createCoalescer<T, R>(options: CoalescerOptions<T, R>): Coalescer<T, R> {
  const { run, maxItems, maxWeight = Number.POSITIVE_INFINITY, weigh = () => 0 } = options
  let waiting: WaitingItem<T, R>[] = []
  let working: Promise<void> | undefined

  const nextBatch = (): readonly WaitingItem<T, R>[] => {
    let weight = 0
    let count = 0
    for (const { item } of waiting) {
      weight += weigh(item)
      if (count === maxItems || (count > 0 && weight > maxWeight)) break
      count += 1
    }
    const batch = waiting.slice(0, count)
    waiting = waiting.slice(count)
    return batch
  }

  const work = async (): Promise<void> => {
    await Promise.resolve() // Items added in the same turn of the event loop share a batch.
    while (waiting.length > 0) {
      const batch = nextBatch()
      try {
        const results = await run(batch.map(({ item }) => item))
        for (const [index, { resolve }] of batch.entries()) resolve(results[index] as R)
      } catch (error) {
        const behind = waiting
        waiting = []
        for (const { reject } of [...batch, ...behind]) reject(error)
      }
    }
    working = undefined
  }

  return {
    add(item) {
      const { promise, resolve, reject } = Promise.withResolvers<R>()
      waiting.push({ item, resolve, reject })
      working ??= work()
      return promise
    },
    idle: () => working ?? Promise.resolve()
  }
}
