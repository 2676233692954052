import { freePort } from '#deploy/servers/free-port.ts'
import type { History, Reading } from '../history.ts'
import { type Load, pause, readWhole, startLoad } from '../load.ts'
import { makeProvince, recipientCodes, senderCode } from '../province.ts'
import type { RunOptions, RunResult } from '../run.ts'
import { type Balancer, startBalancer } from './balancer.ts'
import { breakLeader } from './broker-faults.ts'
import { doOther, otherFaults } from './other-faults.ts'
import { timeOutages } from './outages.ts'
import { keepRunning, type RunningRole } from './roles.ts'
import { type Servers, startServers } from './servers.ts'
import { checkSteps } from './steps-check.ts'
import { checkTopic, proveOnCopy, readTopic } from './topic-check.ts'

export interface KafkaRunOptions extends Omit<RunOptions, 'rounds'> {
  /** How many times a broker is killed or paused, and how many times something else is done. */
  readonly kills: number
  readonly others: number
}

/** Of every subject of its own. */
const lanes = 40
const perSecond = 200
const proofOf = 300
/** In a run of many kills brokers are paused for up to so long, in a short one for less. */
const pauseSeconds = { long: 30, short: 8 }
const beginMs = 120_000
const finishMs = 120_000

/**
 * Two gateways behind one address and two consumers, on three brokers and a
 * database, each killed and started again under a steady load.
 */
export async function runKafka(options: KafkaRunOptions): Promise<RunResult> {
  const { folder, tell } = options
  const publicPort = await freePort()
  const servers = await startServers(folder, `http://127.0.0.1:${publicPort}`)
  const roles: RunningRole[] = []
  let balancer: Balancer | undefined
  try {
    tell('servers run')
    const ports = [await freePort(), await freePort()]
    const common = { folder, configFile: servers.configFile }
    for (const [index, port] of ports.entries()) {
      roles.push(await keepRunning({ ...common, role: 'gateway', name: `gateway-${index + 1}`, port }))
    }
    for (const name of ['consumers-1', 'consumers-2']) {
      roles.push(await keepRunning({ ...common, role: 'consumers', name }))
    }
    balancer = await startBalancer(publicPort, ports)
    return await runUnderLoad(options, { servers, roles, gateway: balancer.url })
  } finally {
    await Promise.allSettled(roles.map((role) => role.stop()))
    balancer?.close()
    await servers.end()
  }
}

interface Stage {
  readonly servers: Servers
  readonly roles: readonly RunningRole[]
  readonly gateway: string
}

async function runUnderLoad(options: KafkaRunOptions, stage: Stage): Promise<RunResult> {
  const { folder, tell } = options
  const { servers, roles, gateway } = stage
  const topic = `${servers.config.namespace}lienthong.document`
  const clients = await makeProvince(gateway, folder)
  const sender = clients.get(senderCode)
  if (!sender) throw new TypeError('the province has a sender')
  const load = startLoad(clients, sender, { lanes, perSecond, attachmentEvery: 50, isPatient: true })
  const until = performance.now() + beginMs
  while (load.acknowledged.length < proofOf) {
    if (performance.now() > until)
      throw new TypeError(`${load.acknowledged.length} acknowledged in ${beginMs} ms`)
    await pause(100)
  }

  const problems: string[] = []
  const unproved = await proveOnCopy(servers.client, topic, [...load.acknowledged])
  if (unproved === undefined)
    tell('the checker found the acknowledged record dropped from a copy of the topic')
  else problems.push(unproved)

  const done = await doFaults(options, stage, { load, topic })
  const outages = await timeOutages({ servers, sender, tell })
  problems.push(...outages)

  await load.finish(finishMs)
  const byCursor = [...load.read].map(([recipient, seen]): Reading => ({ recipient, seen }))
  const whole: Reading[] = []
  for (const recipient of recipientCodes) {
    const client = clients.get(recipient)
    whole.push({ recipient, seen: client ? await readWhole(client) : [] })
  }
  const stored = await readTopic(servers.client, topic)
  const { lost, reordered, copies } = checkTopic(load.acknowledged, stored)
  if (lost.length > 0) problems.push(`acknowledged and not in the topic: ${lost.length} (first: ${lost[0]})`)
  if (reordered.length > 0)
    problems.push(`out of order in the topic: ${reordered.length} (first: ${reordered[0]})`)
  tell(
    `topic: records ${stored.length}, of them copies ${copies}, acknowledged and lost ${lost.length}, out of order ${reordered.length}`
  )
  problems.push(...(await checkSteps(servers, tell)))
  tell(`attempts that came to nothing: ${format(load.refusals)}`)
  for (const role of roles) tell(`${role.name} ended: ${format(role.exits)}`)
  const history: History = { acknowledged: load.acknowledged, readings: [...byCursor, ...whole] }
  return { history, done, problems }
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
