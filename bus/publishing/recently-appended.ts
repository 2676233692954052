import type { LogRecord, NewRecord } from '#engines/event-log/event-log.ts'
import type { LoggedEvent } from '#protocol/events/event-stages.ts'
import { eventOf } from '../archive/archived-event.ts'

/** What its publisher knows of an event: the rest is in the body and the record. */
export type KnownEvent = Omit<LoggedEvent, 'event' | 'traceparent' | 'receipt'>

/**
 * What this process appended a moment ago, so that its projector need not
 * verify and decode it again. It is a saving and nothing rests on it: what is
 * kept is given only for the very record it was kept for, whoever wrote that
 * into the log, and where nothing is given the record is read as any other.
 */
export interface RecentlyAppended {
  /**
   * Keeps an event until its record is read. Called before the append: the
   * reader may be faster than the answer. An append that fails may be stored
   * all the same, so what it would have stored stays.
   */
  keep(record: NewRecord, event: KnownEvent): void
  /** Gives what was kept for this record, byte for byte, and forgets it; undefined for any other record. */
  take(record: LogRecord): LoggedEvent | undefined
  /**
   * Resolves once there is room, at the latest after a moment: whoever publishes
   * faster than it is projected waits for that a little, since a projector that
   * is far behind has to read everything anew and makes both slower.
   */
  room(): Promise<void>
  /** The log did not take the record: it holds the event in another one, or another event under its id. */
  forget(hash: string): void
}

export interface RecentlyAppendedOptions {
  readonly maxEvents?: number
  /** Of records and bodies together, a character counted as a byte. */
  readonly maxBytes?: number
  /** How long publishing may be made to wait for room; 0 where others may be projecting what is kept here. */
  readonly patienceMs?: number
  /** A clock that is never set, in milliseconds. */
  readonly now?: () => number
}

interface Kept {
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly topic: string
  readonly headers: NewRecord['headers']
  readonly event: KnownEvent & Pick<LoggedEvent, 'receipt'>
  readonly bytes: number
  readonly keptAt: number
}

/** What nobody took for so long was not stored, or is another process's to project: it makes room. */
const keptMs = 5000

/**
 * Keeps no more than its bounds allow: where they are reached the newest is not
 * kept, since a projector that is behind takes the oldest first.
 */
export function createRecentlyAppended(options: RecentlyAppendedOptions = {}): RecentlyAppended {
  const { maxEvents = 2000, maxBytes = 8_388_608, patienceMs = 50, now = () => performance.now() } = options
  /** By the event's hash, oldest first. */
  const kept = new Map<string, Kept>()
  let bytes = 0
  let room: PromiseWithResolvers<void> | undefined

  /** So that what is let through together finds room. */
  const isNearlyFull = (): boolean => kept.size > maxEvents * 0.75 || bytes > maxBytes * 0.75
  const isFullWith = (size: number): boolean => kept.size >= maxEvents || bytes + size > maxBytes

  const letThrough = (): void => {
    room?.resolve()
    room = undefined
  }

  const forget = (hash: string): void => {
    bytes -= kept.get(hash)?.bytes ?? 0
    kept.delete(hash)
    if (!isNearlyFull()) letThrough()
  }

  return {
    keep(record, event) {
      const { topic, key, value, headers, hash, receipt } = record
      forget(hash)
      const size = key.length + value.length + lengthOf(headers) + event.body.length
      for (const [oldest, { keptAt }] of kept) {
        if (!isFullWith(size) || now() - keptAt < keptMs) break
        forget(oldest)
      }
      if (isFullWith(size)) return
      bytes += size
      kept.set(hash, {
        topic,
        key,
        value,
        headers,
        event: { ...event, receipt },
        bytes: size,
        keptAt: now()
      })
    },

    take(record) {
      const { bus_hash: hash = '', traceparent } = record.headers
      const found = kept.get(hash)
      if (!found || !isOf(found, record)) return undefined
      forget(hash)
      return { ...found.event, event: eventOf(found.event), traceparent }
    },

    async room() {
      if (patienceMs === 0 || !isNearlyFull()) return
      room ??= Promise.withResolvers()
      const timer = setTimeout(letThrough, patienceMs)
      await room.promise
      clearTimeout(timer)
    },

    forget
  }
}

function isOf({ topic, key, value, headers }: Kept, record: LogRecord): boolean {
  const names = Object.keys(headers)
  return (
    topic === record.topic &&
    Buffer.compare(key, record.key) === 0 &&
    Buffer.compare(value, record.value) === 0 &&
    names.length === Object.keys(record.headers).length &&
    names.every((name) => headers[name] === record.headers[name])
  )
}

function lengthOf(headers: NewRecord['headers']): number {
  return Object.values(headers).reduce((sum, { length }) => sum + length, 0)
}
