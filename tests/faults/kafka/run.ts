import { type Load, pause } from '../load.ts'
import type { RunOptions, RunResult } from '../run.ts'
import { breakLeader } from './broker-faults.ts'
import { startCheckedLoad, topicProblems } from './checked-load.ts'
import { doOther, otherFaults } from './other-faults.ts'
import { timeOutages } from './outages.ts'
import { onStage, type Stage } from './stage.ts'
import { checkSteps } from './steps-check.ts'

export interface KafkaRunOptions extends Omit<RunOptions, 'rounds'> {
  /** How many times a broker is killed or paused, and how many times something else is done. */
  readonly kills: number
  readonly others: number
}

/** In a run of many kills brokers are paused for up to so long, in a short one for less. */
const pauseSeconds = { long: 30, short: 8 }

/**
 * The bus in several processes, on three brokers and a database, each killed
 * and started again under a steady load.
 */
export function runKafka(options: KafkaRunOptions): Promise<RunResult> {
  return onStage(options.folder, {}, (stage) => runUnderLoad(options, stage))
}

async function runUnderLoad(options: KafkaRunOptions, stage: Stage): Promise<RunResult> {
  const { folder, tell } = options
  const { servers, roles } = stage
  const scene = await startCheckedLoad(stage, folder)
  const { load, sender, topic } = scene
  const done = await doFaults(options, stage, { load, topic })
  const outages = await timeOutages({ servers, sender, tell })

  const { history, findings, problems } = await scene.finish(tell)
  const steps = await checkSteps(servers, tell)
  tell(`attempts that came to nothing: ${format(load.refusals)}`)
  for (const role of roles) tell(`${role.name} ended: ${format(role.exits)}`)
  return { history, done, problems: [...problems, ...outages, ...topicProblems(findings), ...steps] }
}

/** Breaks brokers and does the other things, now and then both at once. */
async function doFaults(
  { kills, others, random, folder, tell }: KafkaRunOptions,
  { servers, roles }: Stage,
  { load, topic }: { readonly load: Load; readonly topic: string }
): Promise<string> {
  const done = new Map<string, number>()
  const longestSeconds = kills > 5 ? pauseSeconds.long : pauseSeconds.short
  const gateways = roles.filter(({ port }) => port > 0)
  const consumers = roles.filter(({ port }) => port === 0)
  const count = (what: string): void => void done.set(what, (done.get(what) ?? 0) + 1)
  let [killsLeft, othersLeft] = [kills, others]

  const breakOne = async (): Promise<void> => {
    killsLeft -= 1
    count(`leader ${await breakLeader(servers, topic, { random, longestSeconds })}`)
  }
  const doOne = async (): Promise<void> => {
    const fault = otherFaults[(others - othersLeft + offset) % otherFaults.length] ?? 'gateway'
    othersLeft -= 1
    await doOther(fault, { servers, gateways, consumers, folder, random })
    count(fault)
  }
  const offset = random.integer(0, otherFaults.length - 1)
  while (killsLeft + othersLeft > 0) {
    const both = killsLeft > 0 && othersLeft > 0 && random.integer(0, 1) === 0
    const isBroker = random.integer(1, killsLeft + othersLeft) <= killsLeft
    const before = load.acknowledged.length
    const beganAt = Date.now()
    await Promise.all([...(both || isBroker ? [breakOne()] : []), ...(both || !isBroker ? [doOne()] : [])])
    await pause(random.integer(500, 2000))
    const seconds = Math.round((Date.now() - beganAt) / 1000)
    const rate = `${load.acknowledged.length - before} acknowledged in ${seconds} s`
    const at = new Date().toISOString().slice(11, 19)
    tell(
      `${at} ${killsLeft} kills and ${othersLeft} others left, ${rate}, ${load.acknowledged.length} in all`
    )
  }
  return `done: ${format(done)}`
}

function format(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([what, count]) => `${what} ${count}`).join(', ') || 'none'
}
