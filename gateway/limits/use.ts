import type { PlaceInLine, Room } from './room.ts'
import type { Share } from './shares.ts'

/** What one request takes of its agency's share. All of it is returned when the response ends or the caller is gone. */
export interface RequestUse {
  /** Counts bytes of a stream that were not announced. Throws `BUS_TOO_MANY_REQUESTS` once they are too many. */
  receive(bytes: number): void
  /** Takes memory for the body; waits until there is room. Rejects with `BUS_TOO_MANY_REQUESTS`. */
  takeBody(bytes: number): Promise<void> | undefined
  /** Takes memory for the answer in the same way; a second call takes more. */
  takeAnswer(bytes: number): Promise<void> | undefined
  /** Replaces what was taken for the answer by its real size. */
  answer(bytes: number): void
  /** Counts the request as one that waits for new events. Throws `BUS_TOO_MANY_REQUESTS`. */
  beginLongPoll(): void
  /** May be called twice. */
  end(): void
}

/** Counts a request. Throws `BUS_TOO_MANY_REQUESTS`; then nothing is counted. */
export function createUse(share: Share, announcedBytes: number): RequestUse {
  share.begin(announcedBytes)
  const taken = new Map<Room, number>()
  let place: PlaceInLine | undefined
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
    receive: (bytes) => share.receive(bytes),
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
      if (hasEnded) return
      share.beginLongPoll()
      isLongPoll = true
    },
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
