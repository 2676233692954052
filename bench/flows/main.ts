import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { archiveTables } from '#bus/archive/archive-tables.ts'
import { recipientStatusTables } from '#bus/recipients/recipient-status-tables.ts'
import { flowTables } from '#consumers/flows/flow-tables.ts'
import { inboxTables } from '#consumers/inbox/inbox-tables.ts'
import { openPostgresStore } from '#engines/store/postgres/postgres-store.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { appendingWriter } from '#runtime/appending-writer.ts'
import { tablesOnOneMachine } from '#runtime/tables.ts'
import { postgresConfig, startPostgres } from '#tests/helpers/servers/postgres.ts'
import { type Figure, writeFlowsRun } from '../compare/flows-figures.ts'
import { writePage } from '../compare/page.ts'
import { thisMachine } from '../compare/results.ts'
import { measureCost } from './cost.ts'
import { measureView, type Stores } from './view.ts'

/**
 * `npm run bench:flows -- --steps 1000000 --engine postgres`: fills an archive, makes the view of flows from it,
 * and searches it as an operator and as an agency. `--folder F` keeps the archive on SQLite, and uses it again.
 * `npm run bench:flows -- cost` measures what the view costs a whole bus. `--out docs` writes the figures into
 * docs/performance.md.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string', default: '1000000' },
    engine: { type: 'string', default: 'sqlite' },
    searches: { type: 'string', default: '1000' },
    folder: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    out: { type: 'string' }
  }
})
const [what = 'view'] = positionals
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const ends: (() => unknown)[] = []
const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'lienthong-flows-'))
if (values.folder === undefined) ends.push(() => rmSync(folder, { recursive: true, force: true }))
try {
  const figures = await (what === 'cost' ? cost() : view())
  for (const { what, measured } of figures) say(`${what}: ${measured}`)
  if (values.out !== undefined) write(values.out, figures)
} finally {
  for (const end of ends.toReversed()) await end()
}

function cost(): Promise<readonly Figure[]> {
  return measureCost({ rounds: Number(values.rounds), seconds: Number(values.seconds) })
}

async function view(): Promise<readonly Figure[]> {
  const stores = await openStores()
  ends.push(() => stores.store.close())
  const { engine, steps, searches } = values
  return measureView(stores, { ...{ engine, folder, say }, steps: Number(steps), searches: Number(searches) })
}

async function openStores(): Promise<Stores> {
  if (values.engine === 'sqlite') {
    const own = { parts: tablesOnOneMachine, writer: appendingWriter }
    const store = openSqliteStore({ folder, ...own, onFatal: () => process.exit(70) })
    return { store, workingStore: store }
  }
  const parts = [archiveTables, inboxTables, recipientStatusTables, flowTables]
  const server = await startPostgres(
    { after: (end) => void ends.push(end as () => unknown) },
    { fsync: true, asProcess: true }
  )
  const config = postgresConfig(await server.newDatabase())
  return { store: await openPostgresStore({ config, parts, logger: createLogger({ level: 'error' }) }) }
}

function write(out: string, figures: readonly Figure[]): void {
  const options = { cost: ['rounds', 'seconds'], view: ['steps', 'engine'] }[
    what === 'cost' ? 'cost' : 'view'
  ]
  const words = options.map((name) => `--${name} ${values[name as keyof typeof values]}`)
  const command = `npm run bench:flows -- ${[...positionals, ...words].join(' ')}`
  const date = new Date().toISOString().slice(0, 10)
  writeFlowsRun(join(out, 'performance'), { command, date, machine: thisMachine(), figures })
  writePage(join(out, 'performance.md'), join(out, 'performance'))
}
