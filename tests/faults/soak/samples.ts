import { readdirSync, statSync } from 'node:fs'
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
  readonly descriptors: number
  readonly walMb: number
  /** Records that the projector has left, while the load runs. */
  readonly lag: number
}

export type Measured = 'rssMb' | 'descriptors' | 'walMb' | 'lag'

const bytesInMb = 1_048_576

export function readProcess(pid: number, folder: string): Pick<Sample, 'rssMb' | 'descriptors' | 'walMb'> {
  const wal = statSync(join(folder, 'store.sqlite-wal'), { throwIfNoEntry: false })?.size ?? 0
  return {
    rssMb: treeUse(pid).residentBytes / bytesInMb,
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    walMb: wal / bytesInMb
  }
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
