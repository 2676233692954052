import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startBus } from '#tests/faults/bus-process.ts'
import { keyFileOf, makeProvince, recipientCodes, senderCode, systemOf } from '#tests/faults/province.ts'
import { treeUse } from '../compare/process-tree.ts'
import { quantile } from '../compare/rounds.ts'
import { type Load, type LoadReport, startLoadProcess } from './load.ts'

/**
 * `npm run fairness -- --seconds 60`: one agency sends four times the load that saturates the bus, in signed
 * batches; three others send single events at a steady rate. Compares what the others get with what they
 * get in quiet, which includes as many refused requests of the first agency as it has refused under load.
 * Quiet begins once the bus has done all that it was given before. The bus is pinned to one processor,
 * everything that makes load to another. `--rounds` splits the time into alternating parts; `--batch` sets
 * the size of the batches.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '3' },
    batch: { type: 'string', default: '100' }
  }
})
const roundSeconds = Number(values.seconds) / Number(values.rounds)
const batch = Number(values.batch)
/** Requests per second of each of the others. */
const othersPerSecond = 20
/** Connections that saturate the bus. */
const connections = 8
const say = (line: string): void => void process.stdout.write(`${line}\n`)

execFileSync('taskset', ['-a', '-cp', '0', String(process.pid)], { stdio: 'ignore' })
const folder = mkdtempSync(join(tmpdir(), 'lienthong-fairness-'))
const bus = await startBus({ folder, port: 0, under: ['taskset', '-c', '1'] })
if (!bus) throw new TypeError('the bus did not start')
const [flood, others] = [startLoadProcess(), startLoadProcess()]
try {
  await makeProvince(bus.gateway, folder, { timeoutMs: 60_000 })
  process.exitCode = (await compare()) ? 0 : 1
} finally {
  flood.end()
  others.end()
  bus.kill()
  await bus.ended
  rmSync(folder, { recursive: true, force: true })
}

function senderOf(code: string): Load['senders'][number] {
  return { system: systemOf(code), keyFile: keyFileOf(folder, code) }
}

function runFlood(load: Partial<Load>): Promise<LoadReport> {
  const { gateway: url } = bus as { readonly gateway: string }
  return flood.run({
    ...{ url, senders: [senderOf(senderCode)], recipients: recipientCodes, batch, connections },
    ...{ seconds: roundSeconds },
    ...load
  })
}

function runOthers(): Promise<LoadReport> {
  const { gateway: url } = bus as { readonly gateway: string }
  return others.run({
    ...{ url, senders: recipientCodes.map(senderOf), recipients: [senderCode], batch: 1, connections: 4 },
    ...{ perSecond: othersPerSecond, seconds: roundSeconds }
  })
}

/** Highest resident memory of the bus while something goes on, in megabytes. */
async function peakDuring<T>(work: Promise<T>): Promise<readonly [T, number]> {
  let peak = 0
  const look = setInterval(() => {
    peak = Math.max(peak, treeUse(bus?.pid ?? 0).residentBytes / 1_048_576)
  }, 100)
  try {
    return [await work, peak]
  } finally {
    clearInterval(look)
  }
}

/** Resolves once the bus uses less than a tenth of its processor: what it was given before is in all inboxes. */
async function untilIdle(): Promise<void> {
  for (let used = treeUse(bus?.pid ?? 0).cpuMicros, now = used, isBusy = true; isBusy; used = now) {
    await pause(1000)
    now = treeUse(bus?.pid ?? 0).cpuMicros
    isBusy = now - used > 100_000
  }
}

async function compare(): Promise<boolean> {
  await runOthers() // So that code is compiled.
  const [saturated, saturatedMb] = await peakDuring(runFlood({ seconds: roundSeconds }))
  const saturation = countOf(saturated, '202') / saturated.seconds
  say(
    `saturation: ${(saturation * batch).toFixed(0)} events/s over ${connections} connections, peak ${saturatedMb.toFixed(0)} MB`
  )
  const overload = { connections: 4 * connections, perSecond: 4 * saturation }
  const probe = await runFlood({ ...overload, seconds: 10 })
  const refusedPerSecond = (answersOf(probe) - countOf(probe, '202')) / probe.seconds

  const quiet: LoadReport[] = []
  const loaded: LoadReport[] = []
  const floods: LoadReport[] = []
  let loadedMb = 0
  for (let round = 0; round < Number(values.rounds); round += 1) {
    await untilIdle()
    const refusals =
      refusedPerSecond > 0
        ? runFlood({ connections, perSecond: refusedPerSecond, isRefused: true })
        : undefined
    quiet.push(await runOthers())
    await refusals
    const [[theirs, flooded], peak] = await peakDuring(Promise.all([runOthers(), runFlood(overload)]))
    loaded.push(theirs)
    floods.push(flooded)
    loadedMb = Math.max(loadedMb, peak)
  }
  return tell({ quiet, loaded, floods, saturatedMb, loadedMb, refusedPerSecond })
}

interface Measured {
  readonly quiet: readonly LoadReport[]
  readonly loaded: readonly LoadReport[]
  readonly floods: readonly LoadReport[]
  readonly saturatedMb: number
  readonly loadedMb: number
  readonly refusedPerSecond: number
}

function tell({ quiet, loaded, floods, saturatedMb, loadedMb, refusedPerSecond }: Measured): boolean {
  const [quietP99, loadedP99] = [quantileOf(quiet, 0.99), quantileOf(loaded, 0.99)]
  const rate = sumOf(loaded, (one) => countOf(one, '202')) / sumOf(loaded, ({ due }) => due)
  const limit = 1.25 * quietP99 + 5
  const memory = loadedMb / saturatedMb
  say(`the flood's answers: ${JSON.stringify(floods.map(({ statuses }) => statuses))}`)
  say(`refused per second, in quiet too: ${refusedPerSecond.toFixed(1)}`)
  for (const [name, reports] of [
    ['quiet', quiet],
    ['under load', loaded]
  ] as const) {
    const times = [0.5, 0.9, 0.99, 1].map((part) => quantileOf(reports, part).toFixed(1)).join(' / ')
    say(
      `others ${name}: p50 / p90 / p99 / max ${times} ms, ${JSON.stringify(reports.map(({ statuses }) => statuses))}`
    )
  }
  const verdicts = [
    [`p99 ${loadedP99.toFixed(1)} ms, at most ${limit.toFixed(1)}`, loadedP99 <= limit],
    [`rate ${rate.toFixed(3)}, at least 0.95`, rate >= 0.95],
    [
      `peak memory ${loadedMb.toFixed(0)} MB, ${memory.toFixed(2)} of that at saturation, at most 1.2`,
      memory <= 1.2
    ]
  ] as const
  for (const [what, isSo] of verdicts) say(`${isSo ? 'ok     ' : 'MISSED '} ${what}`)
  return verdicts.every(([, isSo]) => isSo)
}

function countOf({ statuses }: LoadReport, status: string): number {
  return statuses[status] ?? 0
}

function answersOf({ statuses }: LoadReport): number {
  return Object.values(statuses).reduce((sum, count) => sum + count, 0)
}

function sumOf(reports: readonly LoadReport[], of: (report: LoadReport) => number): number {
  return reports.reduce((sum, report) => sum + of(report), 0)
}

function quantileOf(reports: readonly LoadReport[], part: number): number {
  return quantile(
    reports.flatMap(({ latencies }) => latencies),
    part
  )
}
