import assert from 'node:assert/strict'
import { describe, it, type TestContext, test } from 'node:test'
import { appendEvents } from '#bus/archive/append-events.ts'
import { ownForm } from '#bus/archive/archive-form.ts'
import type { ArchivedEvent } from '#bus/archive/archived-event.ts'
import { activityTopic } from '#engines/event-log/activity-topic.ts'
import type { NewRecord } from '#engines/event-log/event-log.ts'
import { openForReading } from '#engines/store/sqlite/connections.ts'
import { createLogExport, type LogExport } from '#operations/migrate/log-export.ts'
import { canonicalJson } from '#protocol/events/canonical.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { hashOfCanonical, writeEvent } from '#protocol/events/hash.ts'
import { createPayloadCodec, type PayloadCodec } from '#protocol/events/payload-codec.ts'
import type { Proof } from '#protocol/events/proof.ts'
import { fromRecord, toBusRecord, toRecord, withReceipt } from '#protocol/events/record.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'
import { exampleData } from '../../helpers/example-data.ts'
import { openArchiveLogIn } from '../../helpers/open-archive-log.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const schemas = shippedSchemas()
const codecs = schemas.map(({ text }) => createPayloadCodec(text))
const codecOf = (id: number): PayloadCodec | undefined => codecs[id - 1]

function proof(token: string, index = 0, path: readonly string[] = []): Proof {
  return { token, index, size: index + 1, path }
}

/** The example of a type, as its system writes it. */
function exampleOf(type: string, more: object = {}): BusEvent {
  return {
    specversion: '1.0',
    id: `${type}-1`,
    source: '/agencies/000.00.91.H03/systems/qlvb',
    type,
    subject: '000.00.91.H03,2019/02/27,15/SMA-TTĐT',
    time: '2026-11-24T07:00:00+07:00',
    nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
    data: exampleData(type.replace('.', '/')),
    ...more
  }
}

function archivedOf(number: number, event: BusEvent, more: Partial<ArchivedEvent> = {}): ArchivedEvent {
  const { source, id, type, subject } = event
  return {
    ...{ number, source, id, type, subject },
    ...writeEvent(event as never),
    recordedTime: '2026-11-24T00:00:00.123Z',
    act: 12,
    schemaId: schemas.findIndex((schema) => schema.type === type) + 1,
    signature: undefined,
    receipt: proof(`receipt ${number}`),
    hosted: false,
    traceparent: undefined,
    ...more
  }
}

/** The record that an event of the archive was before it was archived. */
function recordOf({ body, receipt, ...facts }: ArchivedEvent): NewRecord {
  const { schemaId = 0 } = facts
  const codec = codecOf(schemaId)
  assert.ok(codec)
  return withReceipt(toRecord(JSON.parse(body) as BusEvent, { ...facts, schemaId, codec }), receipt)
}

function noticeOf(id: string, receipt: Proof): NewRecord {
  const time = '2026-11-24T00:00:00.000Z'
  const notice = { topic: activityTopic, type: 'bus.act-recorded.v1', id, subject: 'acts', time, body: '{}' }
  return withReceipt(toBusRecord(notice), receipt)
}

interface Stored {
  readonly archived: readonly ArchivedEvent[]
  /** In the log, besides. */
  readonly entries?: readonly NewRecord[]
}

async function exportOf(t: TestContext, { archived, entries = [] }: Stored): Promise<LogExport> {
  const folder = temporaryFolder(t)
  const { log, store } = await openArchiveLogIn(folder)
  await log.append(entries)
  await store.transaction((transaction) => appendEvents(transaction, archived, ownForm))
  await log.close()
  const db = openForReading(`${folder}/store.sqlite`)
  t.after(() => db.close())
  return createLogExport(db)
}

const variants: Readonly<Record<string, readonly [attributes: object, facts: Partial<ArchivedEvent>]>> = {
  signed: [
    {},
    {
      signature: proof('signature', 1, ['A'.repeat(43), `${'B'.repeat(42)}A`]),
      receipt: proof('receipt', 1, [`${'C'.repeat(42)}A`])
    }
  ],
  unsigned: [{}, {}],
  hosted: [{}, { signature: proof('signature'), hosted: true, traceparent: '00-a-b-01' }],
  'with every attribute': [
    {
      ...{ recipients: '000.00.92.H03', correlationid: 'Ư', causationid: 'x', onbehalfof: '000.00.93.H03' },
      ...{ traceparent: '00-c-d-01', tracestate: 'a=b', expirytime: '2027-01-01T00:00:00Z' },
      ...{ dataref: 'urn:x', dataclassification: 'personal', dataschema: 'http://localhost/1' },
      datacontenttype: 'application/json; charset=utf-8'
    },
    {}
  ],
  'with attributes that are null': [{ recipients: null, datacontenttype: null, tracestate: null }, {}],
  'with extension attributes': [
    { sequence: 5, urgent: true, not: false, least: -2147483648, empty: '', text: '"\\ –\u00a0', none: null },
    {}
  ]
}

describe('an archived event comes back from its record as it was written', () => {
  for (const [name, [attributes, facts]] of Object.entries(variants)) {
    test(name, async (t) => {
      const archived = schemas.map(({ type }, index) =>
        archivedOf(index + 1, exampleOf(type, attributes), facts)
      )
      const records = [...(await exportOf(t, { archived })).records(codecOf)]
      assert.equal(records.length, archived.length)
      for (const [index, { number: _number, source: _source, id: _id, ...event }] of archived.entries()) {
        const { type: _type, subject, body, ...kept } = event
        const record = records[index]
        assert.ok(record)
        const read = fromRecord(record, codecOf)
        assert.ok(read)
        const { event: decoded, ...added } = read
        assert.equal(canonicalJson(decoded as never), body)
        assert.equal(hashOfCanonical(canonicalJson(decoded as never)), event.hash)
        assert.deepEqual(added, kept)
        assert.equal(Buffer.from(record.key).toString(), subject)
      }
    })
  }
})

const types = ['document.issued.v1', 'dossier.received.v1'] as const
const [first, second, third, taken, waiting] = [
  archivedOf(1, exampleOf(types[0], { id: 'b' }), { receipt: proof('batch', 0) }),
  archivedOf(2, exampleOf(types[1], { id: 'a' }), { receipt: proof('batch', 1, ['A'.repeat(43)]) }),
  archivedOf(3, exampleOf(types[0], { id: 'É' }), { signature: proof('signature') }),
  archivedOf(4, exampleOf(types[0], { id: 'taken' })),
  archivedOf(5, exampleOf(types[0], { id: 'quarantined' }), { receipt: proof('together') })
]
const stored: Stored = {
  archived: [first, second, third, taken],
  entries: [
    noticeOf('act 1', proof('act 1')),
    recordOf(taken), // The projector has taken it.
    recordOf(waiting),
    noticeOf('act 2', proof('together', 1))
  ]
}

it('every record is exported once: events by number, then what only the log has', async (t) => {
  const log = await exportOf(t, stored)
  const records = [...log.records(codecOf)]
  assert.deepEqual(
    records.map(({ headers }) => headers.ce_id),
    ['b', 'a', 'É', 'taken', 'act 1', 'quarantined', 'act 2']
  )
  assert.deepEqual(
    log.contents().topics,
    new Map([
      ['lienthong.document', 4],
      ['lienthong.dossier', 1],
      [activityTopic, 2]
    ])
  )
  const { key, value, headers, topic } = recordOf(waiting)
  const { key: keyGot, value: got, ...rest } = records[5] ?? assert.fail()
  assert.deepEqual([Buffer.from(keyGot), Buffer.from(got)], [Buffer.from(key), Buffer.from(value)])
  assert.deepEqual([rest.topic, rest.headers], [topic, headers], 'a record of the log is as it was')
})

it('counts the events in the log after the position of the projector', async (t) => {
  const log = await exportOf(t, stored)
  assert.deepEqual([0, 1, 2, 3, 4].map(log.eventsAfter), [2, 2, 1, 0, 0])
})

it('ids and receipts are those of the records, each once and in order, and go on after any of them', async (t) => {
  const log = await exportOf(t, stored)
  const receipts = [...log.receipts()]
  const ids = [...log.ids()]
  assert.equal(log.receiptCount(), receipts.length)
  assert.equal(log.idCount(), ids.length)
  assert.deepEqual(
    ids.map(({ source, id }) => `${source} ${id}`),
    [...ids.map(({ source, id }) => `${source} ${id}`)].sort((one, other) =>
      Buffer.compare(Buffer.from(one), Buffer.from(other))
    )
  )
  assert.deepEqual(
    receipts.map(({ token }) => token),
    ['batch', 'receipt 3', 'receipt 4', 'act 1', 'together']
  )
  const tokens = new Map(receipts.map(({ number, token }) => [number, token]))
  for (const { headers } of log.records(codecOf)) {
    const held = ids.find(({ source, id }) => source === headers.ce_source && id === headers.ce_id)
    assert.ok(held)
    const { receipt, leaf: index, size, path } = held
    const proofOfId = { token: tokens.get(receipt), index, size, path: path === '' ? [] : path.split(' ') }
    assert.equal(JSON.stringify(proofOfId), headers.bus_receipt)
    assert.deepEqual([held.hash, held.recordedTime], [headers.bus_hash, headers.bus_recordedtime])
  }
  for (const [index, id] of ids.entries()) assert.deepEqual([...log.ids(id)], ids.slice(index + 1))
  for (const [index, one] of receipts.entries()) {
    assert.deepEqual([...log.receipts(one)], receipts.slice(index + 1))
  }
})

it('an event without its schema is refused, and one whose schema is not registered', async (t) => {
  const event = exampleOf(types[0])
  const old = await exportOf(t, { archived: [archivedOf(1, event, { schemaId: undefined })] })
  assert.deepEqual([...old.contents().schemaIds], [null])
  assert.throws(() => [...old.records(codecOf)], { fault: 'migration-schema-missing' })
  const unknown = await exportOf(t, { archived: [archivedOf(1, event, { schemaId: 999 })] })
  assert.throws(() => [...unknown.records(codecOf)], { fault: 'migration-schema-unknown' })
})

it('a log without anything is exported as nothing', async (t) => {
  const log = await exportOf(t, { archived: [] })
  assert.deepEqual([...log.records(codecOf), ...log.ids(), ...log.receipts()], [])
  assert.deepEqual([log.idCount(), log.receiptCount(), log.contents().topics.size], [0, 0, 0])
})
