import type { Client } from '#client/client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import { newEvent } from '#client/new-event.ts'
import { exampleDocument, pause } from '../load.ts'
import { recipientCodes } from '../province.ts'
import { startAgain } from './broker-faults.ts'
import type { Servers } from './servers.ts'

export interface OutagesOptions {
  readonly servers: Servers
  readonly sender: Client
  readonly tell: (line: string) => void
}

interface Outage {
  readonly name: string
  readonly begin: () => unknown
  readonly end: () => unknown
  /** How soon events are to be acknowledged after it. */
  readonly recoveryMs: number
}

const refusalMs = 2000
/** A busy machine is slower than the promise; what is slower than this is a fault. */
const leniency = 2
const lastsMs = 5000
/** Past every recovery: nothing is coming. */
const longestMs = 120_000
const probes = 6

/** Takes the database and the brokers away under load; tells how soon the bus refuses, and is back. Gives what was too slow. */
export async function timeOutages({ servers, sender, tell }: OutagesOptions): Promise<readonly string[]> {
  const { kafka, postgres } = servers
  const outages: readonly Outage[] = [
    {
      name: 'PostgreSQL killed',
      begin: () => postgres.stop('SIGKILL'),
      end: () => postgres.start(),
      recoveryMs: 5000
    },
    {
      name: 'PostgreSQL frozen',
      begin: () => postgres.signal('SIGSTOP'),
      end: () => postgres.signal('SIGCONT'),
      recoveryMs: 5000
    },
    {
      name: 'all brokers frozen',
      begin: () => Promise.all(kafka.brokers.map((broker) => broker.freeze())),
      end: () => Promise.all(kafka.brokers.map((broker) => broker.thaw())),
      recoveryMs: 30_000
    },
    {
      name: 'all brokers killed',
      begin: () => Promise.all(kafka.brokers.map((broker) => broker.kill())),
      end: () => Promise.all(kafka.brokers.map((broker) => startAgain(broker))),
      recoveryMs: 30_000
    }
  ]
  const problems: string[] = []
  for (const outage of outages) problems.push(...(await timeOutage(outage, sender, tell)))
  return problems
}

async function timeOutage(
  { name, begin, end, recoveryMs }: Outage,
  sender: Client,
  tell: OutagesOptions['tell']
): Promise<readonly string[]> {
  if (!(await isAcknowledged(sender))) return [`${name}: not begun, as nothing is acknowledged`]
  await begin()
  const until = performance.now() + lastsMs
  let slowestMs = 0
  let acknowledged = 0
  for (let probe = 0; probe < probes || performance.now() < until; probe += 1) {
    const beganAt = performance.now()
    const status = await statusOf(sender)
    slowestMs = Math.max(slowestMs, performance.now() - beganAt)
    if (status === 202) acknowledged += 1
    await pause(100)
  }
  await end()
  const endedAt = performance.now()
  const isBack = await isAcknowledged(sender)
  const backMs = performance.now() - endedAt
  const back = isBack
    ? `back ${Math.round(backMs)} ms after it`
    : `not back ${Math.round(backMs)} ms after it`
  const said = `refused within ${Math.round(slowestMs)} ms, ${back}`
  tell(`${name}: ${said}`)
  return [
    ...(acknowledged > 0 ? [`${name}: ${acknowledged} acknowledged all the same`] : []),
    ...(slowestMs > refusalMs * leniency || backMs > recoveryMs * leniency || !isBack
      ? [`${name}: ${said}`]
      : [])
  ]
}

/** Tries until one is, for as long as an outage may take to be got over. */
async function isAcknowledged(sender: Client): Promise<boolean> {
  const until = performance.now() + longestMs
  while ((await statusOf(sender)) !== 202) {
    if (performance.now() > until) return false
    await pause(100)
  }
  return true
}

/** Publishes an event of its own; 0 where there was no answer. */
async function statusOf(sender: Client): Promise<number> {
  const { system } = sender
  const draft = { type: 'document.issued.v1', subject: 'outages', recipients: recipientCodes }
  try {
    await sender.publish(
      newEvent(system, { ...draft, data: { ...exampleDocument, documentId: draft.subject } })
    )
    return 202
  } catch (error) {
    return error instanceof GatewayError ? error.problem.status : 0
  }
}
