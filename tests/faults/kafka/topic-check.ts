import type { KafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { Acknowledged } from '../history.ts'

/** An event as a topic holds it. */
export interface StoredEvent {
  readonly id: string
  readonly subject: string
  readonly partition: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
}

/** What a topic shows to be broken. */
export interface TopicFindings {
  /** Acknowledged and not in it. */
  readonly lost: readonly string[]
  /** Whose first copy comes before that of one that was acknowledged earlier, of one subject. */
  readonly reordered: readonly string[]
  /** Records beyond the first of their event; readers drop these. */
  readonly copies: number
}

const readMs = 300_000

/** Everything a topic holds up to its end of now, in the order of each partition, read by a client of its own. */
export async function readTopic(kafka: KafkaClient, topic: string): Promise<readonly StoredEvent[]> {
  const admin = kafka.admin()
  await admin.connect()
  const ends = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  const left = new Map(
    ends.flatMap(({ partition, low, high }) => (low === high ? [] : [[partition, Number(high)] as const]))
  )
  const stored: StoredEvent[] = []
  if (left.size === 0) return stored
  const done = Promise.withResolvers<void>()
  const consumer = kafka.consumer({ groupId: `checker-${crypto.randomUUID()}` })
  const reached = new Map<number, number>()
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    if (!restart) done.reject(error) // Where it begins again by itself, it reads again from the beginning.
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message: { offset, key, value, headers = {} } }) => {
      if (Number(offset) <= (reached.get(partition) ?? -1)) return
      reached.set(partition, Number(offset))
      const texts = Object.entries(headers).map(([name, text]) => [name, String(text)])
      const read: Record<string, string> = Object.fromEntries(texts)
      const { ce_id: id = '', ce_subject: subject = '' } = read
      stored.push({ id, subject, partition, key, value, headers: read })
      if (Number(offset) + 1 >= (left.get(partition) ?? 0)) left.delete(partition)
      if (left.size === 0) done.resolve()
    }
  })
  const late = setTimeout(
    () => done.reject(new TypeError(`${topic} not read to its end in ${readMs} ms`)),
    readMs
  )
  try {
    await done.promise
  } finally {
    clearTimeout(late)
    await consumer.disconnect()
  }
  return stored
}

/** Compares what senders were told with what the topic holds. */
export function checkTopic(
  acknowledged: readonly Acknowledged[],
  stored: readonly StoredEvent[]
): TopicFindings {
  const sequences = new Map(acknowledged.map(({ id, sequence }) => [id, sequence]))
  const seen = new Set<string>()
  const reached = new Map<string, number>()
  const reordered: string[] = []
  for (const { id, subject } of stored) {
    if (seen.has(id)) continue
    seen.add(id)
    const sequence = sequences.get(id)
    if (sequence === undefined) continue
    const before = reached.get(subject) ?? -1
    if (sequence < before) reordered.push(id)
    reached.set(subject, Math.max(before, sequence))
  }
  const lost = [...sequences.keys()].filter((id) => !seen.has(id))
  return { lost, reordered, copies: stored.length - seen.size }
}

/**
 * The checker's proof: on a copy of the topic that lacks one acknowledged
 * event it must find that one and no other. Gives what it did wrong, else nothing.
 */
export async function proveOnCopy(
  kafka: KafkaClient,
  topic: string,
  acknowledged: readonly Acknowledged[]
): Promise<string | undefined> {
  const stored = await readTopic(kafka, topic)
  const dropped = acknowledged[Math.floor(acknowledged.length / 2)]?.id
  const copy = `${topic}.copy`
  const admin = kafka.admin()
  await admin.connect()
  const partitions = Math.max(...stored.map(({ partition }) => partition)) + 1
  await admin.createTopics({ topics: [{ topic: copy, numPartitions: partitions }], waitForLeaders: true })
  await admin.disconnect()
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  for (let partition = 0; partition < partitions; partition += 1) {
    const messages = stored.filter((one) => one.partition === partition && one.id !== dropped)
    if (messages.length > 0) await producer.send({ topic: copy, messages, acks: -1 })
  }
  await producer.disconnect()
  const inTopic = checkTopic(acknowledged, stored).lost
  const inCopy = checkTopic(acknowledged, await readTopic(kafka, copy)).lost
  if (inTopic.length > 0) return `the checker misses ${inTopic.length} in the topic itself`
  if (inCopy.length === 1 && inCopy[0] === dropped) return undefined
  return `of a copy without ${dropped} the checker says that it lacks ${inCopy.join(', ') || 'nothing'}`
}
