import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { emptyControlState } from '#bus/control/control-state.ts'
import { createTurns } from '#bus/fair-use/turns.ts'
import type { RecordToAppend } from '#bus/publishing/append-queue.ts'
import {
  createPublishing,
  type Publisher,
  type PublishingOptions,
  type PublishResult
} from '#bus/publishing/publish.ts'
import { createEventTypes } from '#bus/registry/event-types.ts'
import { applyRegistration } from '#bus/registry/registry-state.ts'
import { newEvent } from '#client/new-event.ts'
import { endlessSpace } from '#engines/store/disk-space.ts'
import { noTracing } from '#engines/telemetry/tracing.ts'
import { type MarkName, markedFields, markNames } from '#protocol/avro/payload-marks.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { subjectOfType } from '#protocol/events/event-subjects.ts'
import { writeEvent } from '#protocol/events/hash.ts'
import type { JsonObject, StrictJson } from '#protocol/events/json.ts'
import { createPayloadCodec } from '#protocol/events/payload-codec.ts'
import { shippedSchemas } from '#runtime/shipped-schemas.ts'
import { repository } from '../../helpers/demo-bus.ts'
import { namedPayload } from '../../helpers/named-payload.ts'
import { codes, systemOf } from '../../helpers/test-bus.ts'

const types = shippedSchemas().map(({ type, text }) => ({
  type,
  text,
  shape: createPayloadCodec(text).shape
}))

/** Publishing by A, whatever the type, to B. */
function openPublishing(options: Partial<PublishingOptions> = {}) {
  const state = { ...emptyControlState(), lastAct: 1 }
  const span = { from: 1, to: undefined }
  const key = {
    kid: 'a',
    thumbprint: 'of-a',
    span: { ...span },
    validFromAt: 0,
    validToAt: Number.POSITIVE_INFINITY
  }
  const rights = types.map(({ type }) => ({ type, recipients: '*', span }))
  const id = systemOf('A')
  state.systems.set(id, { id, agency: codes.A, span, suspensions: [], keys: [key], rights } as never)
  state.thumbprints.set('of-a', id)
  for (const code of Object.values(codes)) state.agencies.set(code, { code, open: span } as never)
  for (const { type, text } of types) {
    const subject = subjectOfType(type)
    applyRegistration(state.registry, { subject, type, text, references: [], owner: '/bus', act: 1 })
  }
  const appended: RecordToAppend[] = []
  const publishing = createPublishing({
    control: { state } as never,
    log: { find: async () => [] },
    eventTypes: createEventTypes(state.registry),
    attachments: { checkListed: async () => {} } as never,
    async append(records) {
      appended.push(...records)
      return records.map(({ recordedTime }) => ({ outcome: 'appended', recordedTime, receipt: {} as never }))
    },
    turns: createTurns(),
    checkLag: () => {},
    space: endlessSpace,
    tracing: noTracing,
    publicUrl: 'https://bus.example',
    now: Date.now,
    recordedNow: Date.now,
    ...options
  })
  const stranger: Publisher = { system: id, agency: codes.A, kid: 'a', hosted: false }
  return {
    key,
    publishing,
    appended,
    stranger,
    connector: { ...stranger, thumbprint: 'of-a', hosted: true },
    async publish(publisher: Publisher, event: object): Promise<PublishResult> {
      const value = event as unknown as StrictJson
      const sent = { value, ...writeEvent(value), signature: undefined }
      const [result] = await publishing.publish({ publisher, events: [sent], traceparent: undefined })
      assert.ok(result)
      return result
    }
  }
}

/** The example of a type as A publishes it. */
function exampleOf({ type, shape }: (typeof types)[number]): BusEvent {
  const file = join(repository, 'schemas', `${type.replace('.', '/')}.example.json`)
  const subject = 'one case'
  const data = namedPayload(shape, JSON.parse(readFileSync(file, 'utf8')), { sender: codes.A, subject })
  return newEvent(systemOf('A'), { type, subject, recipients: [codes.B], data })
}

function faultOf(result: PublishResult): readonly unknown[] {
  if (result.status !== 'rejected') return [result.status]
  const { code, fault, values } = result.error
  return [code, fault, values.path ?? values.attribute]
}

/** The payload with another value at a path. */
function withValue(data: JsonObject, [name = '', ...rest]: readonly string[], value: string): JsonObject {
  return { ...data, [name]: rest.length === 0 ? value : withValue(data[name] as JsonObject, rest, value) }
}

const faults = { sender: 'payload-sender-differs', subject: 'payload-subject-differs' } as const
const others: Readonly<Record<MarkName, readonly string[]>> = {
  // Another agency, the parent unit, a look-alike, spaces, nothing.
  sender: [codes.B, '000.00.00.H03', codes.A.replace('H', 'Н'), ` ${codes.A}`, codes.A.toLowerCase(), ''],
  subject: ['another case', 'One case', 'one case ', 'one cas\u0065\u0301', '']
}

describe('what a payload names', () => {
  for (const one of types) {
    it(`is the sender and the subject of the event: ${one.type}`, async () => {
      const { publish, stranger, connector, appended } = openPublishing()
      const event = exampleOf(one)
      for (const publisher of [stranger, connector]) {
        assert.deepEqual(faultOf(await publish(publisher, event)), ['accepted'])
      }
      const before = appended.length
      for (const name of markNames) {
        const [counting] = markedFields(one.shape, name).toSorted(
          (a, b) => Number(b.optional) - Number(a.optional)
        )
        for (const { path } of name === 'sender'
          ? markedFields(one.shape, name)
          : counting
            ? [counting]
            : []) {
          for (const other of others[name]) {
            const forged = { ...event, data: withValue(event.data, path, other) }
            for (const publisher of [stranger, connector]) {
              const expected = ['BUS_PAYLOAD_INVALID', faults[name], `/${path.join('/')}`]
              assert.deepEqual(faultOf(await publish(publisher, forged)), expected, other)
            }
          }
        }
      }
      assert.equal(appended.length, before, 'nothing of it is stored')
    })
  }

  it('is declared by every type: a subject by all, a sender by all documents', () => {
    for (const { type, shape } of types) {
      assert.ok(markedFields(shape, 'subject').length > 0, type)
      assert.equal(markedFields(shape, 'sender').length, type.startsWith('document.') ? 1 : 0, type)
    }
  })

  it('is the affected document where there is one, else the document itself', async () => {
    const { publish, stranger } = openPublishing()
    for (const type of ['document.updated.v1', 'document.recalled.v1']) {
      const found = types.find((one) => one.type === type)
      assert.ok(found)
      const event = exampleOf(found)
      const renamed = { ...event, data: { ...event.data, documentId: 'of its own' } }
      assert.deepEqual(faultOf(await publish(stranger, renamed)), ['accepted'], type)
      const { affectedDocumentId: _none, ...data } = renamed.data as JsonObject
      const own = { ...event, id: 'own', subject: 'of its own', data }
      assert.deepEqual(faultOf(await publish(stranger, own)), ['accepted'], type)
      const neither = ['BUS_PAYLOAD_INVALID', 'payload-subject-differs', '/documentId']
      assert.deepEqual(faultOf(await publish(stranger, { ...own, subject: 'one case' })), neither, type)
    }
  })
})

describe('attributes that the bus vouches for', () => {
  const [one] = types
  assert.ok(one)
  for (const attribute of ['recordedtime', 'agreement', 'unsigned', 'hosted']) {
    it(`are set by nobody: ${attribute}`, async () => {
      const { publish, stranger, connector } = openPublishing()
      const event = { ...exampleOf(one), [attribute]: 'true' }
      for (const publisher of [stranger, connector]) {
        const expected = ['BUS_ATTRIBUTE_INVALID', 'attribute-of-the-bus', attribute]
        assert.deepEqual(faultOf(await publish(publisher, event)), expected)
      }
    })
  }
  for (const attribute of ['packagesignature', 'packagesigner', 'packagesignersha256', 'senddeadline']) {
    it(`are set by connectors of the bus alone: ${attribute}`, async () => {
      const { publish, stranger, connector } = openPublishing()
      const event = { ...exampleOf(one), [attribute]: 'valid' }
      const expected = ['BUS_ATTRIBUTE_INVALID', 'attribute-of-the-bus', attribute]
      assert.deepEqual(faultOf(await publish(stranger, event)), expected)
      assert.deepEqual(faultOf(await publish(connector, event)), ['accepted'])
    })
  }
})

describe('the extensions of a document', () => {
  const note = { path: 'edXMLEnvelope/edXMLHeader/MessageHeader/Zz', value: 'x' }
  const rows: Readonly<Record<string, readonly [extensions: readonly object[], fault: string]>> = {
    'in a number that no package may have': [Array(501).fill(note), 'payload-extensions-many'],
    'of more text than a package may have': [
      [{ ...note, value: 'x '.repeat(40_000) }],
      'payload-extensions-many'
    ],
    'at a place that no package has': [[{ ...note, path: 'a b/c' }], 'payload-extension-path'],
    'in a namespace that XML reserves': [
      [{ ...note, path: '{http://www.w3.org/2000/xmlns/}a' }],
      'payload-extension-path'
    ],
    'that are the content of a file': [[{ ...note, value: 'QUJD'.repeat(300) }], 'payload-extension-file']
  }
  for (const one of types.filter(({ type }) => type.startsWith('document.'))) {
    it(`are rejected where they could not be delivered: ${one.type}`, async () => {
      const { publish, stranger, connector } = openPublishing()
      const event = exampleOf(one)
      const withExtensions = (extensions: readonly object[]) => ({
        ...event,
        data: { ...event.data, extensions }
      })
      for (const publisher of [stranger, connector]) {
        for (const [what, [extensions, fault]] of Object.entries(rows)) {
          const [code, got] = faultOf(await publish(publisher, withExtensions(extensions)))
          assert.deepEqual([code, got], ['BUS_PAYLOAD_INVALID', fault], what)
        }
        assert.deepEqual(faultOf(await publish(publisher, withExtensions(Array(500).fill(note)))), [
          'accepted'
        ])
      }
    })
  }
})

describe('a document without recipients', () => {
  for (const one of types) {
    const isDocument = one.type.startsWith('document.')
    it(`is ${isDocument ? 'refused: it would reach nobody' : 'what others may be'}: ${one.type}`, async () => {
      const { publish, stranger } = openPublishing()
      const { recipients: _none, ...event } = exampleOf(one)
      const expected = isDocument
        ? ['BUS_ATTRIBUTE_INVALID', 'recipients-missing', 'recipients']
        : ['accepted']
      assert.deepEqual(faultOf(await publish(stranger, event)), expected)
    })
  }
})

describe('a submission', () => {
  it('is refused as a whole where its publisher may not act by then, and nothing of it is looked at', async () => {
    const { publish, stranger, connector, key, appended } = openPublishing()
    const [one] = types
    assert.ok(one)
    await assert.rejects(publish({ ...connector, thumbprint: 'other' }, {}), { fault: 'key-not-registered' })
    Object.assign(key.span, { to: 1 })
    await assert.rejects(publish(stranger, exampleOf(one)), { code: 'BUS_TOKEN_INVALID' })
    await assert.rejects(publish(connector, exampleOf(one)), { fault: 'key-retired' })
    assert.equal(appended.length, 0)
  })
})

describe('a batch whose system is revoked in the middle', () => {
  it('is refused as a whole, and ends the hop of each event that was checked before', async () => {
    const begun: (readonly unknown[])[] = []
    const tracing = {
      ...noTracing,
      begin() {
        const ended: unknown[] = []
        begun.push(ended)
        return { traceparent: undefined, end: (error: unknown) => void ended.push(error) }
      }
    }
    let turn = 0
    const next = (): undefined => {
      turn += 1
      if (turn === 3) key.validToAt = 0
      return undefined
    }
    const { key, publishing, appended, stranger } = openPublishing({ tracing, turns: { next } })
    const [type] = types
    assert.ok(type)
    const events = Array.from({ length: 5 }, () => {
      const value = exampleOf(type) as unknown as StrictJson
      return { value, ...writeEvent(value), signature: undefined }
    })
    const code = 'BUS_TOKEN_INVALID'
    await assert.rejects(publishing.publish({ publisher: stranger, events, traceparent: undefined }), {
      code
    })
    assert.deepEqual(appended, [])
    assert.deepEqual(
      begun.map((ended) => ended.map((error) => error instanceof BusError && error.code)),
      [[code], [code]]
    )
  })
})
