import type { KafkaClient } from '#engines/event-log/kafka/connect.ts'
import type { KafkaBroker } from '../../helpers/servers/kafka.ts'
import { pause } from '../load.ts'
import type { Random } from '../random.ts'
import type { Servers } from './servers.ts'

const recoveryMs = 120_000
const lookMs = 250

/** The broker that leads a partition of the topic, chosen at random. */
export async function leaderOf(
  { client, kafka, partitions }: Pick<Servers, 'client' | 'kafka'> & { readonly partitions: number },
  topic: string,
  random: Random
): Promise<KafkaBroker> {
  const until = performance.now() + recoveryMs
  while (performance.now() < until) {
    const [found] = await partitionsOf(client, [topic]).catch(() => [undefined])
    const partition = random.integer(0, partitions - 1)
    const leader = found?.find(({ partitionId }) => partitionId === partition)?.leader
    const broker = kafka.brokers.find(({ id }) => id === leader)
    if (broker) return broker
    await pause(lookMs)
  }
  throw new TypeError(`no leader after ${recoveryMs} ms`)
}

/** Kills a leader, or pauses it for up to `longestSeconds`, and waits until all copies are in step again. */
export async function breakLeader(
  servers: Servers,
  topic: string,
  { random, longestSeconds }: { readonly random: Random; readonly longestSeconds: number }
): Promise<'killed' | 'paused'> {
  const { partitions } = servers.config
  const broker = await leaderOf({ ...servers, partitions }, topic, random)
  const how = random.pick(['killed', 'paused'] as const)
  if (how === 'killed') {
    await broker.kill()
    await pause(random.integer(500, 8000))
    await startAgain(broker)
  } else {
    await broker.freeze()
    await pause(random.integer(1000, longestSeconds * 1000))
    await broker.thaw()
  }
  await inStep(servers, topic)
  return how
}

/** A busy machine may not have it ready in time. */
export async function startAgain(broker: KafkaBroker, tries = 3): Promise<void> {
  try {
    await broker.start()
  } catch (error) {
    if (tries === 1) throw error
    await startAgain(broker, tries - 1)
  }
}

/** Resolves once every partition's copies are all in step; a second broker is not broken before that. */
export async function inStep(
  { client, kafka }: Pick<Servers, 'client' | 'kafka'>,
  topic: string
): Promise<void> {
  const until = performance.now() + recoveryMs
  while (performance.now() < until) {
    const [partitions] = await partitionsOf(client, [topic]).catch(() => [undefined])
    if (partitions?.every(({ isr }) => isr.length === kafka.brokers.length)) return
    await pause(lookMs)
  }
  throw new TypeError(`copies not in step after ${recoveryMs} ms`)
}

async function partitionsOf(client: KafkaClient, topics: string[]) {
  const admin = client.admin()
  try {
    await admin.connect()
    const { topics: found } = await admin.fetchTopicMetadata({ topics })
    return found.map(({ partitions }) => partitions)
  } finally {
    await admin.disconnect()
  }
}
