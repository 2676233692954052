import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteEventLog } from '#engines/event-log/sqlite/sqlite-event-log.ts'
import { openRawSqlite } from '../baselines/raw-sqlite.ts'
import { measureLanes } from '../lanes.ts'
import { makeRecords } from '../made-records.ts'

/** `append.ts embedded|raw COUNT`: single appends, 64 in flight, to the embedded log or directly to SQLite. */
const [, , side, count = '20000'] = process.argv
const inFlight = 64
const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'))

try {
  const records = makeRecords(Number(count))
  const sample = side === 'raw' ? await raw() : await embedded()
  process.stdout.write(JSON.stringify(sample))

  async function embedded() {
    const log = await openSqliteEventLog({
      folder,
      onFatal: () => process.exit(70)
    })
    const measured = await measureLanes(records, inFlight, (record) => log.append([record]))
    await log.close()
    return measured
  }

  async function raw() {
    const { append, close } = openRawSqlite(folder)
    const measured = await measureLanes(records, inFlight, append)
    await close()
    return measured
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
