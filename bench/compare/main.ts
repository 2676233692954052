import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isInstalled, postgresFolder } from '#tests/helpers/servers/installed.ts'
import { measureConnectors } from './connectors/measure-connectors.ts'
import { runDecade, runGrowth, runMemory } from './long-runs.ts'
import { type MeasureOptions, measureRows } from './measure.ts'
import { measureOneFile } from './measure-one-file.ts'
import { writePage } from './page.ts'
import { type Measured, type RunName, thisMachine, writeRun } from './results.ts'
import { decadeEvents, growthEvents, memoryEvents, type RowKey, rows } from './rows.ts'

/**
 * `npm run bench`: measures the rows of the table and writes docs/performance.md. `--rows plain,kafka`
 * selects rows; `--rounds N` and `--seconds N` (per side and round) change the length. Such a run only
 * prints its result, unless `--out FOLDER` says where to write the page. `npm run bench -- decade`, `--
 * growth --to N`, `-- memory`, `-- connectors` and `-- page` are separate runs; `--events N` shortens the first and
 * third, the other three options the fourth.
 */
const docs = join(import.meta.dirname, '..', '..', 'docs')
const kept = {
  rows: 'rows',
  decade: 'decade',
  growth: 'growth',
  memory: 'memory',
  connectors: 'connectors'
} as const

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    to: { type: 'string', default: String(growthEvents) },
    events: { type: 'string' },
    out: { type: 'string' }
  }
})
const [what = 'rows'] = positionals
const tell = (line: string): void => void process.stdout.write(`${line}\n`)

process.exitCode = await main()

async function main(): Promise<number> {
  if (what === 'page') return page()
  if (!Object.hasOwn(kept, what)) return fail(`one of ${Object.keys(kept).join(', ')}, page`)
  const name = what as RunName
  const measured = await measure(name)
  if (values.out === undefined && isPart()) return 0
  writeRun(folder(), name, { ...facts(), measured })
  return page()
}

function measure(name: RunName): Promise<readonly Measured[]> {
  const events = (usual: number): number => Number(values.events ?? usual)
  const alone = (one: Promise<Measured>): Promise<readonly Measured[]> => one.then((measured) => [measured])
  switch (name) {
    case 'decade':
      return alone(runDecade({ events: events(decadeEvents), tell }))
    case 'growth':
      return alone(runGrowth({ events: Number(values.to), tell }))
    case 'memory':
      return alone(runMemory({ events: events(memoryEvents), tell }))
    case 'rows':
      return inTurn(measureRows, measureOneFile)
    case 'connectors':
      return measureConnectors(ofRows())
  }
}

async function inTurn(...measurers: readonly (typeof measureRows)[]): Promise<readonly Measured[]> {
  const measured: Measured[] = []
  for (const measurer of measurers) measured.push(...(await measurer(ofRows())))
  return measured
}

function ofRows(): MeasureOptions {
  return { rows: wantedRows(), rounds: Number(values.rounds), seconds: Number(values.seconds), tell }
}

function wantedRows(): readonly RowKey[] {
  const known = rows.map(({ key }) => key)
  const wanted = values.rows?.split(',') ?? known
  const unknown = wanted.find((key) => !known.includes(key as RowKey))
  if (unknown !== undefined) throw new TypeError(`no row ${unknown}: ${known.join(', ')}`)
  return wanted as readonly RowKey[]
}

/** Whether less was measured than the target requires. */
function isPart(): boolean {
  const { rows: some, rounds, events, to } = values
  return some !== undefined || events !== undefined || Number(rounds) < 5 || Number(to) < growthEvents
}

function page(): number {
  writePage(
    values.out === undefined ? join(docs, 'performance.md') : join(values.out, 'performance.md'),
    folder()
  )
  return 0
}

function folder(): string {
  return join(values.out ?? docs, 'performance')
}

function facts() {
  const words = process.argv.slice(2).join(' ')
  const versions = join(import.meta.dirname, '..', '..', 'deploy', 'servers', 'versions.json')
  const { kafka } = JSON.parse(readFileSync(versions, 'utf8')) as { readonly kafka: string }
  const postgresql = isInstalled('postgresql')
    ? execFileSync(join(postgresFolder, 'postgres'), ['--version'], { encoding: 'utf8' })
        .split(' ')[2]
        ?.trim()
    : undefined
  return {
    command: `npm run bench${words === '' ? '' : ` -- ${words}`}`,
    date: new Date().toISOString().slice(0, 10),
    machine: thisMachine(),
    node: process.versions.node,
    kafka: isInstalled('kafka') ? kafka : 'not installed',
    postgresql: postgresql ?? 'not installed'
  }
}

function fail(usage: string): number {
  tell(usage)
  return 1
}
