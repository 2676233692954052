import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import type { LatencyPoint } from './latency.ts'
import type { Compared } from './rounds.ts'
import type { RowKey } from './rows.ts'

/** A measured row: two sides and their ratio, or a single figure. */
export type Measured = { readonly key: RowKey } & (Compared | Alone)

export interface Alone {
  /** In the row's unit. */
  readonly value: number
  /** Processor time of the bus, microseconds per event. */
  readonly cpuMicros: number
  /** Number of events measured. */
  readonly events?: number
  readonly notes?: readonly string[]
  /** Latency at each rate. */
  readonly points?: readonly LatencyPoint[]
  readonly growth?: readonly GrowthPoint[]
}

/** Processor time per event at a number of stored events, and that of a young bus beside it. */
export interface GrowthPoint {
  readonly stored: number
  readonly cpuMicros: number
  readonly youngMicros: number
}

/** What was measured together: with which command, where and when. */
export interface Run {
  readonly command: string
  readonly date: string
  readonly machine: string
  readonly node: string
  readonly kafka: string
  readonly postgresql: string
  readonly measured: readonly Measured[]
}

export type RunName = 'rows' | 'decade' | 'growth' | 'memory' | 'connectors'
const names: readonly RunName[] = ['rows', 'decade', 'growth', 'memory', 'connectors']

/** The runs stored in a folder; each row is in the last run that measured it. */
export function readRuns(folder: string): readonly Run[] {
  return names.flatMap((name) => runsOf(folder, name))
}

/** Stores a run in place of what earlier ones measured of its rows. */
export function writeRun(folder: string, name: RunName, run: Run): void {
  const again = new Set(run.measured.map(({ key }) => key))
  const earlier = runsOf(folder, name).map((one) => ({
    ...one,
    measured: one.measured.filter(({ key }) => !again.has(key))
  }))
  const runs = [run, ...earlier.filter(({ measured }) => measured.length > 0)]
  mkdirSync(folder, { recursive: true })
  writeFileSync(fileOf(folder, name), `${JSON.stringify(runs, null, 2)}\n`)
}

function runsOf(folder: string, name: RunName): readonly Run[] {
  const file = fileOf(folder, name)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Run[]) : []
}

/** A description of the machine without its name. */
export function thisMachine(): string {
  const [first] = cpus()
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} × ${first?.model ?? 'processor unknown'}, ${gigabytes} GiB, ${process.platform} ${process.arch}`
}

function fileOf(folder: string, name: RunName): string {
  return join(folder, `${name}.json`)
}
