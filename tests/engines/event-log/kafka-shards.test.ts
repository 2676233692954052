import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { EachBatchPayload } from 'kafkajs'
import { createShardReader } from '#engines/event-log/kafka/read-shards.ts'
import { createLogger } from '#engines/telemetry/logger.ts'

const shard = 'lienthong.document/0'

/** A reader whose consumer does as told, on a partition that begins at `start` and ends at 10. */
function openReader(t: TestContext, { start = 0, hasCrashed = false, positionOf = async () => 5 }) {
  const extent = { start, end: 10 }
  const states: unknown[] = []
  const taken: number[] = []
  const steer = (): void => {
    if (hasCrashed) throw new Error('Consumer group was not initialized, consumer#run must be called first')
  }
  const reader = createShardReader({
    consumer: { seek: steer, pause: steer, resume: steer },
    offsets: {
      extents: async () => new Map([[shard, extent]]),
      ends: async () => new Map([[shard, extent.end]])
    },
    check: () => {},
    namespace: '',
    logger: createLogger({ level: 'silent' }),
    positionOf,
    reader: async (records) => void taken.push(...records.map(({ offset }) => offset)),
    onState: (fault) => states.push(fault)
  })
  t.after(() => reader.close())
  return { reader, states, taken, extent }
}

/** A batch of one record that was fetched from its own offset. */
function batchAt(offset: string): EachBatchPayload {
  const batch = {
    topic: 'lienthong.document',
    partition: 0,
    fetchedOffset: offset,
    messages: [{ offset, key: null, value: null, headers: {} }],
    lastOffset: () => offset
  }
  return {
    batch,
    resolveOffset: () => {},
    heartbeat: async () => {},
    isRunning: () => true,
    isStale: () => false
  } as unknown as EachBatchPayload
}

it('a position that retention overtakes while it is read from stops the reading, and nothing is passed over', async (t) => {
  const { reader, states, taken, extent } = openReader(t, {})
  reader.assigned([shard])
  await reader.eachBatch(batchAt('5'))
  assert.deepEqual(taken, [5])
  extent.start = 8
  for (let tries = 0; tries < 4; tries += 1) await reader.eachBatch(batchAt('8'))
  assert.deepEqual(taken, [5])
  assert.match(String(states.at(-1)), /retention|first|8/)
})

it('records that kafkajs passes over, since they say nothing, do not stop a partition', async (t) => {
  const { reader, taken } = openReader(t, {})
  reader.assigned([shard])
  for (let tries = 0; tries < 3; tries += 1) await reader.eachBatch(batchAt('8'))
  assert.deepEqual(taken, [8])
})

it('a consumer that has crashed and not said so yet ends no process', async (t) => {
  const { reader, states } = openReader(t, {
    hasCrashed: true,
    positionOf: async () => Promise.reject(new TypeError('the database is away'))
  })
  reader.assigned([shard])
  for (let tries = 0; states.length < 2; tries += 1) {
    assert.ok(tries < 200, 'it is not begun again')
    await pause(20)
  }
  const other = openReader(t, { hasCrashed: true })
  other.reader.assigned([shard])
  await pause(0)
})

it('a consumer that joins after it was given up does not keep its partitions', async (t) => {
  const { reader, taken } = openReader(t, {})
  reader.assigned([shard])
  await reader.close()
  await assert.rejects(async () => reader.eachBatch(batchAt('5')), { name: 'KafkaJSNonRetriableError' })
  assert.deepEqual(taken, [])
})
