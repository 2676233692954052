import { setTimeout as pause } from 'node:timers/promises'
import type { SmsSettings } from '../settings.ts'

/** How fast messages go out over a connection. Times are those of `performance.now`. */
export interface Pace {
  /** Runs one request when fewer than `window` are under way. */
  inWindow<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>
  /** Reserves the times of so many messages, and gives their wait; undefined if they would come too late. */
  reserve(messages: number): readonly number[] | undefined
  /** Sends nothing for a while: the centre is given too much. */
  slowDown(): void
  /** How long nothing is to be sent, in milliseconds. */
  slowedMs(): number
}

/** A delivery has a minute; what would wait longer than this is tried again later. */
export const longestWaitMs = 20_000

export function createPace(settings: SmsSettings): Pace {
  const { window, messagesPerSecond, throttledSeconds } = settings
  const everyMs = messagesPerSecond === undefined ? 0 : 1000 / messagesPerSecond
  const queue: (() => void)[] = []
  let [running, nextAt, slowedUntil] = [0, 0, 0]
  return {
    async inWindow(work, signal) {
      while (running >= window) {
        await new Promise<void>((resolve) => void queue.push(resolve))
      }
      running += 1
      try {
        signal.throwIfAborted()
        return await work()
      } finally {
        running -= 1
        queue.shift()?.()
      }
    },
    reserve(messages) {
      const now = performance.now()
      const first = Math.max(now, nextAt, slowedUntil)
      if (first + messages * everyMs - now > longestWaitMs && first > now) return undefined
      nextAt = first + messages * everyMs
      return Array.from({ length: messages }, (_, index) => first + index * everyMs - now)
    },
    slowDown() {
      slowedUntil = performance.now() + throttledSeconds * 1000
    },
    slowedMs: () => Math.max(0, slowedUntil - performance.now())
  }
}

/** Waits, unless there is nothing to wait for. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await pause(ms, undefined, { signal })
}
