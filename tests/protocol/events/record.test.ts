import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import fc from 'fast-check'
import type { BusEvent } from '#protocol/events/event.ts'
import { eventHash } from '#protocol/events/hash.ts'
import type { Json } from '#protocol/events/json.ts'
import { createPayloadCodec, type PayloadCodec } from '#protocol/events/payload-codec.ts'
import { fromRecord, type RecordFacts, toRecord, withReceipt } from '#protocol/events/record.ts'
import { everyShape, leastPayload } from '../../helpers/every-shape.ts'
import { payloadArbitrary } from '../../helpers/payload-arbitrary.ts'

const codec = createPayloadCodec(everyShape)
const codecOf = (id: number): PayloadCodec | undefined => (id === 3 ? codec : undefined)
const proof = { token: 'a.b.c', index: 0, size: 2, path: ['A'.repeat(43)] }

const event: BusEvent = {
  specversion: '1.0',
  id: '0193-1',
  source: '/agencies/000.00.91.H03/systems/qlvb',
  type: 'test.happened.v1',
  subject: '000.00.91.H03,2019/02/27,15/SMA-TTĐT',
  time: '2026-11-24T07:00:00+07:00',
  nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
  data: leastPayload
}

function factsOf(one: BusEvent, more: Partial<RecordFacts> = {}): RecordFacts {
  return {
    codec,
    schemaId: 3,
    act: 12,
    recordedTime: '2026-11-24T00:00:00.123Z',
    hash: eventHash(one as unknown as Json),
    signature: proof,
    hosted: false,
    traceparent: undefined,
    ...more
  }
}

it('an event comes back from its record exactly as it was written', () => {
  const texts = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  const values = fc.oneof(texts, fc.boolean(), fc.integer(), fc.constant(null))
  const extensions = fc.dictionary(fc.stringMatching(/^[a-z0-9]{1,20}$/), values, { maxKeys: 4 })
  const attributes = fc.record({ subject: texts, correlationid: texts }, { requiredKeys: ['subject'] })
  const datacontenttype = fc.record(
    { datacontenttype: fc.constantFrom('application/json', 'application/json; charset=utf-8', null) },
    { requiredKeys: [] }
  )
  fc.assert(
    fc.property(
      payloadArbitrary(codec.shape),
      extensions,
      attributes,
      datacontenttype,
      (data, more, some, content) => {
        const one = { ...more, ...event, ...some, ...content, data } as BusEvent
        const read = fromRecord(withReceipt(toRecord(one, factsOf(one)), proof), codecOf)
        assert.equal(eventHash(read?.event as unknown as Json), eventHash(one as unknown as Json))
      }
    )
  )
})

it('is a CloudEvent in the binary mode of the Kafka binding', () => {
  const sent = { ...event, datacontenttype: 'application/json', recipients: 'H03.1,H03.2' }
  const { topic, key, value, headers } = toRecord(sent, factsOf(sent, { traceparent: '00-a-b-01' }))
  assert.equal(topic, 'lienthong.test')
  assert.equal(key.toString(), event.subject)
  assert.deepEqual([...value.subarray(0, 5)], [0, 0, 0, 0, 3])
  assert.deepEqual(headers, {
    'content-type': 'application/avro',
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_source: event.source,
    ce_type: event.type,
    ce_subject: event.subject,
    ce_time: event.time,
    ce_nonce: event.nonce,
    ce_recipients: 'H03.1,H03.2',
    bus_datacontenttype: 'application/json',
    bus_hash: eventHash(sent as unknown as Json),
    bus_recordedtime: '2026-11-24T00:00:00.123Z',
    bus_act: '12',
    bus_signature: JSON.stringify(proof),
    traceparent: '00-a-b-01'
  })
})

it('an attribute that is not a string has a header as the binding says, and its type beside it', () => {
  const sent = { ...event, sequence: 5, urgent: true, dataref: null } as unknown as BusEvent
  const { headers } = toRecord(sent, factsOf(sent))
  assert.deepEqual([headers.ce_sequence, headers.ce_urgent, headers.ce_dataref], ['5', 'true', undefined])
  assert.equal(headers.bus_attributes, '{"sequence":5,"urgent":true,"dataref":null}')
})

it('what the bus adds comes back beside the event', () => {
  const facts = factsOf(event, { hosted: true, traceparent: '00-a-b-01' })
  const receipt = { ...proof, token: 'd.e.f' }
  const { codec: _codec, ...kept } = facts
  assert.deepEqual(fromRecord(withReceipt(toRecord(event, facts), receipt), codecOf), {
    ...kept,
    event,
    receipt
  })
})

it('an unsigned event says so', () => {
  const record = toRecord(event, factsOf(event, { signature: undefined }))
  assert.equal(record.headers.bus_unsigned, 'true')
  assert.equal(fromRecord(withReceipt(record, proof), codecOf)?.signature, undefined)
  assert.ok(!('bus_unsigned' in toRecord(event, factsOf(event)).headers))
})

it('a record of a schema that is not known yet is told apart from a stranger’s', () => {
  assert.equal(fromRecord(toRecord(event, factsOf(event, { schemaId: 4 })), codecOf), undefined)
})

describe('a record the bus cannot have written is refused as foreign', () => {
  const record = withReceipt(toRecord(event, factsOf(event)), proof)
  const strangers: readonly (readonly [
    title: string,
    value: Uint8Array,
    headers: Readonly<Record<string, string>>
  ])[] = [
    ['no framing', Buffer.from('{}'), record.headers],
    ['an empty value', Buffer.alloc(0), record.headers],
    ['a cut payload', record.value.subarray(0, -1), record.headers],
    ['no hash', record.value, without('bus_hash')],
    ['no time', record.value, without('bus_recordedtime')],
    ['no act', record.value, without('bus_act')],
    ['an act that is no number', record.value, { ...record.headers, bus_act: '1e3' }],
    ['a signature that is no JSON', record.value, { ...record.headers, bus_signature: '{' }],
    ['a signature that is null', record.value, { ...record.headers, bus_signature: 'null' }],
    ['a receipt of another shape', record.value, { ...record.headers, bus_receipt: '{"token":"a"}' }],
    ['attributes that are no JSON', record.value, { ...record.headers, bus_attributes: '{' }],
    ['attributes that are no object', record.value, { ...record.headers, bus_attributes: '[1]' }],
    ['an attribute that is an object', record.value, { ...record.headers, bus_attributes: '{"a":{}}' }]
  ]
  for (const [title, value, headers] of strangers) {
    test(title, () => {
      assert.throws(() => fromRecord({ value, headers }, codecOf), { code: 'BUS_RECORD_FOREIGN' })
    })
  }

  it('and a header of odd name is no attribute', () => {
    const headers = { ...record.headers, ce___proto__: 'x', ce_: 'y', 'ce_A b': 'z' }
    assert.deepEqual(fromRecord({ ...record, headers }, codecOf)?.event, event)
  })

  function without(header: string): Readonly<Record<string, string>> {
    return Object.fromEntries(Object.entries(record.headers).filter(([name]) => name !== header))
  }
})
