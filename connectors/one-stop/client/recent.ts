/** What deliveries left behind, until the host has stored their marks. */
export interface Recent<Value> {
  /** Runs a delivery, and keeps what it leaves behind under a key. */
  during<Result>(
    key: string,
    deliver: () => Promise<{ readonly left: Value; readonly result: Result }>
  ): Promise<Result>
  /** Waits for the deliveries that run now: the outside may list what they did before it answers them. */
  answered(): Promise<void>
  readonly values: ReadonlyMap<string, Value>
  /** Forgets what later marks replaced. */
  forget(key: string): void
}

/** More than can be delivered between an answer and the transaction that stores its marks. */
const maxValues = 1000

export function createRecent<Value>(): Recent<Value> {
  const running = new Set<Promise<unknown>>()
  const values = new Map<string, Value>()
  return {
    values,
    forget: (key) => void values.delete(key),
    async during(key, deliver) {
      const delivery = deliver()
      running.add(delivery)
      try {
        const { left, result } = await delivery
        values.delete(key)
        values.set(key, left)
        const [oldest] = values.keys()
        if (values.size > maxValues && oldest !== undefined) values.delete(oldest)
        return result
      } finally {
        running.delete(delivery)
      }
    },
    answered: async () => void (await Promise.allSettled(running))
  }
}
