import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { Client as Database } from 'pg'
import type { Client } from '#client/client.ts'
import { newEvent } from '#client/new-event.ts'

const atOnce = 100
type Person = Readonly<Record<'staffNumber' | 'fullName' | 'unit' | 'position', string>>

/** Reads a list with `csv-parse`, and publishes those who are new as signed batches. */
export async function publishList(client: Client, path: string, known: Set<string>): Promise<number> {
  const rows = parse(readFileSync(path), { from_line: 2 }) as string[][]
  const people = rows.map(([staffNumber = '', fullName = '', unit = '', position = '']) => {
    return { staffNumber, fullName, unit, position }
  })
  const joined = people.filter(({ staffNumber }) => !known.has(staffNumber))
  for (let at = 0; at < joined.length; at += atOnce) await publish(client, joined.slice(at, at + atOnce))
  for (const { staffNumber } of joined) known.add(staffNumber)
  return joined.length
}

/** Reads the outbox with `pg`, publishes whom it names as signed batches, and marks each batch as taken. */
export async function publishOutbox(client: Client, url: string): Promise<number> {
  const database = new Database({ connectionString: url })
  await database.connect()
  for (let count = 0; ; ) {
    const { rows } = await database.query(
      `SELECT o.id, s.staff_number AS "staffNumber", full_name AS "fullName", unit, position
       FROM lienthong.staff_outbox o JOIN lienthong.staff s USING (staff_number)
       WHERE taken_at IS NULL ORDER BY o.id LIMIT ${atOnce}`
    )
    if (rows.length > 0) await publish(client, rows)
    const ids = rows.map(({ id }) => id)
    await database.query('UPDATE lienthong.staff_outbox SET taken_at = now() WHERE id = ANY($1)', [ids])
    count += rows.length
    if (rows.length < atOnce) return database.end().then(() => count)
  }
}

async function publish(client: Client, people: readonly Person[]): Promise<void> {
  const events = people.map(({ staffNumber, fullName, unit, position }) => {
    const data = { staffNumber, fullName, unit, position, effectiveDate: '2026-01-05' }
    return newEvent(client.system, { type: 'account.opened.v1', subject: staffNumber, data })
  })
  await client.publish(...events)
}
