import { createRequire } from 'node:module'
import type { Kafka } from 'kafkajs'
import { brokersUnavailable } from './broker-faults.ts'
import { withTimeout } from './with-timeout.ts'

/** A topic as the brokers have it now. */
export interface TopicNow {
  /** The UUID that Kafka gave it when it was created, hex; a topic of the same name that is created later has another. */
  readonly id: string
  readonly partitions: number
  /** Broker that leads each partition. */
  readonly leaders: ReadonlyMap<number, number>
  /** Partitions with copies that are not in step. */
  readonly behind: readonly number[]
}

/** Asks the brokers what their topics are. */
export interface TopicIds {
  /** By name; those that do not exist are left out. Rejects with `BUS_LOG_UNAVAILABLE`. */
  ask(names: readonly string[]): Promise<ReadonlyMap<string, TopicNow>>
  close(): Promise<void>
}

interface Decoder {
  readInt8(): number
  readInt16(): number
  readInt32(): number
  readBytes(length: number): Buffer
  readUVarIntString(): string | null
  readUVarIntArray<T>(item: (decoder: Decoder) => T): readonly T[]
  readTaggedFields(): unknown
}

interface Encoder {
  readonly buffer: Buffer
  writeBoolean(value: boolean): Encoder
  writeBufferInternal(bytes: Buffer): unknown
  writeUVarIntString(text: string): Encoder
  writeUVarIntArray(items: readonly Encoder[]): Encoder
  writeUVarIntBytes(): Encoder
}

/** What kafkajs uses inside and does not export: its clients do not tell topic ids, as it knows Metadata only up to version 6. */
interface Cluster {
  connect(): Promise<void>
  disconnect(): Promise<void>
  readonly brokerPool: {
    findConnectedBroker(): Promise<{ readonly connectionPool: Pool }>
  }
}
interface Pool {
  send(question: { readonly request: object; readonly response: object }): Promise<readonly Answered[]>
}
interface Answered extends TopicNow {
  readonly name: string
  readonly errorCode: number
}

const load = createRequire(import.meta.url)
const DecoderOf = load('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => Decoder
const EncoderOf = load('kafkajs/src/protocol/encoder') as new () => Encoder

const metadataApi = 3
/** Kafka 3.1 and later. */
const version = 12
const anyId = Buffer.alloc(16)
const unknownTopic = 3
const askMs = 2000
const connectMs = 5000

export function openTopicIds(kafka: Kafka): TopicIds {
  let connecting: Promise<Cluster> | undefined

  const connected = (): Promise<Cluster> => {
    connecting ??= connect(kafka)
    return connecting
  }

  const leave = async (): Promise<void> => {
    const left = connecting
    connecting = undefined
    await left?.then((cluster) => cluster.disconnect()).catch(() => {}) // Nothing of ours is in progress.
  }

  const ask = async (names: readonly string[]): Promise<readonly Answered[]> => {
    const { brokerPool } = await connected()
    const { connectionPool } = await brokerPool.findConnectedBroker()
    return connectionPool.send({ request: requestFor(names), response: { decode, parse } })
  }

  return {
    async ask(names) {
      try {
        await withTimeout(connected(), connectMs)
        const found = await withTimeout(ask(names), askMs)
        const failed = found.find(({ errorCode }) => errorCode !== 0 && errorCode !== unknownTopic)
        if (failed) throw brokersUnavailable(new TypeError(`${failed.name}: error ${failed.errorCode}`))
        return new Map(
          found.flatMap(({ name, errorCode, ...now }) => (errorCode === 0 ? [[name, now] as const] : []))
        )
      } catch (error) {
        void leave()
        throw error
      }
    },

    close: () => withTimeout(leave(), askMs).catch(() => {}) // It ends without us.
  }
}

async function connect(kafka: Kafka): Promise<Cluster> {
  const create = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster'
  )
  const clusterOf = (kafka as unknown as Record<symbol, (options: object) => Cluster>)[create ?? Symbol()]
  if (!clusterOf) throw new TypeError('this kafkajs creates its clusters otherwise')
  const cluster = clusterOf({ metadataMaxAge: 0, allowAutoTopicCreation: false })
  await cluster.connect()
  return cluster
}

function requestFor(names: readonly string[]): object {
  const topics = names.map((name) => {
    const topic = new EncoderOf()
    topic.writeBufferInternal(anyId)
    return topic.writeUVarIntString(name).writeUVarIntBytes()
  })
  return {
    apiKey: metadataApi,
    apiVersion: version,
    apiName: 'Metadata',
    encode: async () =>
      new EncoderOf()
        .writeUVarIntBytes() // The header's tagged fields: none.
        .writeUVarIntArray(topics)
        .writeBoolean(false) // Create no topic.
        .writeBoolean(false) // Tell no rights.
        .writeUVarIntBytes()
  }
}

async function decode(bytes: Buffer): Promise<readonly Answered[]> {
  const decoder = new DecoderOf(bytes)
  decoder.readTaggedFields() // The header's.
  decoder.readInt32() // How long to wait.
  decoder.readUVarIntArray(skipBroker)
  decoder.readUVarIntString() // The cluster's id.
  decoder.readInt32() // The controller.
  return decoder.readUVarIntArray(readAnswered)
}

const parse = async (found: readonly Answered[]): Promise<readonly Answered[]> => found

function skipBroker(decoder: Decoder): void {
  decoder.readInt32()
  decoder.readUVarIntString()
  decoder.readInt32()
  decoder.readUVarIntString()
  decoder.readTaggedFields()
}

function readAnswered(decoder: Decoder): Answered {
  const errorCode = decoder.readInt16()
  const name = decoder.readUVarIntString() ?? ''
  const id = decoder.readBytes(anyId.length).toString('hex')
  decoder.readInt8() // Whether it is Kafka's own.
  const partitions = decoder.readUVarIntArray(readPartition)
  decoder.readInt32() // Rights.
  decoder.readTaggedFields()
  const behind = partitions.flatMap(({ index, isBehind }) => (isBehind ? [index] : []))
  const leaders = new Map(partitions.map(({ index, leader }) => [index, leader]))
  return { errorCode, name, id, partitions: partitions.length, leaders, behind }
}

function readPartition(decoder: Decoder) {
  decoder.readInt16() // Whether something is wrong with it.
  const index = decoder.readInt32()
  const leader = decoder.readInt32()
  decoder.readInt32() // The leader's epoch.
  const brokers = (): readonly number[] => decoder.readUVarIntArray((one) => one.readInt32())
  const copies = brokers()
  const inStep = brokers()
  brokers() // Copies on brokers that are away.
  decoder.readTaggedFields()
  return { index, leader, isBehind: inStep.length < copies.length }
}
