import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { createSigner } from '#client/signer.ts'
import { agencyOf } from '#protocol/events/event.ts'
import { keyFiles, readKey } from '#runtime/keyring.ts'
import { logIn } from '../../helpers/log-in.ts'
import {
  actOnSystem,
  codes,
  type Letter,
  startTestBus,
  systemOf,
  type TestBus
} from '../../helpers/test-bus.ts'
import { until } from '../../helpers/until.ts'

interface Received {
  readonly event: string
  readonly id: number
  readonly data: Readonly<Record<string, unknown>>
}

/** Reads the feed as a system until the test ends. */
async function open(t: TestContext, bus: TestBus, who: Letter | 'operator', lastId?: number) {
  const system = who === 'operator' ? '/bus/systems/operator' : systemOf(who)
  const key =
    who === 'operator' ? (await readKey(keyFiles(bus.folder).operator)).privateJwk : bus.keys[who].privateJwk
  const signer = await createSigner({ system, key, audience: bus.url })
  return openWith(t, bus, {
    authorization: `Bearer ${await signer.plain()}`,
    ...(lastId === undefined ? {} : { 'last-event-id': String(lastId) })
  })
}

async function openWith(t: TestContext, bus: TestBus, headers: Readonly<Record<string, string>>) {
  const closing = new AbortController()
  t.after(() => closing.abort())
  const response = await fetch(`${bus.url}/v1/live`, { headers, signal: closing.signal })
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
  const received: Received[] = []
  const feed = { received, ended: false, close: () => closing.abort() }
  const read = async (): Promise<void> => {
    let text = ''
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const parts = (text + chunk).split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) {
        const fields = new Map(
          part.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)])
        )
        const data = fields.get('data')
        if (data === undefined) continue
        received.push({
          event: fields.get('event') ?? 'message',
          id: Number(fields.get('id')),
          data: JSON.parse(data)
        })
      }
    }
  }
  read()
    .catch(() => {})
    .finally(() => {
      feed.ended = true
    })
  return feed
}

it('the live feed shows events as they are archived to those who may see them, resumes, and ends with the rights', async (t) => {
  const bus = await startTestBus(t)
  const [all, ofB, ofC] = [await open(t, bus, 'operator'), await open(t, bus, 'B'), await open(t, bus, 'C')]
  const secret = 'khong-cho-ai-xem'
  const first = bus.document({}, { content: secret })
  const [published] = await bus.clients.A.publish(first)
  await until(() => all.received.length === 1 && ofB.received.length === 1, 15_000)
  const [one] = all.received
  assert.deepEqual(one?.data, {
    number: one?.id,
    hash: published?.hash,
    type: first.type,
    agency: agencyOf(first.source),
    recipients: [codes.B],
    subject: first.subject,
    flow: first.subject,
    recordedTime: published?.recordedtime
  })
  assert.deepEqual(ofB.received, all.received)
  assert.ok(!JSON.stringify(all.received).includes(secret))

  ofB.close()
  await bus.clients.A.publish(bus.document({ recipients: codes.C }), bus.document())
  await until(() => all.received.length === 3 && ofC.received.length === 1, 15_000)
  const again = await open(t, bus, 'B', one?.id)
  await until(() => again.received.length === 1, 15_000)
  assert.deepEqual(again.received, all.received.slice(2))

  await actOnSystem(bus.operator, systemOf('B'), { act: 'system.suspended' })
  await until(() => again.ended, 15_000)
  assert.equal(again.received.at(-1)?.event, 'problem')
  assert.equal(again.received.at(-1)?.data.code, 'BUS_NOT_PERMITTED')
  await bus.clients.A.publish(bus.document())
  await until(() => all.received.length === 4, 15_000)
  assert.equal(again.received.length, 2)
})

it('the live feed of a person ends with the session', async (t) => {
  const bus = await startTestBus(t)
  const { cookie, send } = await logIn(bus)
  const feed = await openWith(t, bus, { cookie })
  await bus.clients.A.publish(bus.document())
  await until(() => feed.received.length === 1, 15_000)
  await send('DELETE', '/console/session')
  await until(() => feed.ended, 15_000)
  assert.deepEqual(
    feed.received.map(({ event, data }) => [event, data.code]),
    [
      ['message', undefined],
      ['problem', 'BUS_SESSION_INVALID']
    ]
  )
})
