import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { createSigner } from '#client/signer.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { codes, type Letter, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

type States = Readonly<Record<string, string>>

async function statesOf({ clients }: TestBus, { source, id }: BusEvent): Promise<States> {
  const query = new URLSearchParams({ source, id })
  const { deliveries } = await clients.A.get<{ deliveries: readonly { agency: string; state: string }[] }>(
    `/v1/events?${query}`
  )
  return Object.fromEntries(deliveries.map(({ agency, state }) => [agency, state]))
}

async function authorizationOf(bus: TestBus, letter: Letter): Promise<string> {
  const key = bus.keys[letter].privateJwk
  const signer = await createSigner({ system: systemOf(letter), key, audience: bus.url })
  return `Bearer ${await signer.plain()}`
}

/** Publishes documents for B and C, and waits until both may read them. */
async function published(bus: TestBus, count: number): Promise<readonly BusEvent[]> {
  const recipients = `${codes.B},${codes.C}`
  const events = Array.from({ length: count }, () => bus.document({ recipients }))
  await bus.clients.A.publish(...events)
  await until(async () => {
    const states = await Promise.all(events.map((event) => statesOf(bus, event)))
    return states.every((one) => Object.keys(one).length === 2)
  }, 10_000)
  return events
}

const untouched: States = { [codes.B]: 'pending', [codes.C]: 'pending' }

/** Waits until what C is given by a page is recorded: what was given before it is recorded too, then. */
async function recorded(bus: TestBus, event: BusEvent | undefined): Promise<void> {
  assert.ok(event)
  await bus.clients.C.page({ limit: 500 })
  await until(async () => (await statesOf(bus, event))[codes.C] === 'delivered', 10_000)
}

describe('what a reader was given', () => {
  it('is delivered though it returns no cursor: what stood on the page and nothing else, once', async (t) => {
    const bus = await startTestBus(t)
    const [first, second] = await published(bus, 2)
    assert.ok(first && second)
    assert.deepEqual([await statesOf(bus, first), await statesOf(bus, second)], [untouched, untouched])
    await bus.clients.B.page({ limit: 1 })
    await until(async () => (await statesOf(bus, first))[codes.B] === 'delivered', 10_000)
    assert.deepEqual(await statesOf(bus, first), { ...untouched, [codes.B]: 'delivered' })
    assert.deepEqual(await statesOf(bus, second), untouched)
  })

  it('is delivered when it reads an event by its name or by its hash; the publisher delivers nothing to itself', async (t) => {
    const bus = await startTestBus(t)
    const [named, hashed] = await published(bus, 2)
    assert.ok(named && hashed)
    const { source, id } = named
    await bus.clients.B.get(`/v1/events?${new URLSearchParams({ source, id })}`)
    const [again] = await bus.clients.A.publish(hashed)
    await bus.clients.A.get(`/v1/events/${again?.hash}`)
    assert.deepEqual(await statesOf(bus, hashed), untouched)
    await bus.clients.B.get(`/v1/events/${again?.hash}`)
    for (const event of [named, hashed]) {
      await until(async () => (await statesOf(bus, event))[codes.B] === 'delivered', 10_000)
    }
  })

  it('is not delivered by the headers alone, by a refusal, or to who has gone before the answer', async (t) => {
    const bus = await startTestBus(t)
    const authorization = await authorizationOf(bus, 'B')
    const waiting = connect(Number(new URL(bus.url).port), '127.0.0.1')
    waiting.write(
      `GET /v1/inbox?waitSeconds=30 HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n\r\n`
    )
    await new Promise((resolve) => setTimeout(resolve, 300))
    waiting.destroy()
    const [event] = await published(bus, 1)
    assert.ok(event)
    const headers = { authorization }
    const [found] = await bus.clients.A.publish(event)
    for (const path of ['/v1/inbox', `/v1/events/${found?.hash}`]) {
      assert.equal((await fetch(bus.url + path, { method: 'HEAD', headers })).status, 200)
    }
    assert.equal((await fetch(`${bus.url}/v1/inbox?limit=0`, { headers })).status, 400)
    await recorded(bus, event)
    assert.deepEqual(await statesOf(bus, event), { [codes.B]: 'pending', [codes.C]: 'delivered' })
  })

  it('is delivered though its reader takes only the beginning of a page, and is no longer recalled then', async (t) => {
    const bus = await startTestBus(t)
    const title = 'x'.repeat(7000) // 500 of them are more than the system buffers of a connection.
    const events = Array.from({ length: 500 }, () => bus.document({}, { title }))
    for (let from = 0; from < 500; from += 100) await bus.clients.A.publish(...events.slice(from, from + 100))
    const [first, last] = [events[0], events.at(-1)]
    assert.ok(first && last)
    const areAt = async (state: string): Promise<boolean> =>
      [await statesOf(bus, first), await statesOf(bus, last)].every((one) => one[codes.B] === state)
    await until(() => areAt('pending'), 10_000)
    const authorization = await authorizationOf(bus, 'B')
    const slow = connect(Number(new URL(bus.url).port), '127.0.0.1')
    t.after(() => slow.destroy())
    slow.write(`GET /v1/inbox?limit=500 HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n\r\n`)
    const [begun] = await once(slow, 'data')
    slow.pause()
    assert.ok((begun as Buffer).length < 1_000_000)
    await until(() => areAt('delivered'), 10_000)
    slow.resetAndDestroy()
    const { subject } = first
    const responseFor = [{ organId: codes.A, code: '15/SMA-VP', documentId: subject }]
    const recall = { affectedDocumentId: subject, responseFor }
    await bus.clients.A.publish(bus.document({ type: 'document.recalled.v1', subject }, recall))
    await until(
      async () => (await bus.clients.B.page({ types: ['document.recalled.v1'] })).events.length > 0,
      10_000
    )
    assert.equal((await statesOf(bus, first))[codes.B], 'delivered')
  })

  it('is recorded when the bus stops right after', async (t) => {
    const bus = await startTestBus(t)
    const events = await published(bus, 100)
    await bus.clients.B.page({ limit: 500 })
    await bus.bus.close()
    const again = await startTestBus(t, { folder: bus.folder, port: Number(new URL(bus.url).port) })
    const states = await Promise.all(events.map((event) => statesOf(again, event)))
    assert.ok(states.every((one) => one[codes.B] === 'delivered'))
    assert.ok(states.every((one) => one[codes.C] === 'pending'))
  })
})
