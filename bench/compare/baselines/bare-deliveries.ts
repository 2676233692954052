import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
import { createHttpClient } from '#connectors/shared-formats/http/http-client.ts'

const limits = { timeoutMs: 30_000, maxBytes: 65_536, connections: 64, allowPlain: true, allowPrivate: true }

/** Delivers an event: *begun* durable, the request, *done* durable. What gathers in a turn is one transaction. */
export function openBareDeliveries(folder: string, url: string) {
  const db = new DatabaseSync(join(folder, 'bare.sqlite'))
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL')
  db.exec('CREATE TABLE deliveries (id TEXT PRIMARY KEY, begunAt INTEGER NOT NULL, endedAt INTEGER)')
  const begin = db.prepare('INSERT INTO deliveries (begunAt, id) VALUES (?, ?)')
  const end = db.prepare('UPDATE deliveries SET endedAt = ? WHERE id = ?')
  const client = createHttpClient(limits)
  let writes: (() => unknown)[] = []
  let committing: Promise<void> | undefined
  const commit = async (): Promise<void> => {
    await turn()
    const group = writes
    writes = []
    committing = undefined
    db.exec('BEGIN IMMEDIATE')
    for (const write of group) write()
    db.exec('COMMIT')
  }
  const durable = (write: () => unknown): Promise<void> => {
    writes.push(write)
    committing ??= commit()
    return committing
  }
  const headers = { 'content-type': 'application/json' }
  const deliver = async (event: { readonly id: string; readonly text: string }): Promise<void> => {
    await durable(() => begin.run(Date.now(), event.id))
    await client.send({ method: 'POST', url, headers, body: event.text }, new AbortController().signal)
    await durable(() => end.run(Date.now(), event.id))
  }
  return { deliver, close: client.close }
}
