import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createSigner } from '#client/signer.ts'
import type { DatedKey } from '#client/verify-item.ts'
import { verifyItem } from '#client/verify-item.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { DeliveredEvent } from '#protocol/events/event-stages.ts'
import { toBinary } from '#protocol/events/http-modes.ts'
import type { Json } from '#protocol/events/json.ts'
import type { PublicJwk } from '#protocol/trust/jwk.ts'
import { send, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'

/** What CloudEvents allows and our own client does not write. Official SDKs: `cloudevents-sdks.test.ts`. */

const cleanups: (() => unknown)[] = []
let bus: TestBus
before(async () => {
  bus = await startTestBus({ after: (cleanup) => void cleanups.unshift(cleanup as () => unknown) })
})
after(async () => {
  for (const cleanup of cleanups) await cleanup()
})

/** Values that `BusEvent` does not allow, as a stranger may write them. */
const document = (changes: Readonly<Record<string, Json>> = {}): BusEvent =>
  bus.document(changes as Partial<BusEvent>)

type Answer = Awaited<ReturnType<typeof send>>
const modes: Readonly<Record<string, (event: BusEvent, signed?: BusEvent) => Promise<Answer>>> = {
  structured: (event, signed = event) => post(signed, 'application/cloudevents+json', JSON.stringify(event)),
  binary: (event, signed = event) => {
    const { headers, body } = toBinary(event)
    return post(signed, headers['content-type'] ?? '', body, headers)
  },
  batch: async (event, signed = event) =>
    post(signed, 'application/cloudevents-batch+json', JSON.stringify([event]))
}

async function post(signed: BusEvent, type: string, body: string, headers: object = {}): Promise<Answer> {
  const key = bus.keys.A.privateJwk
  const signer = await createSigner({ system: systemOf('A'), key, audience: bus.url })
  const token = await signer.submission([signed])
  return send(`${bus.url}/v1/events`, {
    method: 'POST',
    token,
    headers: { 'accept-language': 'en', ...headers, 'content-type': type },
    body
  })
}

/** The outcome for one event, in whichever mode it was sent. */
async function outcome(mode: string, event: BusEvent, signed?: BusEvent) {
  const { body = {} } = (await modes[mode]?.(event, signed)) ?? {}
  const [result] = (body.results ?? []) as readonly Record<string, unknown>[]
  const { code, detail } = (result?.problem ?? body) as { code?: string; detail?: string }
  return { status: result?.status ?? 'rejected', code, detail, hash: String(result?.hash) }
}

/** Publishes an event, and finds it delivered exactly as it was written, with proofs that verify. */
async function assertCarried(mode: string, event: BusEvent): Promise<void> {
  const { status, detail, hash } = await outcome(mode, event)
  assert.equal(status, 'accepted', `${mode}: ${detail}`)
  const item = await bus.clients.B.get<DeliveredEvent>(`/v1/events/${hash}`)
  assert.deepEqual(item.event, event)
  const { keys: system } = await bus.clients.B.get<{ keys: DatedKey[] }>(`/v1/systems${event.source}`)
  const { keys } = await bus.clients.B.get<{ keys: PublicJwk[] }>('/.well-known/jwks.json')
  const { signature, receipt } = await verifyItem(item, { system, bus: keys })
  assert.deepEqual([signature, receipt], ['good', 'good'], mode)
}

async function assertRejected(mode: string, event: BusEvent, code: string, detail: RegExp): Promise<void> {
  const found = await outcome(mode, event)
  assert.equal(found.code, code, `${mode}: ${found.detail}`)
  assert.match(found.detail ?? '', detail, mode)
}

describe('an attribute that is null', () => {
  const optional = ['correlationid', 'causationid', 'onbehalfof', 'traceparent', 'tracestate', 'expirytime']
  const others = [
    'dataref',
    'dataclassification',
    'datacontenttype',
    'dataschema',
    'data_base64',
    'myextension'
  ]
  for (const name of [...optional, ...others]) {
    it(`counts as absent: ${name}`, async () => {
      for (const mode of ['structured', 'batch']) await assertCarried(mode, document({ [name]: null }))
    })
  }

  for (const name of ['specversion', 'id', 'source', 'type', 'subject', 'time', 'nonce', 'recipients']) {
    it(`is missing where it is required: ${name}`, async () => {
      const event = { ...document(), [name]: null } as unknown as BusEvent
      const missing =
        name === 'recipients' ? /recipients/ : new RegExp(`required attribute ${name} is missing`)
      await assertRejected('structured', event, 'BUS_ATTRIBUTE_INVALID', missing)
    })
  }

  it('has a valid name, and data may not be null', async () => {
    const named = document({ 'Not-A-Name': null })
    await assertRejected('structured', named, 'BUS_ATTRIBUTE_INVALID', /Not-A-Name is not a valid/)
    const empty = { ...document(), data: null } as unknown as BusEvent
    await assertRejected('structured', empty, 'BUS_ATTRIBUTE_INVALID', /must have data/)
  })

  it('belongs to what was signed, so the event without it is another one', async () => {
    const event = document({ dataref: null })
    await assertCarried('structured', event)
    assert.equal((await outcome('structured', event)).status, 'repeated')
    const { dataref: _null, ...without } = event
    assert.equal((await outcome('structured', without as BusEvent)).code, 'BUS_EVENT_ID_SPENT')
  })
})

describe('datacontenttype', () => {
  const taken = [
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"',
    'application/json; profile="https://example.vn/a;b,c"',
    'application/json; charset="UTF-8"; version=1',
    'Application/JSON'
  ]
  for (const type of taken) {
    it(`is kept as it is, in every mode: ${type}`, async () => {
      for (const mode of Object.keys(modes)) await assertCarried(mode, document({ datacontenttype: type }))
    })
  }

  const refused = [
    'application/json; charset=iso-8859-1',
    'application/json; charset="utf-16"',
    'application/json; note="é"',
    'application/json; charset',
    'application/json, text/plain',
    'application/xml',
    'application/avro',
    'json',
    ''
  ]
  for (const type of refused) {
    it(`is rejected if the data is not JSON in UTF-8: ${type}`, async () => {
      const event = document({ datacontenttype: type })
      await assertRejected(
        'structured',
        event,
        'BUS_ATTRIBUTE_INVALID',
        /datacontenttype must be application\/json/
      )
      const { status, body } = (await modes.binary?.(event)) ?? {}
      const isUnsupported = status === 415 && body?.code === 'BUS_MEDIA_TYPE_UNSUPPORTED'
      assert.ok(isUnsupported || body?.code === 'BUS_ATTRIBUTE_INVALID', JSON.stringify(body))
    })
  }
})

it('data_base64 is rejected by its own name, with what to send', async () => {
  const { data, ...event } = document()
  const bytes = Buffer.from(JSON.stringify(data)).toString('base64')
  for (const some of [event, { ...event, data }]) {
    const sent = { ...some, data_base64: bytes } as unknown as BusEvent
    for (const mode of ['structured', 'batch']) {
      await assertRejected(mode, sent, 'BUS_ATTRIBUTE_INVALID', /data_base64.*as a JSON object in data/)
    }
  }
})

describe('an extension attribute', () => {
  const values: readonly Json[] = [0, -1, 2 ** 31 - 1, -(2 ** 31), true, false, '5', 'Đúng nguyên văn']
  for (const value of values) {
    it(`is carried as it is: ${JSON.stringify(value)}`, async () => {
      for (const mode of ['structured', 'batch']) await assertCarried(mode, document({ myextension: value }))
    })
  }

  for (const value of [2 ** 31, -(2 ** 31) - 1, [], [1], {}, { a: 1 }]) {
    it(`is of a type of CloudEvents: not ${JSON.stringify(value)}`, async () => {
      const event = document({ myextension: value })
      await assertRejected(
        'structured',
        event,
        'BUS_ATTRIBUTE_INVALID',
        /myextension must be a string, a boolean/
      )
    })
  }

  it('is a string if the bus gives it a meaning', async () => {
    for (const name of [
      'subject',
      'recipients',
      'expirytime',
      'dataschema',
      'tracestate',
      'datacontenttype'
    ]) {
      for (const value of [1, true]) {
        const event = { ...document(), [name]: value } as unknown as BusEvent
        await assertRejected(
          'structured',
          event,
          'BUS_ATTRIBUTE_INVALID',
          new RegExp(`${name} must be a string`)
        )
      }
    }
  })
})

describe('a signature that does not match', () => {
  it('says that binary mode adds datacontenttype', async () => {
    const sent = document({ datacontenttype: 'application/json; charset=utf-8' })
    const { datacontenttype: _added, ...signed } = sent
    const { code, detail = '' } = await outcome('binary', sent, signed as BusEvent)
    assert.equal(code, 'BUS_SUBMISSION_MISMATCH')
    assert.match(
      detail,
      /without the attribute datacontenttype.* application\/json; charset=utf-8, then sign/
    )
  })

  it('says that an HTTP library added parameters to the header', async () => {
    const sent = document({ datacontenttype: 'application/json; charset=utf-8' })
    const signed = document({ ...sent, datacontenttype: 'application/json' })
    const { code, detail = '' } = await outcome('binary', sent, signed)
    assert.equal(code, 'BUS_SUBMISSION_MISMATCH')
    assert.match(detail, /without its parameters.* application\/json; charset=utf-8, then sign/)
  })

  it('shows datacontenttype whole, since a library may have changed its end', async () => {
    const sent = document({ datacontenttype: 'application/json; charset=utf-8' })
    const signed = document({ ...sent, datacontenttype: 'application/json; charset=UTF-8' })
    const { detail = '' } = await outcome('binary', sent, signed)
    assert.match(detail, /datacontenttype="application\/json; charset=utf-8"/)
  })

  it('lists the attributes of the canonical form, with values cut and neither payload nor nonce', async () => {
    const event = document({ datacontenttype: 'application/json', sequence: 5, later: 'x'.repeat(500) })
    const { code, detail = '' } = await outcome('binary', event)
    assert.equal(code, 'BUS_SUBMISSION_MISMATCH')
    for (const name of Object.keys(event)) assert.match(detail, new RegExp(`\\b${name}=`))
    assert.match(detail, /sequence="5"/) // The number became a string.
    assert.match(detail, /later="x{19}…/)
    assert.ok(!detail.includes(event.nonce) && !detail.includes('organId'), detail)
  })

  it('lists those of the first event of a batch', async () => {
    const [one, other] = [document({ note: 'first' }), document()]
    const { body } = await post(one, 'application/cloudevents-batch+json', JSON.stringify([one, other]))
    assert.equal(body.code, 'BUS_SUBMISSION_MISMATCH')
    assert.match(String(body.detail), /note="first"/)
  })
})
