import { BusError } from '#protocol/errors/bus-error.ts'

/** A limit of bytes kept in memory at the same time. A request for more than the limit gets all of it, alone. */
export interface Room {
  /** Takes bytes. Returns undefined if there is room now, otherwise a place in the line. */
  take(bytes: number): PlaceInLine | undefined
  /** Takes bytes that are in memory already, even beyond the limit. */
  add(bytes: number): void
  free(bytes: number): void
  readonly isEmpty: boolean
}

/** A place in the line of those who wait for room, in the order in which they asked. */
export interface PlaceInLine {
  /**
   * Resolves when the bytes are taken. Rejects with `BUS_TOO_MANY_REQUESTS` if too many wait already, after
   * the longest wait, and after `leave`.
   */
  readonly ready: Promise<void>
  leave(): void
}

export interface RoomOptions {
  readonly bytes: number
  readonly maxWaiting: number
  readonly maxWaitMs: number
}

interface WaitingForRoom {
  readonly bytes: number
  readonly letIn: () => void
}

export function createRoom({ bytes: size, maxWaiting, maxWaitMs }: RoomOptions): Room {
  const line = new Set<WaitingForRoom>()
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

  const wait = (bytes: number): PlaceInLine => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting: WaitingForRoom = { bytes, letIn: resolve }
    const leave = (): void => {
      clearTimeout(timer)
      if (!line.delete(waiting)) return
      reject(tooMany())
      letIn()
    }
    const timer = setTimeout(leave, maxWaitMs)
    line.add(waiting)
    return { ready: promise.finally(() => clearTimeout(timer)), leave }
  }

  return {
    take(bytes) {
      if (line.size > 0 || !fits(bytes)) {
        return line.size < maxWaiting ? wait(bytes) : { ready: Promise.reject(tooMany()), leave() {} }
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
