import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import avsc from 'avsc'

const schemaFile = join(import.meta.dirname, '..', '..', '..', 'schemas', 'document', 'issued.v1.avsc')

/**
 * Reads a log page by page and decodes each record to its JSON text, without checks and state. Returns the
 * number of records.
 */
export function readRaw(file: string): number {
  const type = avsc.Type.forSchema(JSON.parse(readFileSync(schemaFile, 'utf8')))
  const db = new DatabaseSync(file, { readOnly: true })
  const page = db.prepare('SELECT position, topic, value, headers FROM records WHERE position > ? LIMIT 500')
  let read = 0
  let length = 0
  let rows = page.all(0)
  while (rows.length > 0) {
    for (const { topic, value, headers } of rows) {
      if (topic !== 'lienthong.document') continue
      const body = Buffer.from(value as Uint8Array).subarray(5) // After the schema id.
      const event = { ...JSON.parse(String(headers)), data: type.fromBuffer(body) }
      length += JSON.stringify(event).length
      read += 1
    }
    rows = page.all(rows.at(-1)?.position ?? 0)
  }
  db.close()
  if (length === 0) throw new TypeError('nothing was read')
  return read
}
