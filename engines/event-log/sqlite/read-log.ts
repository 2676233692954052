import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { BusError } from '#protocol/errors/bus-error.ts'
import { backoffMs, pause } from '#protocol/timing/retry.ts'
import type { LogRecord, ReadOptions } from '../event-log.ts'
import { lastPositionSql } from './log-file.ts'
import { onlyShard, recordsSql, toLogRecord } from './rows.ts'

/** Reads the log for one reader. */
export interface LogReader {
  /** Call after each append. */
  wake(): void
  close(): Promise<void>
}

/** Consecutive records, and whether the page has reached its size limit. */
interface Page {
  readonly records: readonly LogRecord[]
  readonly isFull: boolean
}

const maxRecords = 500
const maxBytes = 4_194_304
const retryWaits = { firstMs: 100, lastMs: 10_000 }
/** Readers also look at this interval, in case a wake is lost. */
const lookMs = 5000

export function createLogReader(db: DatabaseSync, { positionOf, reader, onState }: ReadOptions): LogReader {
  const page = db.prepare(`${recordsSql} WHERE position > ? ORDER BY position LIMIT ${maxRecords}`)
  const end = db.prepare(lastPositionSql)
  const closing = new AbortController()
  let woken = Promise.withResolvers<void>()

  const positionWithinLog = async (): Promise<number> => {
    const position = await positionOf(onlyShard)
    const last = Number(end.get()?.last ?? 0)
    if (position <= last) return position
    throw new BusError('BUS_LOG_UNAVAILABLE', 'position-past-end', { values: { position, last } })
  }

  const readPage = (after: number): Page => {
    const records: LogRecord[] = []
    let bytes = 0
    for (const row of page.iterate(after)) {
      bytes += (row.value as Uint8Array).length + String(row.headers).length
      if (records.length > 0 && bytes > maxBytes) return { records, isFull: true }
      records.push(toLogRecord(row))
    }
    return { records, isFull: records.length === maxRecords }
  }

  /** Resolves after a wake or after `lookMs`; at once while closing. */
  const somethingNew = async (): Promise<void> => {
    const look = new AbortController()
    await Promise.race([woken.promise, pause(lookMs, { signal: look.signal, unref: true })])
    look.abort()
    woken = Promise.withResolvers()
  }

  const run = async (): Promise<void> => {
    let position: number | undefined
    let next: Page | undefined
    let failures = 0
    const goesOn = (): void => {
      if (failures > 0) onState(undefined, onlyShard)
      failures = 0
    }
    while (!closing.signal.aborted) {
      try {
        position ??= await positionWithinLog()
        const { records, isFull } = next ?? readPage(position)
        next = undefined
        const last = records.at(-1)
        if (last) {
          await reader(records, position, () => {
            if (isFull) next ??= readPage(last.position) // After a page that is not full, more may be appended.
            return next?.records
          })
          position = last.position
        }
        goesOn()
        if (closing.signal.aborted) return
        if (last)
          await setImmediate() // Lets other work run during a long catch-up.
        else await somethingNew()
      } catch (error) {
        onState(error, onlyShard)
        position = undefined
        next = undefined
        await pause(backoffMs(failures, retryWaits), { signal: closing.signal, unref: true })
        failures += 1
      }
    }
  }

  const done = run()
  return {
    wake: () => woken.resolve(),
    async close() {
      closing.abort()
      woken.resolve()
      await done
    }
  }
}
