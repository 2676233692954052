import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { createSigner, type Signer } from '#client/signer.ts'
import { type DatedKey, verifyItem } from '#client/verify-item.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { DeliveredEvent } from '#protocol/events/event-stages.ts'
import type { PublicJwk } from '#protocol/trust/jwk.ts'
import { repository } from '../../helpers/demo-bus.ts'
import { mustBeInstalled, needs } from '../../helpers/servers/needs.ts'
import { send, startTestBus, systemOf, type TestBus } from '../../helpers/test-bus.ts'
import { type Sdk, type SdkRequest, sdks } from './sdks.ts'

/** The official SDKs against the bus: what they send is taken, and what the bus gives they read. */

const cleanups: (() => unknown)[] = []
let bus: TestBus
let signer: Signer
before(async () => {
  bus = await startTestBus({ after: (cleanup) => void cleanups.unshift(cleanup as () => unknown) })
  signer = await createSigner({ system: systemOf('A'), key: bus.keys.A.privateJwk, audience: bus.url })
})
after(async () => {
  for (const cleanup of cleanups) await cleanup()
})

const time = '2026-11-24T08:02:03.5+07:00'
const note = 'Đúng nguyên văn'
const eventWith = (note: string): BusEvent => bus.document({ time, sequence: 5, urgent: true, note })
const page = readFileSync(join(repository, 'docs', 'other-languages.md'), 'utf8')

for (const sdk of sdks) {
  describe(`the SDK for ${sdk.name}`, sdk.server ? needs(sdk.server) : {}, () => {
    before(() => sdk.server && mustBeInstalled(sdk.server))

    it('sends in structured mode, signed over the JSON that it wrote', async () => {
      const described = eventWith(note)
      const { structured } = await sdk.write([described])
      const event = JSON.parse(bodyOf(structured)) as BusEvent
      assertSame(event, described)
      assert.deepEqual((await delivered(await post(structured[0], [event]))).event, event)
    })

    it('sends in batches', async () => {
      const { batch } = await sdk.write([eventWith(note), eventWith('another')])
      const { status, body } = await post(batch, JSON.parse(batch.body))
      assert.equal(status, 202, JSON.stringify(body))
      assert.equal((body.results as readonly object[]).length, 2)
    })

    it('sends in binary mode, signed over the headers and Content-Type', async () => {
      const { binary } = await sdk.write([eventWith('as it is')])
      const event = eventIn(binary)
      assert.deepEqual((await delivered(await post(binary[0], [event]))).event, event)
      assert.deepEqual([event.sequence, event.note], ['5', 'as it is']) // A header has no type.
    })

    it('sends text outside ASCII in binary mode, or is told to percent-encode it', async () => {
      const { binary } = await sdk.write([eventWith(note)])
      const answer = await post(binary[0], [eventIn(binary)])
      if (encodes(binary)) {
        assert.equal((await delivered(answer)).event.note, note)
      } else {
        assert.deepEqual([answer.status, answer.body.code], [422, 'BUS_ATTRIBUTE_INVALID'])
        assert.match(String(answer.body.detail), /ce-note cannot be decoded. Percent-encode/)
      }
    })

    it('reads the event of an item, whose proofs hold over the JSON as it was received', async () => {
      const item = await delivered(await publish(eventWith(note)))
      const event = await again(sdk, item.event)
      assertSame(event, item.event)
      assert.deepEqual(await verdict(item), ['good', 'good'])
      assert.deepEqual(await verdict({ ...item, event }), ['bad', 'bad'])
    })

    it('has its row in docs/other-languages.md', async () => {
      const [event, { binary }] = [eventWith(note), await sdk.write([eventWith(note)])]
      const read = await again(sdk, event)
      const cells = [
        sdk.name,
        `\`${binary[0]?.headers['content-type']}\``,
        encodes(binary) ? 'yes' : 'no',
        `\`${eventIn(binary).urgent}\``,
        `\`${read.time}\``,
        changed(read, event).join(', ')
      ]
      const row = `| ${cells.join(' | ')} |`
      assert.ok(page.includes(row), row)
    })
  })
}

it('the SDK for JavaScript writes attributes that are null, which count as absent', async () => {
  const [javascript] = sdks
  const described = { ...bus.document(), dataschema: null } as unknown as BusEvent
  const { structured = [] } = (await javascript?.write([described])) ?? {}
  const event = JSON.parse(bodyOf(structured)) as BusEvent
  assert.equal(event.dataschema, null)
  assert.deepEqual((await delivered(await post(structured[0], [event]))).event, event)
})

type Answer = Awaited<ReturnType<typeof send>>

/** Sends a request of an SDK, signed over these events; text outside ASCII as the bytes of UTF-8. */
async function post(request: SdkRequest | undefined, signed: readonly BusEvent[]): Promise<Answer> {
  assert.ok(request)
  const bytes = Object.entries(request.headers).map(([name, value]) => [
    name,
    Buffer.from(String(value)).toString('latin1')
  ])
  return send(`${bus.url}/v1/events`, {
    method: 'POST',
    token: await signer.submission(signed),
    headers: { 'accept-language': 'en', ...Object.fromEntries(bytes) },
    body: request.body
  })
}

async function publish(event: BusEvent): Promise<Answer> {
  const headers = { 'content-type': 'application/cloudevents+json' }
  return post({ headers, body: JSON.stringify(event) }, [event])
}

/** The event of this answer, as its recipient gets it. */
async function delivered({ status, body }: Answer): Promise<DeliveredEvent> {
  assert.equal(status, 202, JSON.stringify(body))
  const [result] = body.results as readonly { readonly hash: string }[]
  return bus.clients.B.get<DeliveredEvent>(`/v1/events/${result?.hash}`)
}

async function verdict(item: DeliveredEvent): Promise<readonly string[]> {
  const { keys: system } = await bus.clients.B.get<{ keys: DatedKey[] }>(`/v1/systems${item.event.source}`)
  const { keys } = await bus.clients.B.get<{ keys: PublicJwk[] }>('/.well-known/jwks.json')
  const { signature, receipt } = await verifyItem(item, { system, bus: keys })
  return [signature, receipt]
}

function bodyOf([request]: readonly SdkRequest[]): string {
  assert.ok(request)
  return request.body
}

/** The event in a binary request, as a signer sees it. */
function eventIn([request]: readonly SdkRequest[]): BusEvent {
  assert.ok(request)
  const attributes = Object.entries(request.headers).flatMap(([name, value]) =>
    name.startsWith('ce-') ? [[name.slice(3), decodeURIComponent(value)]] : []
  )
  const datacontenttype = request.headers['content-type']
  return { ...Object.fromEntries(attributes), datacontenttype, data: JSON.parse(request.body) } as BusEvent
}

function encodes([request]: readonly SdkRequest[]): boolean {
  return /^[\x21-\x7e]+$/.test(request?.headers['ce-note'] ?? '')
}

/** An event read by an SDK, in the JSON that it writes of it. */
async function again(sdk: Sdk, event: BusEvent): Promise<BusEvent> {
  const [text = ''] = await sdk.read([JSON.stringify(event)])
  return JSON.parse(text) as BusEvent
}

/** The attributes that two forms of an event do not share. */
function changed(one: BusEvent, other: BusEvent): readonly string[] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return names.filter((name) => !isDeepStrictEqual(one[name], other[name])).map((name) => `\`${name}\``)
}

/** An SDK may write the same instant in another way, and name the type of the data; nothing else. */
function assertSame(one: BusEvent, other: BusEvent): void {
  const { time, datacontenttype = 'application/json' } = one
  assert.deepEqual({ ...one, time: 0, datacontenttype }, { ...other, time: 0, datacontenttype })
  assert.equal(Date.parse(time), Date.parse(other.time))
}
