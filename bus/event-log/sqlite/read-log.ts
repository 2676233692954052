import type { DatabaseSync } from 'node:sqlite'
import type { LogRecord, ReadOptions } from '../event-log.ts'

/** One reader's loop over the log. */
export interface LogReader {
  /** Something was appended. */
  wake(): void
  close(): Promise<void>
}

const maxRecords = 500
const maxBytes = 4_194_304
const firstRetryMs = 100
const lastRetryMs = 10_000

export function createLogReader(db: DatabaseSync, { positionOf, reader, onState }: ReadOptions): LogReader {
  const page = db.prepare(
    `SELECT position, topic, partition, "offset", key, value, headers FROM records WHERE position > ? ORDER BY position LIMIT ${maxRecords}`
  )
  const closing = Promise.withResolvers<void>()
  let closed = false
  let woken = Promise.withResolvers<void>()

  const readPage = (after: number): readonly LogRecord[] => {
    const records: LogRecord[] = []
    let bytes = 0
    for (const row of page.iterate(after)) {
      const value = row.value as Uint8Array
      bytes += value.length
      if (records.length > 0 && bytes > maxBytes) break
      records.push({
        position: Number(row.position),
        topic: String(row.topic),
        partition: Number(row.partition),
        offset: Number(row.offset),
        key: row.key as Uint8Array,
        value,
        headers: JSON.parse(String(row.headers)) as Record<string, string>
      })
    }
    return records
  }

  const run = async (): Promise<void> => {
    let position: number | undefined
    let retryMs = firstRetryMs
    while (!closed) {
      try {
        position ??= await positionOf()
        const records = readPage(position)
        const last = records.at(-1)
        if (last) {
          await reader(records)
          position = last.position
          if (retryMs !== firstRetryMs) onState(undefined)
          retryMs = firstRetryMs
          continue
        }
        await woken.promise
        woken = Promise.withResolvers()
      } catch (error) {
        onState(error)
        position = undefined
        await Promise.race([new Promise((resolve) => setTimeout(resolve, retryMs).unref()), closing.promise])
        retryMs = Math.min(retryMs * 2, lastRetryMs)
      }
    }
  }

  const done = run()
  return {
    wake: () => woken.resolve(),
    async close() {
      closed = true
      woken.resolve()
      closing.resolve()
      await done
    }
  }
}
