import { execFile } from 'node:child_process'
import { applyTopics } from '#engines/event-log/kafka/topics.ts'
import { retry } from '#protocol/timing/retry.ts'
import { lienthong } from '../../bus-process.ts'
import { pause } from '../../load.ts'
import { recipientCodes } from '../../province.ts'
import { lanes } from '../checked-load.ts'
import type { Day } from './day.ts'

const document = 'lienthong.document'

/**
 * The topic of documents is deleted, on brokers that create topics by themselves, and created again; its id is another
 * then. Nothing is accepted in between, inboxes stay readable, and the operator's command goes on with the new topic.
 */
export const topicDeleted: Day = {
  serversIn: () => ({ kafka: { settings: { 'auto.create.topics.enable': 'true' } } }),
  says: [
    /^gateway event log: .*does not exist any more/,
    /^gateway event log: .*deleted and created again/,
    /^consumers: writing and reading the event log are stopped/
  ],

  async happens({ servers, topic, clients, load, sender, lastsMs, allPartitions, tell }) {
    const problems: string[] = []
    const { client, config, configFile } = servers
    const admin = client.admin()
    await admin.connect()
    await admin.deleteTopics({ topics: [topic] })
    const refusedFrom = load.acknowledged.length + lanes
    const until = performance.now() + lastsMs
    while (performance.now() < until) {
      const page = await clients.get(recipientCodes[0])?.page({ limit: 1 })
      if (page?.events.length !== 1) problems.push('an inbox could not be read while the topic was away')
      await pause(500)
    }
    if ((await admin.listTopics()).includes(topic)) problems.push('the topic was created by itself')
    if (load.acknowledged.length > refusedFrom) problems.push('acknowledged while there was no topic')

    await applyTopics({ kafka: client, config, topics: [document] })
    const anewFrom = load.acknowledged.length
    await pause(Math.min(lastsMs, 10_000))
    const anew = load.acknowledged.length - anewFrom
    if (anew > 0) problems.push(`acknowledged before the new topic was accepted: ${anew}`)
    await admin.disconnect()

    const stdout = await accept(configFile)
    tell(stdout)
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, { id?: string }>)
    const named = new Set(lines.flatMap(({ missing }) => (missing?.id === undefined ? [] : [missing.id])))
    const backMs = await allPartitions()
    const receipts = new Map(load.acknowledged.map(({ id, receipt }) => [id, receipt]))
    for (const id of named) {
      const event = load.sent.get(id)
      const [result] = event ? await sender.publish(event) : []
      const receipt = `${result?.receipt?.index} ${result?.receipt?.token}`
      if (receipt !== receipts.get(id)) problems.push(`${id}, sent again, has not the receipt it had`)
    }
    return {
      done: `${document} away for ${lastsMs / 1000} s; ${named.size} accepted events named as missing and sent again; back ${(backMs / 1000).toFixed(1)} s after it was accepted`,
      problems,
      sentAgain: named,
      isTopicNew: true,
      standstillMs: Number.POSITIVE_INFINITY
    }
  }
}

/**
 * What the operator's command prints, as far as it says what is missing: it is run again while the brokers do not know
 * the new topic everywhere yet, or the consumers have not read all of it.
 */
function accept(configFile: string): Promise<string> {
  const [program = '', ...words] = lienthong
  const command = [...words, 'topics', 'accept', document, '--config', configFile, '--json']
  const runOnce = async (): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>()
    execFile(program, command, (_error, stdout, stderr) => resolve(stdout + stderr))
    const printed = await promise
    if (!/^\{"(?:none|resend)":/m.test(printed)) throw new TypeError(printed)
    return printed
  }
  return retry(runOnce, { waitMs: () => 2000, longestMs: 300_000 })
}
