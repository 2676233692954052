import { BusError } from '#protocol/errors/bus-error.ts'

/** Bytes that may be kept in memory at the same time. What is larger than all of it has it alone. */
export interface Room {
  /**
   * Takes bytes: undefined where there is room now, else a place in the line of
   * those who asked before. Throws `BUS_TOO_MANY_REQUESTS` where too many wait.
   */
  take(bytes: number): Place | undefined
  /** Takes bytes that are there already, whether there is room or not. */
  add(bytes: number): void
  free(bytes: number): void
  readonly isEmpty: boolean
}

/** A place in the line. */
export interface Place {
  /** Resolves with the bytes taken. Rejects with `BUS_TOO_MANY_REQUESTS` where that takes too long, or after `leave`. */
  readonly ready: Promise<void>
  leave(): void
}

export interface RoomOptions {
  readonly bytes: number
  readonly maxWaiting: number
  readonly maxWaitMs: number
}

interface Waiting {
  readonly bytes: number
  readonly letIn: () => void
}

export function createRoom({ bytes: size, maxWaiting, maxWaitMs }: RoomOptions): Room {
  const line = new Set<Waiting>()
  let held = 0

  const fits = (bytes: number): boolean => held === 0 || held + bytes <= size

  const letIn = (): void => {
    for (const waiting of line) {
      if (!fits(waiting.bytes)) return
      line.delete(waiting)
      held += waiting.bytes
      waiting.letIn()
    }
  }

  const wait = (bytes: number): Place => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const leave = (): void => {
      clearTimeout(timer)
      if (line.delete(waiting)) letIn()
      reject(tooMany())
    }
    const timer = setTimeout(leave, maxWaitMs)
    const waiting: Waiting = {
      bytes,
      letIn() {
        clearTimeout(timer)
        resolve()
      }
    }
    line.add(waiting)
    return { ready: promise, leave }
  }

  return {
    take(bytes) {
      if (line.size > 0 || !fits(bytes)) {
        if (line.size >= maxWaiting) throw tooMany()
        return wait(bytes)
      }
      held += bytes
      return undefined
    },
    add(bytes) {
      held += bytes
    },
    free(bytes) {
      held -= bytes
      letIn()
    },
    get isEmpty() {
      return held === 0 && line.size === 0
    }
  }
}

function tooMany(): BusError {
  return new BusError('BUS_TOO_MANY_REQUESTS', 'requests-waiting', { waitMs: 1000 })
}
