import { readdirSync, readFileSync } from 'node:fs'

/** Resources used by a process and all its children. */
export interface TreeUse {
  /** Processor time, user and system, in microseconds; exact to a hundredth of a second per process. */
  readonly cpuMicros: number
  /** Resident memory now, in bytes. */
  readonly residentBytes: number
  /** Sum of the peak memory of each process, in bytes: at least the peak of all together. */
  readonly peakBytes: number
}

const microsPerTick = 10_000

/** Reads `/proc`. A process that has ended counts as nothing. */
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
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // The name may contain anything; the fields after it do not.
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
