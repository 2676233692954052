import { readdirSync, readFileSync } from 'node:fs'

/** What a process and all it has started have used. */
export interface TreeUse {
  /** Processor time, user and system, microseconds; to a hundredth of a second a process. */
  readonly cpuMicros: number
  /** Resident now, bytes. */
  readonly residentBytes: number
  /** The sum of the most each was resident at any time, bytes: at least what all were at once. */
  readonly peakBytes: number
}

const microsPerTick = 10_000

/** Reads `/proc`. A process that has ended counts nothing. */
export function treeUse(pid: number): TreeUse {
  const uses = treeOf(pid).map(useOf)
  const sumOf = (member: keyof TreeUse): number => uses.reduce((sum, use) => sum + use[member], 0)
  return {
    cpuMicros: sumOf('cpuMicros'),
    residentBytes: sumOf('residentBytes'),
    peakBytes: sumOf('peakBytes')
  }
}

function useOf(pid: number): TreeUse {
  const stat = read(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // A name may hold anything; from the state on nothing does.
  const status = read(`/proc/${pid}/status`)
  return {
    cpuMicros: (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * microsPerTick,
    residentBytes: bytesIn(status, 'VmRSS'),
    peakBytes: bytesIn(status, 'VmHWM')
  }
}

function bytesIn(status: string, name: string): number {
  const [, kilobytes = '0'] = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status) ?? []
  return Number(kilobytes) * 1024
}

function treeOf(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)]
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number)
    )
  } catch {
    return [] // It has ended.
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // It has ended.
  }
}
