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

/** The last run of each name stored in a folder. */
export function readRuns(folder: string): ReadonlyMap<RunName, Run> {
  const kept = names.filter((name) => existsSync(fileOf(folder, name)))
  return new Map(kept.map((name) => [name, JSON.parse(readFileSync(fileOf(folder, name), 'utf8')) as Run]))
}

export function writeRun(folder: string, name: RunName, run: Run): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(fileOf(folder, name), `${JSON.stringify(run, null, 2)}\n`)
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
