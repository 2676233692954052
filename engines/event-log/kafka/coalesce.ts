/**
 * What gathers while one batch is worked on is worked on together next: one
 * batch at a time, in the order given. When a batch fails, so does what has
 * gathered behind it: nothing overtakes what is tried again, and nobody waits
 * to find out in turn.
 */
export interface Coalescer<T, R> {
  add(item: T): Promise<R>
  /** Resolves once nothing waits and nothing is worked on. */
  idle(): Promise<void>
}

export interface CoalescerOptions<T, R> {
  /** One result an item, in order. */
  readonly run: (items: readonly T[]) => Promise<readonly R[]>
  readonly maxItems: number
  /** Of a batch in all; an item that weighs more goes alone. */
  readonly maxWeight?: number
  readonly weigh?: (item: T) => number
}

interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

export function createCoalescer<T, R>(options: CoalescerOptions<T, R>): Coalescer<T, R> {
  const { run, maxItems, maxWeight = Number.POSITIVE_INFINITY, weigh = () => 0 } = options
  let waiting: Waiting<T, R>[] = []
  let working: Promise<void> | undefined

  const nextBatch = (): readonly Waiting<T, R>[] => {
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
    await Promise.resolve() // What is added in the same turn goes together.
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
