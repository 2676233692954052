import type { LogRecord, NewRecord } from '#engines/event-log/event-log.ts'
import type { CheckedEvent, LoggedEvent } from '#protocol/events/event-stages.ts'

/**
 * Best-effort cache of the events that this process has just appended, so that its projector need not
 * verify and decode them again. An entry is used only for a record that is the same byte for byte; after a
 * miss the record is read like any other.
 */
export interface RecentlyAppended {
  /**
   * Adds an event before its record is appended, since the projector may read the record before the append
   * is answered. The entry stays after a failed append, which may have stored the record all the same.
   */
  keep(record: NewRecord, event: CheckedEvent): void
  /** Returns and removes the entry of exactly this record; undefined for any other record. */
  take(record: LogRecord): LoggedEvent | undefined
  /**
   * Removes an entry whose record was not appended: the log has the event in an earlier record, or another
   * event under its id.
   */
  forget(hash: string): void
}

export interface RecentlyAppendedOptions {
  readonly maxEvents?: number
  /** Records and bodies together; a character counts as a byte. */
  readonly maxBytes?: number
  /** A monotonic clock, in milliseconds. */
  readonly now?: () => number
}

interface Kept {
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly topic: string
  readonly headers: NewRecord['headers']
  readonly event: CheckedEvent & Pick<LoggedEvent, 'receipt'>
  readonly bytes: number
  readonly keptAt: number
}

/** An older entry makes room for a new one: its record was not stored, or another process projects it. */
const keptMs = 5000

/** When the cache is full, new events are not added, since a projector that is behind needs the oldest first. */
export function createRecentlyAppended(options: RecentlyAppendedOptions = {}): RecentlyAppended {
  const { maxEvents = 2000, maxBytes = 8_388_608, now = () => performance.now() } = options
  /** By hash of the event, oldest first. */
  const kept = new Map<string, Kept>()
  let bytes = 0

  const isFullWith = (size: number): boolean => kept.size >= maxEvents || bytes + size > maxBytes

  const forget = (hash: string): void => {
    const known = kept.get(hash)
    if (!known) return
    bytes -= known.bytes
    kept.delete(hash)
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
      return { ...found.event, traceparent }
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
