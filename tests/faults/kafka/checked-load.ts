import type { Client } from '#client/client.ts'
import type { History } from '../history.ts'
import { historyOf, type Load, pause, startLoad } from '../load.ts'
import { makeProvince, senderCode } from '../province.ts'
import type { Stage } from './stage.ts'
import { checkTopic, proveOnCopy, readTopic, type StoredEvent, type TopicFindings } from './topic-check.ts'

/** A province that sends documents at a steady rate, until all that it saw is compared with topic and inboxes. */
export interface CheckedLoad {
  readonly load: Load
  readonly clients: ReadonlyMap<string, Client>
  readonly sender: Client
  /** The topic's name on the cluster. */
  readonly topic: string
  finish(tell: (line: string) => void): Promise<Checked>
}

export interface Checked {
  readonly history: History
  readonly stored: readonly StoredEvent[]
  readonly findings: TopicFindings
  readonly problems: readonly string[]
}

/** Each of a subject of its own. */
export const lanes = 40
const perSecond = 200
const proofOf = 300
const beginMs = 120_000
const finishMs = 120_000

/** Resolves once some events are acknowledged and the checker has found one that a copy of the topic lacks. */
export async function startCheckedLoad(stage: Stage, folder: string): Promise<CheckedLoad> {
  const { servers, gateway } = stage
  const topic = `${servers.config.namespace}lienthong.document`
  const clients = await makeProvince(gateway, folder)
  const sender = clients.get(senderCode)
  if (!sender) throw new TypeError('the province has a sender')
  const load = startLoad(clients, sender, {
    ...{ lanes, perSecond, attachmentEvery: 50, isPatient: true, keepsEvents: true }
  })
  const until = performance.now() + beginMs
  while (load.acknowledged.length < proofOf) {
    if (performance.now() > until)
      throw new TypeError(`${load.acknowledged.length} acknowledged in ${beginMs} ms`)
    await pause(100)
  }
  const unproved = await proveOnCopy(servers.client, topic, [...load.acknowledged])

  return {
    load,
    clients,
    sender,
    topic,

    async finish(tell) {
      await load.finish(finishMs)
      const history = await historyOf(load, clients)
      const stored = await readTopic(servers.client, topic)
      const findings = checkTopic(load.acknowledged, stored)
      const { lost, reordered, copies } = findings
      tell(
        `topic: records ${stored.length}, of them copies ${copies}, acknowledged and lost ${lost.length}, out of order ${reordered.length}`
      )
      return {
        history,
        stored,
        findings,
        problems: unproved === undefined ? [] : [unproved]
      }
    }
  }
}

/** What of the findings is a fault wherever no topic was deleted. */
export function topicProblems({ lost, reordered }: TopicFindings): readonly string[] {
  return [
    ...(lost.length > 0 ? [`acknowledged and not in the topic: ${lost.length} (first: ${lost[0]})`] : []),
    ...(reordered.length > 0
      ? [`out of order in the topic: ${reordered.length} (first: ${reordered[0]})`]
      : [])
  ]
}
