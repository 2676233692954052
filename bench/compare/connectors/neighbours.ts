import { execFileSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { recipientCodes, senderCode } from '#tests/faults/province.ts'
import { type MeasureOptions, reported } from '../measure.ts'
import { treeUse } from '../process-tree.ts'
import type { Measured } from '../results.ts'
import { quantile } from '../rounds.ts'
import { type ConnectorScene, openConnectorScene, untilSo } from './scene.ts'

const [one, other, hanging] = recipientCodes
const [failing, flooding, flooded] = ['000.00.95.H03', '000.00.96.H03', '000.00.97.H03'] as const
const codes = [senderCode, ...recipientCodes, failing, flooding, flooded]

const good = ['one', 'other'] as const
const bad = ['hanging', 'failing', 'flooding'] as const
const endless = Number.MAX_SAFE_INTEGER
/** Events per second; each goes to all but the flooded agency. */
const perSecond = 50
/** Until the bad ones are at it. */
const settleMs = 3000

/**
 * Time from when an event is due to be published until the outsides of two good instances have it: with the
 * three bad ones at work, and in quiet, when they are paused. The bus has one processor, all else another.
 */
export async function neighboursRow(options: MeasureOptions): Promise<readonly Measured[]> {
  const { rows, rounds, seconds } = options
  if (!rows.includes('connector-neighbours')) return []
  execFileSync('taskset', ['-a', '-cp', '0', String(process.pid)], { stdio: 'ignore' })
  const scene = await openConnectorScene(
    [
      { name: 'one', code: one },
      { name: 'other', code: other },
      { name: 'hanging', code: hanging, settings: { timeoutMs: 5000 } },
      { name: 'failing', code: failing },
      { name: 'flooding', code: flooding, settings: { recipients: [flooded] } }
    ],
    { codes, under: ['taskset', '-c', '1'] }
  )
  try {
    await scene.outside.behave('hanging', { delayMs: Number.POSITIVE_INFINITY })
    await scene.outside.behave('failing', { status: 503 })
    await scene.outside.behave('flooding', { items: endless })
    const times: Record<'quiet' | 'disturbed', Times[]> = { quiet: [], disturbed: [] }
    for (let round = 0; round <= rounds; round += 1) {
      for (const name of ['quiet', 'disturbed'] as const) {
        for (const instance of bad) await scene.act(name === 'quiet' ? 'pause' : 'resume', instance)
        await pause(settleMs)
        const measured = await measureTimes(scene, seconds)
        if (round > 0) times[name].push(measured)
      }
    }
    return [reported(options, rowOf(times))]
  } finally {
    await scene.end()
    execFileSync('taskset', ['-a', '-cp', '0,1', String(process.pid)], { stdio: 'ignore' })
  }
}

interface Times {
  /** Milliseconds, of each event at each good instance. */
  readonly times: readonly number[]
  readonly cpuMicros: number
  /** Items of the flood that were published per second. */
  readonly flood: number
}

async function measureTimes(scene: ConnectorScene, seconds: number): Promise<Times> {
  const { outside, bus } = scene
  for (const name of good) await outside.behave(name, { timed: true })
  const requests = Math.ceil(seconds * perSecond)
  const before = treeUse(bus.pid).cpuMicros
  const floodBefore = (await outside.seen('flooding')).acknowledged
  const paced = { perSecond, requests, ahead: requests, timed: true }
  const recipients = [one, other, hanging, failing]
  const { sent } = await scene.run({ ...scene.jobOf({ token: 'signed', batch: 1 }), recipients, ...paced })
  const flood = ((await outside.seen('flooding')).acknowledged - floodBefore) / seconds
  const cpuMicros = (treeUse(bus.pid).cpuMicros - before) / requests
  const times: number[] = []
  for (const name of good) {
    await untilSo(async () => (await outside.seen(name)).arrivals.length >= requests)
    const arrivals = new Map((await outside.seen(name)).arrivals)
    times.push(...sent.map(([id, at]) => (arrivals.get(id) ?? Number.NaN) - at))
  }
  return { times, cpuMicros, flood }
}

/** The measured p99 divided by what is allowed. */
function rowOf({ quiet, disturbed }: Readonly<Record<'quiet' | 'disturbed', readonly Times[]>>): Measured {
  const at = (some: readonly Times[], share: number): number =>
    quantile(
      some.flatMap(({ times }) => times),
      share
    )
  const mean = (of: (times: Times) => number): number =>
    disturbed.reduce((sum, times) => sum + of(times), 0) / disturbed.length
  const quantilesOf = (some: readonly Times[]): string => {
    return [0.5, 0.99].map((share) => at(some, share).toFixed(1)).join(' and ')
  }
  return {
    key: 'connector-neighbours',
    value: at(disturbed, 0.99) / (1.25 * at(quiet, 0.99) + 5),
    cpuMicros: mean(({ cpuMicros }) => cpuMicros),
    notes: [
      `p50 and p99 in quiet ${quantilesOf(quiet)} ms, beside the three ${quantilesOf(disturbed)} ms`,
      `${mean(({ flood }) => flood).toFixed(0)} items of the flood a second`
    ]
  }
}
