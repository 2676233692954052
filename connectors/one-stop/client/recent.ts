import type { Delivered, Marks } from '../../connector.ts'

/** Marks that deliveries left behind, until the host has stored them. */
export interface RecentMarks {
  /** Runs a delivery, and keeps its marks. */
  during(deliver: () => Promise<Delivered>): Promise<Delivered>
  /** Waits for the deliveries that run now: the outside may list what they did before it answers them. */
  answered(): Promise<void>
  valueOf(key: string): string | undefined
  /** The host is about to store other values. */
  forget(marks: Marks): void
}

/** More than can be delivered between an answer and the transaction that stores its marks. */
const maxMarks = 2000

export function createRecentMarks(): RecentMarks {
  const running = new Set<Promise<unknown>>()
  const values = new Map<string, string>()
  return {
    async during(deliver) {
      const delivery = deliver()
      running.add(delivery)
      try {
        const delivered = await delivery
        for (const [key, value] of Object.entries(delivered.marks ?? {})) {
          values.delete(key)
          if (value !== null) values.set(key, value)
        }
        for (const [oldest] of values) {
          if (values.size <= maxMarks) break
          values.delete(oldest)
        }
        return delivered
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
