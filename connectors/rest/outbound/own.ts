import { createHash } from 'node:crypto'
import type { Json } from '#protocol/events/json.ts'

/** The mark of what a delivery made outside, by its id there; undefined if that is neither text nor number. */
export function ownKey(id: Json | undefined): string | undefined {
  if (typeof id !== 'string' && typeof id !== 'number') return undefined
  const text = String(id)
  return `own ${text.length <= 150 ? text : createHash('sha256').update(text).digest('hex')}`
}

/** What deliveries make outside, until the host has stored their marks. */
export interface OwnKeys {
  /** Runs a delivery that gives the key of what it made. */
  during(deliver: () => Promise<string | undefined>): Promise<string | undefined>
  /** Waits for the deliveries that run now: the outside may list what they made before it answers them. */
  answered(): Promise<void>
  has(key: string): boolean
}

/** More than can be made between an answer and the transaction that stores its mark. */
const maxKeys = 1000

export function createOwnKeys(): OwnKeys {
  const running = new Set<Promise<string | undefined>>()
  const keys = new Set<string>()
  return {
    async during(deliver) {
      const delivery = deliver()
      running.add(delivery)
      try {
        const key = await delivery
        if (key !== undefined) keys.add(key)
        const [oldest] = keys
        if (keys.size > maxKeys && oldest !== undefined) keys.delete(oldest)
        return key
      } finally {
        running.delete(delivery)
      }
    },
    answered: async () => void (await Promise.allSettled(running)),
    has: (key) => keys.has(key)
  }
}
