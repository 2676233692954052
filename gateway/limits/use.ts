import type { Place, Room } from './room.ts'
import type { Share } from './shares.ts'

/** What one request takes of a share. All of it is given back when its answer is taken, or the caller is gone. */
export interface Use {
  /** Takes memory for its body; resolves once there is some. Throws or rejects with `BUS_TOO_MANY_REQUESTS`. */
  takeBody(bytes: number): Promise<void> | undefined
  /** Takes memory for its answer, the same way. */
  takeAnswer(bytes: number): Promise<void> | undefined
  /** Corrects what was taken for its answer, now that there is one. */
  answer(bytes: number): void
  /** Counts it among those that wait for something new. Throws `BUS_TOO_MANY_REQUESTS`. */
  beginLongPoll(): void
  rateLimit(): string
  /** Calling it twice is harmless. */
  end(): void
}

/** Counts a request in. Throws `BUS_TOO_MANY_REQUESTS`, then nothing is counted. */
export function createUse(share: Share, announcedBytes: number): Use {
  share.begin(announcedBytes)
  const taken = new Map<Room, number>()
  let place: Place | undefined
  let isLongPoll = false
  let hasEnded = false

  const take = (room: Room, bytes: number): Promise<void> | undefined => {
    place = room.take(bytes)
    return place ? place.ready.then(() => keep(room, bytes)) : keep(room, bytes)
  }

  const keep = (room: Room, bytes: number): undefined => {
    if (hasEnded) room.free(bytes)
    else taken.set(room, (taken.get(room) ?? 0) + bytes)
  }

  return {
    takeBody: (bytes) => take(share.bodies, bytes),
    takeAnswer: (bytes) => take(share.answers, bytes),
    answer(bytes) {
      if (hasEnded) return
      const before = taken.get(share.answers) ?? 0
      taken.set(share.answers, bytes)
      share.answers.add(bytes)
      share.answers.free(before)
    },
    beginLongPoll() {
      share.beginLongPoll()
      isLongPoll = true
    },
    rateLimit: () => share.rateLimit(),
    end() {
      if (hasEnded) return
      hasEnded = true
      place?.leave()
      for (const [room, bytes] of taken) room.free(bytes)
      if (isLongPoll) share.endLongPoll()
      share.end()
    }
  }
}
