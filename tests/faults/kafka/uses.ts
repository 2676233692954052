import { randomUUID } from 'node:crypto'
import { codecs } from '#engines/event-log/kafka/codecs.ts'
import type { KafkaClient } from '#engines/event-log/kafka/connect.ts'
import { createSender } from '#engines/event-log/kafka/send-records.ts'
import { openTopicIds } from '#engines/event-log/kafka/topic-ids.ts'

/** As the bus looks at its topics. */
const lookMs = 2000

/** A record as a writer sends it: `ce_id` is what it is looked for by. */
export interface Message {
  readonly partition: number
  readonly value: Buffer
  readonly headers: { readonly ce_id: string }
}

/** A way of using the client. */
export interface Use {
  readonly name: string
  open(client: KafkaClient, topic: string): Promise<OpenUse>
}

export interface OpenUse {
  /** Sends what a writer has at once, in groups of its own making; tells of each group that was acknowledged. */
  write(messages: readonly Message[], acknowledged: (group: readonly Message[]) => void): Promise<void>
  close(): Promise<void>
}

export const uses: readonly Use[] = [
  ...[false, true].map((idempotent) => ({
    name: `several partitions in one send, idempotent: ${idempotent}`,
    open: (client: KafkaClient, topic: string) =>
      openPlain(client, topic, { idempotent, group: (all) => [all] })
  })),
  ...[false, true].map((idempotent) => ({
    name: `one partition per send, several in flight, idempotent: ${idempotent}`,
    open: (client: KafkaClient, topic: string) => openPlain(client, topic, { idempotent, group: byPartition })
  })),
  ...[false, true].map((idempotent) => ({
    name: `one partition per send, one in flight, idempotent: ${idempotent}`,
    open: (client: KafkaClient, topic: string) =>
      openPlain(client, topic, { idempotent, group: byPartition, isOneInFlight: true })
  })),
  { name: 'as the bus sends', open: openAsTheBus }
]

/** What a writer has at once: an odd number, or the partitioning of retries re-aligns and hides what is lost. */
export function newMessages(partitions: number): readonly Message[] {
  return Array.from({ length: 13 }, () => ({
    partition: Math.floor(Math.random() * partitions),
    value: Buffer.alloc(700, 'x'),
    headers: { ce_id: randomUUID() }
  }))
}

interface PlainOptions {
  readonly idempotent: boolean
  readonly group: (messages: readonly Message[]) => readonly (readonly Message[])[]
  readonly isOneInFlight?: boolean
}

async function openPlain(
  client: KafkaClient,
  topic: string,
  { idempotent, group, isOneInFlight = false }: PlainOptions
): Promise<OpenUse> {
  const producer = client.producer({ idempotent, allowAutoTopicCreation: false })
  await producer.connect()
  const tails = new Map<number, Promise<unknown>>()

  /** After what is in flight to the same partition, where only one may be. */
  const inTurn = (partition: number, send: () => Promise<unknown>): Promise<unknown> => {
    if (!isOneInFlight) return send()
    const mine = (tails.get(partition) ?? Promise.resolve()).then(send)
    tails.set(
      partition,
      mine.catch(() => {})
    )
    return mine
  }

  return {
    async write(messages, acknowledged) {
      const sends = group(messages).map(async (members) => {
        const send = (): Promise<unknown> => producer.send({ topic, messages: [...members], acks: -1 })
        await inTurn(members[0]?.partition ?? 0, send)
        acknowledged(members)
      })
      await Promise.allSettled(sends)
    },
    close: () => producer.disconnect()
  }
}

async function openAsTheBus(client: KafkaClient, topic: string): Promise<OpenUse> {
  const ids = openTopicIds(client)
  let leaders: ReadonlyMap<number, number> = new Map()
  const look = async (): Promise<void> => {
    leaders = (await ids.ask([topic])).get(topic)?.leaders ?? leaders
  }
  await look()
  const looking = setInterval(() => void look().catch(() => {}), lookMs)
  const sender = createSender(client, codecs.none, { leaderOf: ({ partition }) => leaders.get(partition) })
  return {
    async write(messages, acknowledged) {
      const sends = byPartition(messages).map(async (group) => {
        const records = group.map(({ value, headers }) => ({ key: Buffer.alloc(0), value, headers }))
        await sender.send({ topic, partition: group[0]?.partition ?? 0 }, records)
        acknowledged(group)
      })
      await Promise.allSettled(sends)
    },
    async close() {
      clearInterval(looking)
      await ids.close()
      await sender.close()
    }
  }
}

function byPartition(messages: readonly Message[]): readonly (readonly Message[])[] {
  return [...Map.groupBy(messages, ({ partition }) => partition).values()]
}
