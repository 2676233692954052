import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'

/** Delivers an event: *begun* durable, the request, *done* durable. What gathers in a turn is one transaction. */
export function openBareDeliveries<Event extends { readonly id: string }>(
  folder: string,
  send: (event: Event) => Promise<unknown>
) {
  const db = new DatabaseSync(join(folder, 'bare.sqlite'))
  db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL')
  db.exec('CREATE TABLE deliveries (id TEXT PRIMARY KEY, begunAt INTEGER NOT NULL, endedAt INTEGER)')
  const begin = db.prepare('INSERT INTO deliveries (begunAt, id) VALUES (?, ?)')
  const end = db.prepare('UPDATE deliveries SET endedAt = ? WHERE id = ?')
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
  return async (event: Event): Promise<void> => {
    await durable(() => begin.run(Date.now(), event.id))
    await send(event)
    await durable(() => end.run(Date.now(), event.id))
  }
}
