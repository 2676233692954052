type Marks = Readonly<Record<string, string | null>>

/** Marks that deliveries left behind, until the host has stored them. */
export interface RecentMarks {
  /** Runs a delivery, and keeps its marks. */
  during<D extends { readonly marks?: Marks } | undefined>(deliver: () => Promise<D>): Promise<D>
  /** Waits for the deliveries that run now: the outside may list what they did before it answers them. */
  answered(): Promise<void>
  valueOf(key: string): string | undefined
  /** The host is about to store other values. */
  forget(marks: Marks): void
}

/** `maxMarks`: more than can be left between an answer and the transaction that stores its marks. */
export function createRecentMarks(maxMarks: number): RecentMarks {
  const running = new Set<Promise<unknown>>()
  const values = new Map<string, string>()
  return {
    async during(deliver) {
      const delivery = deliver()
      running.add(delivery)
      try {
        const left = await delivery
        for (const [key, value] of Object.entries(left?.marks ?? {})) {
          values.delete(key)
          if (value !== null) values.set(key, value)
        }
        for (const [oldest] of values) {
          if (values.size <= maxMarks) break
          values.delete(oldest)
        }
        return left
      } finally {
        running.delete(delivery)
      }
    },
    answered: async () => void (await Promise.allSettled(running)),
    valueOf: (key) => values.get(key),
    forget(marks) {
      for (const key of Object.keys(marks)) values.delete(key)
    }
  }
}
