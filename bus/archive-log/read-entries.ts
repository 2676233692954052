import { setImmediate } from 'node:timers/promises'
import type { ReadOptions } from '#engines/event-log/event-log.ts'
import type { Store } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { backoffMs, pause } from '#protocol/timing/retry.ts'
import type { ArchiveLogTables } from './archive-log-tables.ts'
import { entriesAfter, onlyShard } from './entries.ts'

/** Reads the entries of the log for one reader. */
export interface EntryReader {
  /** Call after each append. */
  wake(): void
  close(): Promise<void>
}

export interface EntryReaderOptions {
  readonly store: Store
  readonly lastPosition: () => number
}

type Page = Awaited<ReturnType<typeof entriesAfter>>

const retryWaits = { firstMs: 100, lastMs: 10_000 }

export function createEntryReader(
  { store, lastPosition }: EntryReaderOptions,
  { positionOf, reader, onState }: ReadOptions
): EntryReader {
  const db = store.reader<ArchiveLogTables>()
  const closing = new AbortController()
  let woken = Promise.withResolvers<void>()

  const positionWithinLog = async (): Promise<number> => {
    const position = await positionOf(onlyShard)
    const last = lastPosition()
    if (position <= last) return position
    throw new BusError('BUS_LOG_UNAVAILABLE', 'position-past-end', { values: { position, last } })
  }

  /** Reads one page ahead while the reader writes the one before. */
  const take = async ({ records, isCut }: Page, position: number): Promise<Page | undefined> => {
    const last = records.at(-1)
    const next = isCut && last ? await entriesAfter(db, last.position) : undefined
    await reader(records, position, () => next?.records)
    return next
  }

  const run = async (): Promise<void> => {
    let position: number | undefined
    let next: Page | undefined
    let failures = 0
    while (!closing.signal.aborted) {
      const waking = woken
      try {
        position ??= await positionWithinLog()
        const page: Page = next ?? (await entriesAfter(db, position))
        next = undefined
        const last = page.records.at(-1)
        if (last && closing.signal.aborted) return
        if (last) {
          next = await take(page, position)
          position = last.position
        }
        if (failures > 0) onState(undefined, onlyShard)
        failures = 0
        if (closing.signal.aborted) return
        if (last) {
          await setImmediate() // Lets other work run during a long catch-up.
          continue
        }
        await waking.promise
        if (woken === waking) woken = Promise.withResolvers()
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
    wake() {
      woken.resolve()
    },
    async close() {
      closing.abort()
      woken.resolve()
      await done
    }
  }
}
