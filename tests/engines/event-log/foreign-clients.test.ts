import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import type { KafkaConfig } from '#engines/event-log/kafka/kafka-config.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { describeOnServers, type EngineSet } from '../../helpers/engine-sets.ts'
import { afterSuite } from '../../helpers/servers/cleanup.ts'
import { pythonPath } from '../../helpers/servers/installed.ts'
import { needs } from '../../helpers/servers/needs.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { codes, startTestBus, systemOf, type TestBus } from '../../helpers/test-bus.ts'

const run = promisify(execFile)
const count = 24

/** A record as both programs show it. */
interface Shown {
  readonly key: string
  readonly partition: number
  readonly headers: readonly (readonly [string, string])[]
}

interface Line {
  readonly act?: {
    readonly headers: Readonly<Record<string, string>>
    readonly key: string
    readonly body: { readonly act: string; readonly resource: string }
  }
  readonly record?: Shown & {
    readonly expected: number
    readonly magic: number
    readonly schema: string
    readonly data: unknown
    readonly left: number
  }
}

describeOnServers('other Kafka clients', {}, (_servers, engines) => {
  describe('reading what a bus has published', () => readers(engines))
})

function readers(engines: EngineSet): void {
  const suite = afterSuite()
  let bus: TestBus
  let kafka: KafkaConfig
  let published: ReadonlyMap<string, BusEvent>

  before(async () => {
    const folder = temporaryFolder(suite)
    const settings = await engines.settingsFor(folder)
    kafka = (settings.eventLog as { readonly kafka: KafkaConfig }).kafka
    bus = await startTestBus(suite, { folder, settings })
    const events = Array.from({ length: count }, (_unused, n) =>
      bus.document(
        { subject: `${codes.A},2026/11/24,${n}/QĐ-UBND` },
        {
          title: `V/v kiện toàn Ban Chỉ đạo số ${n}: Ơ, Ư, Ắ, Ệ, Ỡ 🇻🇳`,
          trace: [{ organId: codes.A, at: `2026-11-22T03:47:08.0${String(n).padStart(2, '0')}Z` }]
        }
      )
    )
    const results = await bus.clients.A.publish(...events)
    assert.ok(results.every(({ status }) => status === 'accepted'))
    published = new Map(events.map((event) => [event.id, event]))
  })

  const headersOf = ({ headers }: Shown): Readonly<Record<string, string>> => {
    const names = headers.map(([name]) => name)
    assert.equal(new Set(names).size, names.length, 'each header once')
    return Object.fromEntries(headers)
  }

  /** The CloudEvents Kafka binding, binary mode. */
  const isBound = (shown: Shown): BusEvent => {
    const headers = headersOf(shown)
    const event = published.get(headers.ce_id ?? '')
    assert.ok(event, `nobody published ${headers.ce_id}`)
    for (const name of ['id', 'source', 'type', 'specversion', 'time', 'subject', 'recipients', 'nonce']) {
      assert.equal(headers[`ce_${name}`], event[name as keyof BusEvent], name)
    }
    assert.equal(headers.ce_specversion, '1.0')
    assert.equal(headers['content-type'], 'application/avro')
    assert.ok(!('ce_datacontenttype' in headers) && !('ce_data' in headers))
    assert.equal(shown.key, event.subject)
    return event
  }

  it(
    'shows kcat the attributes as headers, the subject as key and the framing of the value',
    needs('kcat'),
    async () => {
      const topic = `${kafka.namespace}lienthong.document`
      const kcat = async (...words: readonly string[]): Promise<string> => {
        const all = ['-C', '-e', '-q', '-b', kafka.brokers.join(','), '-t', topic, ...words]
        return (await run('kcat', all)).stdout
      }
      const stdout = await kcat('-J')
      const shown = stdout
        .trim()
        .split('\n')
        .map((line) => {
          const { key, partition, headers } = JSON.parse(line) as Shown & {
            readonly headers: readonly string[]
          }
          const pairs = Array.from({ length: headers.length / 2 }, (_unused, n) =>
            headers.slice(2 * n, 2 * n + 2)
          )
          return { key, partition, headers: pairs as unknown as Shown['headers'] }
        })
      assert.equal(new Set(shown.map(isBound)).size, count)
      const format = ['-s', 'value=bI', '-f', '%s\n'] // What kcat unpacks by itself: a byte, and a number in network order.
      const framed = await kcat(...format)
      assert.match(framed, /^0\s?[0-9]+/)
    }
  )

  describe('a Python client', needs('confluent-kafka'), () => {
    let message: readonly Line[]
    before(async () => {
      const script = join(import.meta.dirname, 'read_topic.py')
      const { stdout } = await run(
        'python3',
        [script, kafka.brokers.join(','), kafka.namespace, 'document'],
        { env: { ...process.env, PYTHONPATH: pythonPath }, maxBuffer: 64_000_000 }
      )
      message = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Line)
    })
    const records = () => message.flatMap(({ record }) => record ?? [])

    it('reads every event once, by the CloudEvents binding', () => {
      assert.equal(records().length, count)
      assert.equal(new Set(records().map(isBound)).size, count)
    })

    it('decodes the value by its framing and the schema its id names into what was signed', () => {
      for (const record of records()) {
        assert.equal(record.magic, 0)
        assert.equal(record.schema, 'lienthong.document.DocumentIssuedV1')
        assert.deepEqual(record.data, isBound(record).data)
        assert.equal(record.left, 0)
      }
    })

    it('finds each key in the partition that murmur2 of Java and librdkafka gives it', () => {
      const partitions = records().map(({ partition }) => partition)
      assert.deepEqual(
        partitions,
        records().map(({ expected }) => expected)
      )
      assert.ok(new Set(partitions).size > 2, 'keys are spread')
    })

    it('reads along in the activity topic what was done on the bus', () => {
      const acts = message.flatMap(({ act }) => act ?? [])
      assert.deepEqual(
        acts.map(({ headers }) => headers.ce_id),
        acts.map((_act, n) => `act-${n + 1}`)
      )
      for (const { headers, key, body } of acts) {
        assert.deepEqual(
          [headers.ce_type, headers.ce_source, headers.ce_specversion],
          ['bus.act-recorded.v1', '/bus', '1.0']
        )
        assert.equal(headers['content-type'], 'application/json')
        assert.deepEqual([key, headers.ce_subject], [body.resource, body.resource])
      }
      assert.ok(acts.some(({ body }) => body.act === 'system.added' && body.resource === systemOf('A')))
    })
  })
}
