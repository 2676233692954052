import type { BusEvent } from '#protocol/events/event.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { ProjectedEvent } from './projected-event.ts'

/** What was projected, with the event itself. */
export interface ParsedEvent extends Pick<ProjectedEvent, 'number' | 'recordedTime' | 'grants' | 'body'> {
  readonly event: BusEvent
}

/** An event as a view that follows needs it. */
export interface FollowedEvent extends Pick<ParsedEvent, 'number' | 'event'> {
  /** Milliseconds since the epoch. */
  readonly recordedAt: number
  /** The agencies that may see it, beside its sender, by the state under which it was accepted. */
  readonly mayRead: readonly string[]
}

/**
 * Best-effort cache of the events that this process has just projected, so that a view that follows the projector need
 * not read and parse them again. What is not in it is read from the archive.
 */
export interface JustProjected {
  /** Adds what a transaction has projected. Kept only while somebody takes it. */
  add(events: readonly ParsedEvent[]): void
  /**
   * The consecutive events after a number, at most `limit`, and whether more are here; undefined if the first of them is
   * not. Those up to the number are removed.
   */
  after(
    number: number,
    limit: number
  ): { readonly events: readonly FollowedEvent[]; readonly isCut: boolean } | undefined
}

export interface JustProjectedOptions {
  readonly maxEvents?: number
  /** Bodies together; a character counts as a byte. */
  readonly maxBytes?: number
}

export function createJustProjected(options: JustProjectedOptions = {}): JustProjected {
  const { maxEvents = 2000, maxBytes = 4_194_304 } = options
  let kept: (FollowedEvent & { readonly bytes: number })[] = []
  let bytes = 0
  let isTaken = false

  return {
    add(events) {
      if (!isTaken) return
      for (const { number, event, recordedTime, grants, body } of events) {
        const mayRead = grants.map(({ agency }) => agency)
        kept.push({ number, event, recordedAt: instantMs(recordedTime), mayRead, bytes: body.length })
        bytes += body.length
      }
      if (kept.length <= maxEvents && bytes <= maxBytes) return
      // Whoever took it is behind, or gone: it reads the archive until it asks again.
      kept = []
      bytes = 0
      isTaken = false
    },

    after(number, limit) {
      isTaken = true
      const passed = kept.findIndex((one) => one.number > number)
      const gone = kept.splice(0, passed === -1 ? kept.length : passed)
      for (const one of gone) bytes -= one.bytes
      const some = kept.slice(0, limit)
      const end = some.findIndex((one, index) => one.number !== number + 1 + index)
      const events = end === -1 ? some : some.slice(0, end)
      return events.length === 0 ? undefined : { events, isCut: kept.length > events.length }
    }
  }
}
