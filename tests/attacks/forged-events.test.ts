import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createSigner } from '#client/signer.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { toBinary } from '#protocol/events/http-modes.ts'
import { codes, send, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'

/** Events that claim what is not so, in each way they may come. What of a payload and of attributes is checked: `tests/bus/publishing/publish.test.ts`. */

const cleanups: (() => unknown)[] = []
let bus: TestBus
before(async () => {
  bus = await startTestBus({ after: (cleanup) => void cleanups.unshift(cleanup as () => unknown) })
})
after(async () => {
  for (const cleanup of cleanups) await cleanup()
})

interface Problem {
  readonly code?: unknown
  readonly detail?: unknown
}

/** How an event is posted, and what of the answer is about it. */
const modes: Readonly<Record<string, (event: BusEvent) => Promise<Problem>>> = {
  structured: async (event) =>
    (await post(event, 'application/cloudevents+json', JSON.stringify(event))).body,
  binary: async (event) => {
    const { headers, body } = toBinary(event)
    return (await post(event, 'application/json', body, headers)).body
  },
  batch: async (event) => {
    const { body } = await post(event, 'application/cloudevents-batch+json', JSON.stringify([event]))
    const [result] = body.results as readonly { readonly status: string; readonly problem?: Problem }[]
    return result?.problem ?? { code: result?.status }
  }
}

async function post(event: BusEvent, type: string, body: string, headers: object = {}) {
  const key = bus.keys.A.privateJwk
  const signer = await createSigner({ system: systemOf('A'), key, audience: bus.url })
  const token = await signer.submission([event as never])
  const init = { method: 'POST', token, headers: { ...headers, 'content-type': type }, body }
  return send(`${bus.url}/v1/events`, init)
}

const document = (changes?: Partial<BusEvent>, data?: object): BusEvent =>
  bus.document({ datacontenttype: 'application/json', ...changes }, data)

/** What is forged, how it is refused, and what the refusal names. */
const forged: Readonly<Record<string, readonly [() => BusEvent, string, readonly string[]]>> = {
  'another office as the sender in the payload': [
    () => document({}, { from: { organId: codes.B, organName: 'Sở mẫu B' } }),
    'BUS_PAYLOAD_INVALID',
    ['/from/organId', codes.A, codes.B]
  ],
  'another office as the sender of a status': [
    () =>
      document(
        { type: 'document.status-changed.v1', subject: 's' },
        {
          ...status('s'),
          from: { organId: codes.B, organName: 'Sở mẫu B' }
        }
      ),
    'BUS_PAYLOAD_INVALID',
    ['/from/organId', codes.A, codes.B]
  ],
  'a subject that is not the document': [
    () => document({}, { documentId: 'another' }),
    'BUS_PAYLOAD_INVALID',
    ['/documentId', 'another']
  ],
  'a package signature that nobody checked': [
    () => document({ packagesignature: 'valid' }),
    'BUS_ATTRIBUTE_INVALID',
    ['packagesignature']
  ],
  'the signer of a package that nobody checked': [
    () => document({ packagesigner: 'CN=Giám đốc', packagesignersha256: '0'.repeat(64) }),
    'BUS_ATTRIBUTE_INVALID',
    ['packagesigner']
  ],
  'a recorded time': [
    () => document({ recordedtime: '2020-01-01T00:00:00.000Z' }),
    'BUS_ATTRIBUTE_INVALID',
    ['recordedtime']
  ],
  'no recipients': [
    () => {
      const { recipients: _none, ...event } = document()
      return event
    },
    'BUS_ATTRIBUTE_INVALID',
    ['recipients']
  ]
}

/** In place of all that a document says. */
function status(documentId: string): object {
  return {
    ...Object.fromEntries(Object.keys(bus.document().data).map((name) => [name, undefined])),
    responseFor: { organId: codes.B, code: '15/SMB-VP', documentId },
    statusCode: '03'
  }
}

describe('an event that claims', () => {
  for (const [what, [make, code, named]] of Object.entries(forged)) {
    for (const [mode, publish] of Object.entries(modes)) {
      it(`${what} is refused, and told why, in ${mode} mode`, async () => {
        const event = JSON.parse(JSON.stringify(make())) as BusEvent
        const problem = await publish(event)
        assert.equal(problem.code, code, String(problem.detail))
        for (const name of named) assert.ok(String(problem.detail).includes(name), String(problem.detail))
        const [stored] = await bus.clients.A.publish({ ...document(), id: event.id })
        assert.equal(stored?.status, 'accepted', 'nothing of it was stored')
      })
    }
  }
})
