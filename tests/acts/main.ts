import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { collectCleanups } from '#deploy/servers/cleanup.ts'
import { startPostgres } from '../helpers/servers/postgres.ts'
import { tryInterleavings } from './interleavings.ts'
import { report } from './report.ts'
import { openOneProcess, openTwoProcesses } from './stores.ts'

/**
 * `npm run acts -- --runs N`: tries N random interleavings of control acts on
 * SQLite with one process and on PostgreSQL with two, and holds each to what
 * `interleavings.ts` says. `--seed S` tries the same ones again, `--store
 * sqlite|postgres` only one of the two.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    store: { type: 'string' }
  }
})

const cleanups = collectCleanups()
const engines = {
  sqlite: async () => openOneProcess(cleanups),
  postgres: async () => openTwoProcesses(cleanups, await startPostgres(cleanups))
}
try {
  for (const [name, open] of Object.entries(engines)) {
    if (values.store !== undefined && values.store !== name) continue
    tell(`${name}, seed ${values.seed}`)
    const options = { runs: Number(values.runs), seed: Number(values.seed) }
    for (const line of report(await tryInterleavings({ ...options, stores: await open() }))) tell(`  ${line}`)
  }
} finally {
  await cleanups.end()
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`)
}
