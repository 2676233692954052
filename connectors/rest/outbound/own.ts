import { createHash } from 'node:crypto'
import type { Json } from '#protocol/events/json.ts'

/** The mark of what a delivery made outside, by its id there; undefined if that is neither text nor number. */
export function ownKey(id: Json | undefined): string | undefined {
  const text = shortText(id)
  return text === undefined ? undefined : `own ${text}`
}

/** The value of that mark: the event's hash and, where the answer gave one, the version that was made. */
export function ownValue(hash: string, version: Json | undefined): string {
  const text = shortText(version)
  return text === undefined ? hash : `${hash}@${text}`
}

/** Whether an item with such a mark is what the delivery made, and not a later version of it. */
export function isAsMade(value: string, version: Json | undefined): boolean {
  const at = value.indexOf('@')
  return at === -1 || value.slice(at + 1) === shortText(version)
}

function shortText(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value)
  return text.length <= 150 ? text : createHash('sha256').update(text).digest('hex')
}

export interface Made {
  readonly key: string
  readonly value: string
}

/** What deliveries make outside, until the host has stored their marks. */
export interface OwnKeys {
  /** Runs a delivery that gives the mark of what it made. */
  during(deliver: () => Promise<Made | undefined>): Promise<Made | undefined>
  /** Waits for the deliveries that run now: the outside may list what they made before it answers them. */
  answered(): Promise<void>
  /** The mark's value. */
  valueOf(key: string): string | undefined
}

/** More than can be made between an answer and the transaction that stores its mark. */
const maxKeys = 1000

export function createOwnKeys(): OwnKeys {
  const running = new Set<Promise<Made | undefined>>()
  const values = new Map<string, string>()
  return {
    async during(deliver) {
      const delivery = deliver()
      running.add(delivery)
      try {
        const made = await delivery
        if (made) values.set(made.key, made.value)
        const [oldest] = values.keys()
        if (values.size > maxKeys && oldest !== undefined) values.delete(oldest)
        return made
      } finally {
        running.delete(delivery)
      }
    },
    answered: async () => void (await Promise.allSettled(running)),
    valueOf: (key) => values.get(key)
  }
}
