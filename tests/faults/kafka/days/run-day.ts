import { pause } from '../../load.ts'
import type { RunResult } from '../../run.ts'
import { type Checked, type CheckedLoad, startCheckedLoad, topicProblems } from '../checked-load.ts'
import { onStage, type Stage } from '../stage.ts'
import { checkSteps } from '../steps-check.ts'
import type { Day, DayResult, DayStage } from './day.ts'
import { listenTo, unsaid } from './listen.ts'
import { acknowledgedSince, type Standstill, standstills } from './standstill.ts'

export interface DayOptions {
  readonly folder: string
  readonly tell: (line: string) => void
  /** Acknowledged events of the whole run, at the least. */
  readonly events: number
  readonly lastsMs: number
}

const longestStandstillMs = 5000
/** The same load without a fault, before it: what this machine alone makes pause. */
const controlMs = 20_000
const slowestMs = 600_000

/** Runs one day under load, and measures it beside the time before. */
export function runDay(name: string, day: Day, options: DayOptions): Promise<RunResult> {
  return onStage(options.folder, day.serversIn?.(options.folder) ?? {}, (stage) =>
    measure(name, day, options, stage)
  )
}

async function measure(name: string, day: Day, options: DayOptions, stage: Stage): Promise<RunResult> {
  const { folder, tell, events, lastsMs } = options
  const scene = await startCheckedLoad(stage, folder)
  const { load } = scene
  const listener = listenTo(stage.roles)
  const controlFrom = performance.now()
  await pause(Math.min(controlMs, lastsMs))
  const control = [controlFrom, performance.now()] as const
  listener.forget()
  load.forgetRefusals()

  const { partitions } = stage.servers.config
  const until = async (isSo: () => boolean): Promise<number> => {
    const from = performance.now()
    while (!isSo()) {
      if (performance.now() - from > slowestMs) throw new TypeError(`not in ${slowestMs} ms`)
      await pause(20)
    }
    return performance.now() - from
  }
  const acknowledgedMore = async (count: number): Promise<void> => {
    const target = load.acknowledged.length + count
    await until(() => load.acknowledged.length >= target)
  }
  const allPartitions: DayStage['allPartitions'] = () => {
    const since = performance.now()
    return until(() => acknowledgedSince(load, partitions, since).size === partitions)
  }
  const result = await day.happens({
    ...stage,
    ...scene,
    folder,
    tell,
    lastsMs,
    allPartitions
  })
  const fault = [control[1], performance.now()] as const
  const missed = unsaid(day.says, listener.heard())
  await acknowledgedMore(Math.max(100, events - load.acknowledged.length))
  const checked = await scene.finish(tell)
  const steps = await checkSteps(stage.servers, tell)
  const heard = listener.heard()
  listener.close()
  tell(`attempts that came to nothing: ${format(load.refusals)}`)
  tell(`/readyz: ${format(heard.readiness)}`)
  tell(`/alerts: ${format(heard.alerts)}`)
  for (const line of heard.lines) tell(`log, ${line[1]} times: ${line[0]}`)

  const stood = standstills(load, partitions, fault)
  const stoodBefore = standstills(load, partitions, control)
  tell(
    '| day | acknowledged | in the log | in each inbox | lost | twice | out of order | longest standstill of each partition, s (before) | done |'
  )
  tell(`| ${[name, ...counts(checked, scene, result), gaps(stood, stoodBefore), result.done].join(' | ')} |`)
  return {
    history: inOrder(checked, result),
    done: result.done,
    problems: [
      ...checked.problems,
      ...(result.isTopicNew ? [] : [...topicProblems(checked.findings), ...steps]),
      ...(result.problems ?? []),
      ...missed.map((what) => `the bus did not say ${what}`),
      ...missedAgain(checked, result),
      ...tooLong(stood, stoodBefore, result.standstillMs ?? longestStandstillMs)
    ]
  }
}

function counts(
  { history, findings, stored }: Checked,
  { load }: CheckedLoad,
  { isTopicNew, sentAgain }: DayResult
): readonly string[] {
  const inboxes = history.readings.slice(-load.read.size).map(({ seen }) => seen.length)
  const last = history.readings.at(-1)?.seen ?? []
  const seen = new Set(last.map(({ id }) => id))
  const lost = load.acknowledged.filter(({ id }) => !seen.has(id)).length
  return [
    load.acknowledged.length,
    isTopicNew ? `${stored.length} in the new topic` : stored.length,
    [...new Set(inboxes)].join(', '),
    isTopicNew ? lost : Math.max(lost, findings.lost.length),
    last.length - seen.size,
    findings.reordered.filter((id) => !sentAgain?.has(id)).length
  ].map(String)
}

/** The order of events that were sent again is not looked at. */
function inOrder({ history }: Checked, { sentAgain }: DayResult): RunResult['history'] {
  if (!sentAgain) return history
  return { ...history, acknowledged: history.acknowledged.filter(({ id }) => !sentAgain.has(id)) }
}

function missedAgain({ history }: Checked, { sentAgain = new Set() }: DayResult): readonly string[] {
  const seen = new Set(history.readings.at(-1)?.seen.map(({ id }) => id))
  return [...sentAgain].filter((id) => !seen.has(id)).map((id) => `${id}, sent again, is in no inbox`)
}

function gaps(stood: readonly Standstill[], before: readonly Standstill[]): string {
  const seconds = (all: readonly Standstill[]): string =>
    all.map(({ ms }) => (ms / 1000).toFixed(1)).join(' / ')
  return `${seconds(stood)} (${seconds(before)})`
}

/** A machine that paused by itself before the fault is given that time again. */
function tooLong(
  stood: readonly Standstill[],
  before: readonly Standstill[],
  limitMs: number
): readonly string[] {
  const machineMs = Math.max(...before.map(({ ms }) => ms))
  return stood
    .filter(({ ms }) => ms > limitMs + machineMs)
    .map(({ partition, ms }) => `partition ${partition} had nothing acknowledged for ${Math.round(ms)} ms`)
}

function format(all: ReadonlyMap<string, number>): string {
  return [...all].map(([what, count]) => `${what} (${count})`).join('; ') || 'nothing'
}
