import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { items } from '#connectors/rest/fixtures/settings.ts'
import { type BusProcess, startBus } from '#tests/faults/bus-process.ts'
import { keyFileOf, makeProvince, systemOf } from '#tests/faults/province.ts'
import { writeSettings } from '../http-scene.ts'
import { type MeasureOptions, reported } from '../measure.ts'
import { treeUse } from '../process-tree.ts'
import type { Measured } from '../results.ts'
import { median } from '../rounds.ts'
import { type Outside, startOutside } from './outside.ts'
import { untilSo } from './scene.ts'

/** As many instances as the province has agencies, each with an outside where nothing is new. */
const codes = Array.from({ length: 149 }, (_, index) => `000.${String(index + 1).padStart(3, '0')}.91.H03`)
const pollSeconds = 60
const byte = 1_048_576

/** What the instances cost while nothing happens: two buses of the same agencies at the same time, one without them. */
export async function idleRows(options: MeasureOptions): Promise<readonly Measured[]> {
  const { rows, rounds } = options
  const keys = ['connector-idle-cpu', 'connector-idle-memory'] as const
  const wanted = keys.filter((key) => rows.includes(key))
  if (wanted.length === 0) return []
  const outside = await startOutside()
  try {
    const found: Idle[] = []
    while (found.length < rounds) found.push(await measureIdle(outside))
    const figures = (of: (idle: Idle) => number): number => median(found.map(of))
    const notes = [`${codes.length} instances`, `${figures(({ polls }) => polls)} polls a minute`]
    const cpuMicros = figures((idle) => idle.cpuMicros / idle.polls)
    const values = {
      'connector-idle-cpu': figures((idle) => idle.cpuMicros / (pollSeconds * 10_000)),
      'connector-idle-memory': figures((idle) => idle.bytes / byte)
    }
    return wanted.map((key) => reported(options, { key, value: values[key], cpuMicros, notes }))
  } finally {
    outside.end()
  }
}

/** What the bus with the instances used more than the other one in a minute, and has more of memory after it. */
interface Idle {
  readonly cpuMicros: number
  readonly bytes: number
  readonly polls: number
}

async function measureIdle(outside: Outside): Promise<Idle> {
  const [withThem, without] = [await openIdle(outside), await openIdle(undefined)]
  try {
    await untilSo(async () => (await pollsOf(outside)).every((polls) => polls > 0))
    await pause(pollSeconds * 1000)
    const pids = [withThem.bus.pid, without.bus.pid] as const
    const before = pids.map(treeUse)
    const pollsBefore = sum(await pollsOf(outside))
    await pause(pollSeconds * 1000)
    const [theirs, others] = pids.map(treeUse).map((use, index) => {
      return { cpuMicros: use.cpuMicros - (before[index]?.cpuMicros ?? 0), bytes: use.residentBytes }
    })
    if (!theirs || !others) throw new TypeError('both were measured')
    return {
      cpuMicros: theirs.cpuMicros - others.cpuMicros,
      bytes: theirs.bytes - others.bytes,
      polls: sum(await pollsOf(outside)) - pollsBefore
    }
  } finally {
    await Promise.all([withThem.end(), without.end()])
  }
}

async function openIdle(outside: Outside | undefined): Promise<{ bus: BusProcess; end(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'))
  for (const code of outside ? codes : []) await outside?.behave(code, {})
  const connectors = (outside ? codes : []).map((code, index) => ({
    ...{ name: `idle-${index}`, kind: 'rest', every: `${pollSeconds}s` },
    ...{ system: systemOf(code), keyFile: keyFileOf(folder, code) },
    settings: {
      ...{ baseUrl: outside?.urlOf(code), allowPlainHttp: true, allowPrivateAddresses: true },
      poll: { path: '/records', cursor: { by: 'id', parameter: 'after' }, pageSize: 100, ...items }
    }
  }))
  const bus = await startBus({ folder, port: 0, config: writeSettings(folder, { connectors }) })
  if (!bus) throw new TypeError('the bus did not start')
  await makeProvince(bus.gateway, folder, { codes, timeoutMs: 60_000 })
  const end = async (): Promise<void> => {
    bus.kill()
    await bus.ended
    rmSync(folder, { recursive: true, force: true })
  }
  return { bus, end }
}

async function pollsOf(outside: Outside): Promise<readonly number[]> {
  const seen = await Promise.all(codes.map((code) => outside.seen(code)))
  return seen.map(({ polls }) => polls)
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
