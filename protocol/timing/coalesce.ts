/**
 * Runs items in batches, one batch at a time, in the order added; items added while one batch runs form the
 * next. When a batch fails, the items waiting behind it fail too: otherwise they would be stored before
 * items of the failed batch, which the caller tries again, and each caller would wait for a failure of its
 * own.
 */
export interface Coalescer<T, R> {
  /** Resolves with one result for each item, in order, once all have been in a batch; batches may divide them. */
  add(items: readonly T[]): Promise<readonly R[]>
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

/** Items added together. */
interface Call<R> {
  readonly results: R[]
  readonly count: number
  readonly resolve: (results: readonly R[]) => void
  readonly reject: (error: unknown) => void
}

interface WaitingItem<T, R> {
  readonly item: T
  readonly call: Call<R>
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
        for (const [index, { call }] of batch.entries()) {
          call.results.push(results[index] as R)
          if (call.results.length === call.count) call.resolve(call.results)
        }
      } catch (error) {
        const behind = waiting
        waiting = []
        for (const { call } of [...batch, ...behind]) call.reject(error)
      }
    }
    working = undefined
  }

  return {
    add(items) {
      if (items.length === 0) return Promise.resolve([])
      const { promise, resolve, reject } = Promise.withResolvers<readonly R[]>()
      const call = { results: [], count: items.length, resolve, reject }
      for (const item of items) waiting.push({ item, call })
      working ??= work()
      return promise
    },
    idle: () => working ?? Promise.resolve()
  }
}
