import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { everyShard } from '#engines/event-log/event-log.ts'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import { newRecord } from '../../contracts/event-log.contract.ts'
import { kafkaConfig, openKafkaLog, readRecords } from '../../helpers/kafka-log.ts'
import { afterSuite } from '../../helpers/servers/cleanup.ts'
import { type Kafka, startKafka } from '../../helpers/servers/kafka.ts'
import { needsProcesses } from '../../helpers/servers/needs.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const run = promisify(execFile)
const topic = 'lienthong.document'

/** As the attributes of a record batch number them. */
const codecNumbers = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const
type Codec = keyof typeof codecNumbers

describe('what the Kafka event log packs and opens', needsProcesses('kafka', 'kcat'), () => {
  const suite = afterSuite()
  let kafka: Kafka
  before(async () => {
    kafka = await startKafka(suite, { asProcess: true })
  })

  const config = (compression: KafkaConfig['compression'] = 'zstd'): KafkaConfig =>
    kafkaConfig(kafka.bootstrap, { compression })

  /** Of the first batch, as it lies on the broker's disk, where nobody has opened it. */
  const codecOnDisk = (namespace: string): number => {
    const folder = join(kafka.brokers[0]?.data ?? '', `${namespace + topic}-0`)
    const batch = readFileSync(join(folder, '00000000000000000000.log'))
    assert.equal(batch.readInt8(16), 2, 'the form of the batch')
    return batch.readInt16BE(21) & 7
  }

  /** A stranger's client writes the file as one record, or a line a record. */
  const kcat = async ({ namespace }: KafkaConfig, codec: Codec, ...words: readonly string[]) => {
    const settings = [`compression.codec=${codec}`, 'message.max.bytes=900000000', 'linger.ms=500']
    const options = settings.flatMap((setting) => ['-X', setting])
    const to = ['-b', kafka.bootstrap.join(','), '-t', namespace + topic, '-p', '0']
    await run('kcat', ['-P', ...to, ...options, ...words])
  }
  const fileOf = (t: TestContext, content: string): string => {
    const file = join(temporaryFolder(t), 'content')
    writeFileSync(file, content)
    return file
  }

  for (const compression of ['none', 'gzip', 'zstd'] as const) {
    it(`sends what is to be packed by ${compression} so, and reads it back`, async (t) => {
      const settings = config(compression)
      const log = await openKafkaLog(t, settings)
      const value = Buffer.from('Kính gửi Ủy ban nhân dân '.repeat(400))
      const record = newRecord({ value })
      await log.append([record])
      assert.equal(codecOnDisk(settings.namespace), codecNumbers[compression])
      const [read] = await readRecords(t, log, 1)
      assert.deepEqual(Buffer.from(read?.value ?? []), value)
      assert.deepEqual(read?.headers, record.headers)
    })
  }

  for (const codec of ['gzip', 'zstd'] as const) {
    it(`reads what another client packed by ${codec}`, async (t) => {
      const settings = config()
      const log = await openKafkaLog(t, settings)
      const lines = Array.from({ length: 200 }, (_unused, n) => `Số ${n}: ${'x'.repeat(100)}`)
      await kcat(settings, codec, '-l', fileOf(t, lines.join('\n')))
      assert.equal(codecOnDisk(settings.namespace), codecNumbers[codec])
      const read = await readRecords(t, log, lines.length)
      assert.deepEqual(
        read.map(({ value }) => Buffer.from(value).toString()),
        lines
      )
    })

    it(`opens 64 MiB of a batch of ${codec} at the most, and reads on behind it`, async (t) => {
      const settings = config()
      const log = await openKafkaLog(t, settings)
      const bomb = fileOf(t, '')
      truncateSync(bomb, 384 * 1024 * 1024)
      await kcat(settings, codec, bomb)
      await log.append([newRecord({ value: Buffer.from('behind it') })])
      const before = process.resourceUsage().maxRSS
      const read = await readRecords(t, log, 2)
      const grownBy = process.resourceUsage().maxRSS - before
      assert.deepEqual(
        read.map(({ value, offset }) => [offset, Buffer.from(value).toString()]),
        [
          [0, ''],
          [1, 'behind it']
        ]
      )
      assert.ok(grownBy < 250_000, `took ${grownBy} KiB`)
    })
  }

  for (const codec of ['snappy', 'lz4'] as const) {
    it(`reads records packed by ${codec}, which the bus does not, as empty ones`, async (t) => {
      const settings = config()
      const log = await openKafkaLog(t, settings)
      const lines = Array.from({ length: 300 }, () => 'y'.repeat(100))
      await kcat(settings, codec, '-l', fileOf(t, lines.join('\n')))
      assert.equal(codecOnDisk(settings.namespace), codecNumbers[codec])
      await log.append([newRecord({ value: Buffer.from('ours') })])
      const read = await readRecords(t, log, lines.length + 1)
      assert.deepEqual(
        read.map(({ offset }) => offset),
        Array.from({ length: 301 }, (_unused, n) => n)
      )
      assert.equal(Buffer.from(read.at(-1)?.value ?? []).toString(), 'ours')
      assert.ok(read.slice(0, -1).every(({ key, value }) => key.length + value.length === 0))
    })
  }

  it('says that nothing can be read where a batch holds more records than can be', async (t) => {
    const settings = config()
    const log = await openKafkaLog(t, settings)
    const wide = ['batch.num.messages=1000000', 'batch.size=2000000', 'queue.buffering.max.messages=1000000']
    const many = fileOf(t, 'a\n'.repeat(300_000))
    await kcat(settings, 'none', ...wide.flatMap((setting) => ['-X', setting]), '-l', many)
    const message = Promise.withResolvers<unknown>()
    const subscription = log.read({
      group: randomUUID(),
      positionOf: async () => 0,
      reader: async () => {},
      onState: (fault, shard) => shard === everyShard && message.resolve(fault)
    })
    t.after(() => subscription.close())
    assert.ok(await message.promise)
  })

  it('says that nothing can be read while there is no broker, and that it goes on', async (t) => {
    const log = await openKafkaLog(t, config())
    const failing: boolean[] = []
    const stood = Promise.withResolvers<void>()
    const went = Promise.withResolvers<void>()
    const first = Promise.withResolvers<void>()
    const subscription = log.read({
      group: randomUUID(),
      positionOf: async () => 0,
      reader: async () => first.resolve(),
      onState(fault) {
        failing.push(fault !== undefined)
        if (fault === undefined) went.resolve()
        else stood.resolve()
      }
    })
    t.after(() => subscription.close())
    await log.append([newRecord()])
    await first.promise
    failing.length = 0
    await kafka.brokers[0]?.kill()
    await stood.promise
    await kafka.brokers[0]?.start()
    await went.promise
    assert.equal(failing.at(-1), false)
  })
})
