import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import fc from 'fast-check'
import { type ControlState, emptyControlState } from '#bus/control/control-state.ts'
import { createTurns } from '#bus/fair-use/turns.ts'
import { createAppendQueue } from '#bus/publishing/append-queue.ts'
import { createPublishing } from '#bus/publishing/publish.ts'
import { createRecentlyAppended } from '#bus/publishing/recently-appended.ts'
import { createEventTypes } from '#bus/registry/event-types.ts'
import { applyRegistration } from '#bus/registry/registry-state.ts'
import { createProjection } from '#consumers/projector/project-records.ts'
import type { LogRecord, NewRecord } from '#engines/event-log/event-log.ts'
import { endlessSpace } from '#engines/store/disk-space.ts'
import { noTracing } from '#engines/telemetry/tracing.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { LoggedEvent, SentEvent } from '#protocol/events/event-stages.ts'
import { subjectOfType } from '#protocol/events/event-subjects.ts'
import { writeEvent } from '#protocol/events/hash.ts'
import type { StrictJson } from '#protocol/events/json.ts'
import type { PayloadCodec } from '#protocol/events/payload-codec.ts'
import { strictJson } from '#protocol/events/strict-json.ts'
import { importSigningKey } from '#protocol/trust/jwk.ts'
import { signReceipts } from '#protocol/trust/receipt.ts'
import { busPublicJwk, schemas } from '../../fuzz/avro-records.ts'
import { derivedKey } from '../../fuzz/derived-keys.ts'
import { documentOf } from '../../fuzz/token-makers.ts'
import { namedPayload } from '../../helpers/named-payload.ts'
import { openArchiveLogIn } from '../../helpers/open-archive-log.ts'
import { payloadArbitrary } from '../../helpers/payload-arbitrary.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { codes, systemOf } from '../../helpers/test-bus.ts'

const attributes = [
  {},
  { datacontenttype: 'application/json', correlationid: 'Đã đến, "2026"', ghichu: 'Đợi' },
  { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
  { expirytime: null, correlationid: null, traceparent: null, sequence: 5, urgent: true }
]
const signature = { token: 'a.b.c', index: 1, size: 2, path: ['A'.repeat(43)] }

type Sent = Pick<SentEvent, 'value' | 'signature'>

/** Events of every schema, with and without what is optional. */
const events: readonly Sent[] = schemas.flatMap(({ type, id, codec }) =>
  fc.sample(payloadArbitrary(codec.shape), { seed: id, numRuns: 6 }).map((data, index) => ({
    value: named(codec, {
      ...documentOf('A', `own-${id}-${index}`),
      ...attributes[index % attributes.length],
      type,
      data
    }),
    signature: index % 2 === 0 ? signature : undefined
  }))
)

function named({ shape }: PayloadCodec, event: object): StrictJson {
  const { subject, data } = event as BusEvent
  return strictJson({ ...event, data: namedPayload(shape, data, { sender: codes.A, subject }) })
}

describe('the projector, of records that its own process appended', () => {
  it('makes the same of what was kept as of what it reads anew', async (t) => {
    const { publish, read, project } = await openParts(t)
    const results = await publish(events)
    assert.deepEqual(new Set(results.map(({ status }) => status)), new Set(['accepted']))
    const records = await read(events.length)
    const kept = await project(records)
    const anew = await project(records)
    assert.equal(kept.taken, events.length)
    assert.deepEqual(kept.projection, anew.projection)
    assert.equal(kept.projection?.events.length, events.length)
    assert.equal(anew.taken, 0, 'what was taken is forgotten')
  })

  it('verifies a record that differs anywhere from what was kept, and sets aside what is not ours', async (t) => {
    const { publish, read, project } = await openParts(t)
    await publish(events.slice(0, 3))
    const records = await read(3)
    for (const record of records) {
      for (const [what, other] of variantsOf(record)) {
        const withMemory = await project([other])
        assert.equal(withMemory.taken, 0, what)
        assert.deepEqual(withMemory, await project([other], { remembers: false }), what)
        if (notOurs.test(what)) assert.equal(withMemory.projection?.quarantined.length, 1, what)
      }
      assert.equal((await project([record])).taken, 1)
    }
  })

  it('waits for the act and for the schema of an event that was kept', async (t) => {
    const { publish, read, project } = await openParts(t)
    await publish(events.slice(0, 2))
    const [first, second] = await read(2)
    assert.ok(first && second)
    const earlier = await project([first], { state: stateOf({ lastAct: 6 }) })
    assert.deepEqual(earlier, { taken: 1, fault: 'act-unknown-yet' })
    const without = await project([second], { state: stateOf({ lastAct: 7, known: [] }) })
    assert.deepEqual(without, { taken: 1, fault: 'schema-unknown-yet' })
    const again = await project([first, second])
    assert.deepEqual([again.taken, again.projection?.events.length], [0, 2], 'what waited is read anew')
  })

  it('is given nothing where the log took no record', async (t) => {
    const { publish, recent, signed } = await openParts(t)
    const [one] = events
    const [schema] = schemas
    assert.ok(one && schema)
    const other = { ...one, value: named(schema.codec, { ...(one.value as object), subject: 'another' }) }
    const sent = [one, one, other]
    const results = await Promise.all(sent.map((event) => publish([event])))
    assert.deepEqual(
      results.map(([result]) => result?.status),
      ['accepted', 'repeated', 'rejected']
    )
    assert.deepEqual(
      signed.slice(1).map((record) => recent.take(toLogRecord(record))),
      [undefined, undefined]
    )
  })
})

const notOurs = /^(value|without bus_receipt|ce_|bus_hash|bus_recordedtime|bus_receipt|bus_data)/

/** A record with one thing changed, under what was changed. */
function variantsOf(record: LogRecord): readonly (readonly [string, LogRecord])[] {
  const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
    bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))
  const { headers, key, value } = record
  return [
    ['topic', { ...record, topic: 'lienthong.dossier' }],
    ['key', { ...record, key: flipped(key, 0) }],
    ['value: its last byte', { ...record, value: flipped(value, value.length - 1) }],
    ['value: one byte more', { ...record, value: Buffer.concat([value, Buffer.alloc(1)]) }],
    ['one header more', { ...record, headers: { ...headers, note: '' } }],
    ...Object.entries(headers).flatMap(([name, text]): [string, LogRecord][] => {
      const { [name]: _left, ...others } = headers
      return [
        [`${name}: a character more`, { ...record, headers: { ...headers, [name]: `${text}1` } }],
        [`without ${name}`, { ...record, headers: others }]
      ]
    })
  ]
}

function stateOf({ lastAct, known = schemas }: { lastAct: number; known?: typeof schemas }): ControlState {
  const state = { ...emptyControlState(), lastAct }
  const span = { from: 1, to: undefined }
  state.busKeys.set(busPublicJwk.kid, { jwk: busPublicJwk } as never)
  const rights = schemas.map(({ type }) => ({ type, recipients: '*', span }))
  const [agency, id] = [codes.A, systemOf('A')]
  const keys = [{ kid: 'a', span, validFromAt: 0, validToAt: Number.POSITIVE_INFINITY }]
  state.systems.set(id, { id, agency, span, suspensions: [], keys, rights } as never)
  for (const code of Object.values(codes)) state.agencies.set(code, { code, open: span } as never)
  for (const { type, text } of known) {
    const subject = subjectOfType(type)
    applyRegistration(state.registry, { subject, type, text, references: [], owner: '/bus', act: 1 })
  }
  return state
}

interface ProjectOptions {
  readonly remembers?: boolean
  readonly state?: ControlState
}

/** Publishing and the projection of one process, on a log of their own. */
async function openParts(t: TestContext) {
  const { log } = await openArchiveLogIn(temporaryFolder(t))
  t.after(() => log.close())
  const state = stateOf({ lastAct: 7 })
  const recent = createRecentlyAppended()
  const signed: NewRecord[] = []
  const busKey = await importSigningKey(derivedKey('bus', 'EdDSA').jwk)
  const { append } = createAppendQueue({
    log: {
      append: (records) => {
        signed.push(...records)
        return log.append(records)
      }
    },
    signReceipts: (leaves) => signReceipts(leaves, busKey, Date.now()),
    recent
  })
  const publishing = createPublishing({
    control: { state } as never,
    log,
    eventTypes: createEventTypes(state.registry),
    attachments: { checkListed: async () => {} } as never, // None of those the payloads list was uploaded.
    append,
    turns: createTurns(),
    tracing: noTracing,
    checkLag: () => {},
    space: endlessSpace,
    publicUrl: 'https://bus.example',
    now: Date.now,
    recordedNow: Date.now
  })

  return {
    recent,
    signed,

    publish: (sent: readonly Sent[]) =>
      publishing.publish({
        publisher: { system: systemOf('A'), agency: codes.A, kid: 'a', hosted: sent.length > 1 },
        events: sent.map((one) => ({ ...one, ...writeEvent(one.value) })),
        traceparent: undefined
      }),

    async read(count: number): Promise<readonly LogRecord[]> {
      const found: LogRecord[] = []
      const { promise, resolve } = Promise.withResolvers<void>()
      const subscription = log.read({
        group: 'test',
        positionOf: async () => 0,
        reader: async (records) => {
          found.push(...records)
          if (found.length >= count) resolve()
        },
        onState: () => {}
      })
      await promise
      await subscription.close()
      return found
    },

    /** What is made of the records, and how many of them were given from memory. */
    async project(records: readonly LogRecord[], options: ProjectOptions = {}) {
      let taken = 0
      const take = (record: LogRecord): LoggedEvent | undefined => {
        const event = recent.take(record)
        if (event) taken += 1
        return event
      }
      const known = options.state ?? state
      const project = createProjection({
        control: { state: known, sync: async () => {} },
        eventTypes: createEventTypes(known.registry),
        tracing: noTracing,
        recent: options.remembers === false ? undefined : { ...recent, take }
      })
      try {
        const projection = await project(records)
        return { taken, projection }
      } catch (error) {
        return { taken, fault: (error as { fault?: string }).fault }
      }
    }
  }
}

function toLogRecord({ topic, key, value, headers }: NewRecord): LogRecord {
  return { shard: 'log', position: 1, partition: 0, offset: 0, topic, key, value, headers }
}
