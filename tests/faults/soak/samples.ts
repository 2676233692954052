import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { treeUse } from '#bench/compare/process-tree.ts'
import { sampleOf, scrape } from '../../helpers/scrape.ts'

/** What a process holds at a quiet moment. */
export interface Sample {
  /** Seconds since the soak began. */
  readonly at: number
  /** Which process: each restart begins another. */
  readonly life: number
  readonly rssMb: number
  /** Open files, sockets and the like, without those whose other end a client holds: how many connections it keeps is its own affair. */
  readonly descriptors: number
  readonly walMb: number
  /** Records that the projector has left, while the load runs. */
  readonly lag: number
}

export type Measured = 'rssMb' | 'descriptors' | 'walMb' | 'lag'

const bytesInMb = 1_048_576

export interface ReadOptions {
  readonly pid: number
  readonly folder: string
  /** Where clients connect. */
  readonly port: number
}

export function readProcess({
  pid,
  folder,
  port
}: ReadOptions): Pick<Sample, 'rssMb' | 'descriptors' | 'walMb'> {
  const wal = statSync(join(folder, 'store.sqlite-wal'), { throwIfNoEntry: false })?.size ?? 0
  return {
    rssMb: treeUse(pid).residentBytes / bytesInMb,
    descriptors: readdirSync(`/proc/${pid}/fd`).length - connectionsAt(port),
    walMb: wal / bytesInMb
  }
}

/** Established connections of a local port, by the kernel's table (proc_pid_net(5), `st` 01): one the client has closed is none. */
function connectionsAt(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return ['tcp', 'tcp6']
    .flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').split('\n'))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, here = '', , state]) => here.endsWith(local) && state === '01').length
}

/** The gauge `lienthong_projector_lag`; 0 if the bus is away. */
export async function readLag(managementPort: number): Promise<number> {
  try {
    return sampleOf(await scrape(`http://127.0.0.1:${managementPort}`), 'lienthong_projector_lag') ?? 0
  } catch {
    return 0
  }
}

export interface Slope {
  readonly perHour: number
  readonly standardError: number
  readonly mean: number
}

/** Least squares over time; the standard error takes the samples for independent. */
export function slopeOf(samples: readonly Sample[], what: Measured): Slope {
  const n = samples.length
  const meanOf = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / n
  const hours = samples.map(({ at }) => at / 3600)
  const values = samples.map((sample) => sample[what])
  const [meanX, meanY] = [meanOf(hours), meanOf(values)]
  const spread = hours.reduce((sum, x) => sum + (x - meanX) ** 2, 0)
  const perHour = hours.reduce((sum, x, at) => sum + (x - meanX) * ((values[at] ?? 0) - meanY), 0) / spread
  const left = values.reduce((sum, y, at) => sum + (y - meanY - perHour * ((hours[at] ?? 0) - meanX)) ** 2, 0)
  return { perHour, standardError: Math.sqrt(left / (n - 2) / spread), mean: meanY }
}

/** Whether a slope may be zero: within three standard errors, or less than a hundredth of the mean over the samples. */
export function isLevel({ perHour, standardError, mean }: Slope, hours: number): boolean {
  return perHour <= 3 * standardError || perHour * hours <= mean / 100
}
