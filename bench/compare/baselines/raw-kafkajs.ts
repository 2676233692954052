import kafkajs from 'kafkajs'
import type { MadeRecord } from '../made-records.ts'

/** kafkajs with an idempotent producer as in its documentation: its own batches, one in flight, all replicas. */
export async function openRawKafka(brokers: readonly string[], topic: string) {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING })
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false })
  await producer.connect()
  return {
    append: (batch: readonly MadeRecord[]) =>
      producer.send({
        topic,
        acks: -1,
        messages: batch.map(({ key, value, headers }) => ({
          key: key as Buffer,
          value: value as Buffer,
          headers
        }))
      }),
    close: () => producer.disconnect()
  }
}
