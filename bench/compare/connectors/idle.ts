import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { items } from '#connectors/rest/fixtures/settings.ts'
import { type BusProcess, type BusProcessOptions, startBus } from '#tests/faults/bus-process.ts'
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
  const [folder, copy] = await makeFolders()
  for (const code of codes) await outside.behave(code, {})
  const config = writeSettings(folder, { connectors: instancesOf(outside, folder) })
  const buses = [
    await started({ folder, port: 0, config }),
    await started({ folder: copy, port: 0 })
  ] as const
  const uses = () => buses.map(({ pid }) => treeUse(pid))
  try {
    await untilSo(async () => (await pollsOf(outside)).every((polls) => polls > 0))
    await pause(1.5 * pollSeconds * 1000) // Their first polls were at the same time: the minute is to hold one of each.
    const [before, pollsBefore] = [uses(), sum(await pollsOf(outside))]
    await pause(pollSeconds * 1000)
    const [after, pollsAfter] = [uses(), sum(await pollsOf(outside))]
    const [cpuMicros = 0, others = 0] = after.map(
      (use, index) => use.cpuMicros - (before[index]?.cpuMicros ?? 0)
    )
    const [bytes = 0, otherBytes = 0] = after.map(({ residentBytes }) => residentBytes)
    return { cpuMicros: cpuMicros - others, bytes: bytes - otherBytes, polls: pollsAfter - pollsBefore }
  } finally {
    for (const { kill } of buses) kill()
    await Promise.all(buses.map(({ ended }) => ended))
    for (const one of [folder, copy]) rmSync(one, { recursive: true, force: true })
  }
}

/** Two folders of a bus with all agencies. */
async function makeFolders(): Promise<readonly [string, string]> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'))
  const bus = await started({ folder, port: 0 })
  await makeProvince(bus.gateway, folder, { codes, timeoutMs: 60_000 })
  bus.kill()
  await bus.ended
  const copy = mkdtempSync(join(tmpdir(), 'lienthong-bench-'))
  cpSync(folder, copy, { recursive: true })
  return [folder, copy]
}

function instancesOf(outside: Outside, folder: string): readonly object[] {
  return codes.map((code, index) => ({
    ...{ name: `idle-${index}`, kind: 'rest', every: `${pollSeconds}s` },
    ...{ system: systemOf(code), keyFile: keyFileOf(folder, code) },
    settings: {
      ...{ baseUrl: outside.urlOf(code), allowPlainHttp: true, allowPrivateAddresses: true },
      poll: { path: '/records', cursor: { by: 'id', parameter: 'after' }, pageSize: 100, ...items }
    }
  }))
}

async function started(options: BusProcessOptions): Promise<BusProcess> {
  const bus = await startBus(options)
  if (!bus) throw new TypeError('the bus did not start')
  return bus
}

async function pollsOf(outside: Outside): Promise<readonly number[]> {
  const seen = await Promise.all(codes.map((code) => outside.seen(code)))
  return seen.map(({ polls }) => polls)
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
