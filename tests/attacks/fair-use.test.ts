import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { createSigner, type Signer } from '#client/signer.ts'
import { answered, closed, headerOf, type Line, openLine, headOf as request } from '../helpers/raw-line.ts'
import { codes, type Letter, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

/** ATTACKS 2.6: what one agency, or somebody without a token, may take of the gateway. */

const cleanups: (() => unknown)[] = []
const t = { after: (cleanup: unknown) => void cleanups.unshift(cleanup as () => unknown) }
after(async () => {
  for (const cleanup of cleanups) await cleanup()
})

const busWith = (gateway: object): Promise<TestBus> => startTestBus(t, { settings: { gateway } })
const signerOf = (bus: TestBus, letter: Letter): Promise<Signer> =>
  createSigner({ system: systemOf(letter), key: bus.keys[letter].privateJwk, audience: bus.url })
const bearer = (token: string): string => `authorization: Bearer ${token}`

const line = (bus: TestBus, head: string, { reads = true } = {}): Line =>
  openLine(t, bus.url, { head, reads })

describe('a body that comes without a good token', () => {
  let bus: TestBus
  before(async () => {
    bus = await busWith({ openRegistry: true })
  })

  it('is never waited for, at any address that takes one, and its connection ends', async () => {
    const document = (await (await fetch(`${bus.url}/openapi.json`)).json()) as {
      readonly paths: Readonly<
        Record<string, Readonly<Record<string, { readonly security?: readonly unknown[] }>>>
      >
    }
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { security }]) =>
        security ? [[method.toUpperCase(), path]] : []
      )
    )
    assert.ok(routes.length > 20)
    const unknown = [
      ['POST', '/nothing'],
      ['PUT', '/registry/nothing'],
      ['GET', '/nothing'],
      ['GET', '/openapi.json']
    ]
    const lines = [...routes, ...unknown].flatMap(([method = '', path = '']) => {
      const address = path
        .replace('{sha256}', '0'.repeat(64))
        .replace('{hash}', '0'.repeat(64))
        .replaceAll(/\{\w+\}/g, '1')
      return [900_000_000, 1000].map((length) => {
        const headers = ['content-type: application/json', `content-length: ${length}`]
        const one = line(bus, request(method, address, bearer('x.y.z'), ...headers))
        return { what: `${method} ${path} with ${length} bytes`, one }
      })
    })
    for (const { what, one } of lines) {
      await answered(one)
      assert.ok(
        [401, 404, 413, 200].includes(one.status()),
        `${what} was answered ${one.got().slice(0, 100)}`
      )
      const dripping = setInterval(() => one.socket.write('x'), 100)
      await closed(one).finally(() => clearInterval(dripping))
    }
  })

  it('ends its connection also where it is small or of no announced length', async () => {
    for (const length of ['content-length: 1000', 'transfer-encoding: chunked', 'content-length: 0']) {
      const one = line(
        bus,
        request('POST', '/v1/events', 'content-type: application/json', bearer('x.y.z'), length)
      )
      await closed(one)
      assert.equal(one.status(), 401)
    }
  })

  it('is told so in full, though it is still being sent', async () => {
    const one = line(bus, request('PUT', `/v1/attachments/${'0'.repeat(64)}`, 'content-length: 900000000'))
    const sending = setInterval(() => one.socket.write(Buffer.alloc(10_000)), 5)
    await closed(one).finally(() => clearInterval(sending))
    assert.equal(one.status(), 401)
    assert.match(one.got(), /BUS_TOKEN_INVALID/)
  })
})

describe('a body that is refused before it is read', () => {
  it('leaves the connection good for the next request where little of it is left, and ends it where much is', async () => {
    const bus = await busWith({})
    const token = await (await signerOf(bus, 'A')).plain()
    const patch = (length: number): string =>
      request(
        'PATCH',
        `/v1/attachments/${'1'.repeat(64)}`,
        bearer(token),
        'content-type: text/plain',
        `content-length: ${length}`
      )
    const small = line(bus, patch(1000))
    await answered(small)
    small.socket.write(`${'x'.repeat(1000)}${request('GET', '/v1/inbox', bearer(token))}`)
    await until(() => small.got().includes('HTTP/1.1 200'), 10_000)
    const dripping = line(bus, patch(1000))
    await answered(dripping)
    const drip = setInterval(() => dripping.socket.write('x'), 100)
    await closed(dripping).finally(() => clearInterval(drip))
    const large = line(bus, patch(900_000_000))
    await closed(large)
    assert.deepEqual([large.status(), headerOf(large, 'connection')], [415, 'close'])
  })
})

describe('an agency', () => {
  const inbox = (token: string, query = ''): string => request('GET', `/v1/inbox${query}`, bearer(token))

  it('that has as many requests open as it may is refused more, and others are not', async () => {
    const bus = await busWith({ limits: { openRequests: 3, longPolls: 2 } })
    const [a, b] = [await (await signerOf(bus, 'A')).plain(), await (await signerOf(bus, 'B')).plain()]
    const refused = async (query: string): Promise<Line> => {
      const one = line(bus, inbox(a, query))
      await answered(one)
      return one
    }
    const readers = Array.from({ length: 3 }, () => line(bus, inbox(a, '?waitSeconds=30')))
    const waiting = (): readonly Line[] => readers.filter(({ got }) => got() === '')
    await until(() => waiting().length === 2, 10_000)
    const one = await refused('?waitSeconds=30')
    assert.match(one.got(), /BUS_TOO_MANY_REQUESTS/)
    assert.equal(headerOf(one, 'retry-after'), '1')
    assert.match(headerOf(one, 'ratelimit') ?? '', /^"requests";r=\d+;t=[01], "bytes";r=\d+;t=\d+$/)
    assert.match(headerOf(one, 'ratelimit-policy') ?? '', /"open";q=3;qu="concurrent-requests"$/)
    assert.equal((await refused('')).status(), 200)
    const other = line(bus, inbox(b, '?waitSeconds=1'))
    await answered(other)
    assert.equal(other.status(), 200)
    for (const { socket } of waiting()) socket.destroy()
    await until(async () => (await refused('?waitSeconds=1')).status() === 200, 10_000)
  })

  it('that hangs up while its token is checked has nothing open afterwards', async () => {
    const bus = await busWith({ limits: { openRequests: 20, longPolls: 5 } })
    const a = await signerOf(bus, 'A')
    const tokens = await Promise.all(Array.from({ length: 100 }, () => a.plain()))
    const lines = tokens.map((token) => {
      const one = line(bus, '')
      one.socket.write(inbox(token, '?waitSeconds=1'), () => one.socket.resetAndDestroy())
      return one
    })
    await Promise.all(lines.map(closed))
    const token = await a.plain()
    await until(async () => {
      const one = line(bus, inbox(token, '?waitSeconds=1'))
      await answered(one)
      return one.status() === 200
    }, 5000)
  })

  it('whose bodies drip keeps no other agency waiting, and itself no longer than a body may take', async () => {
    const bus = await busWith({ bodyTimeoutMs: 1000, limits: { bodyBytes: 65_536 } })
    const a = await signerOf(bus, 'A')
    const drip = async (): Promise<Line> => {
      const type = 'content-type: application/cloudevents+json'
      const token = await a.submission([{}])
      return line(bus, request('POST', '/v1/events', bearer(token), type, 'content-length: 60000'))
    }
    const dripping = [await drip(), await drip()]
    await new Promise((resolve) => setTimeout(resolve, 100))
    const began = performance.now()
    await bus.clients.B.publish(bus.document({ source: systemOf('B'), recipients: codes.C }))
    assert.ok(
      dripping.every(({ isClosed }) => !isClosed()),
      `B was answered after ${performance.now() - began} ms, when A was`
    )
    await bus.clients.A.publish(bus.document())
    assert.ok(
      dripping.some(({ isClosed }) => isClosed()),
      'A had no room of its own to wait for'
    )
  })

  it('that sends tokens again which it read in its inbox takes nothing of their sender’s share', async () => {
    const bus = await busWith({ limits: { openRequests: 8 } })
    await bus.clients.A.publish(bus.document())
    await until(async () => (await bus.clients.B.page()).events.length === 1, 10_000)
    const { events } = await bus.clients.B.page()
    const token = events[0]?.signature?.token ?? ''
    const type = 'content-type: application/cloudevents+json'
    const head = request('POST', '/v1/events', bearer(token), type, 'content-length: 1000')
    const lines = Array.from({ length: 12 }, () => line(bus, `${head}{`))
    await until(() => lines.filter(({ status }) => status() === 429).length >= 4, 10_000)
    const [result] = await bus.clients.A.publish(bus.document())
    assert.equal(result?.status, 'accepted')
  })

  it('cannot send more bytes by not announcing them', async () => {
    const bus = await busWith({ limits: { bytesPerMinute: 3_000_000 } })
    const token = await (await signerOf(bus, 'A')).plain()
    const upload = (letter: string, chunks: number, end = ''): Line => {
      const headers = ['upload-complete: ?0', 'upload-length: 20000000', 'transfer-encoding: chunked']
      const head = request('PUT', `/v1/attachments/${letter.repeat(64)}`, bearer(token), ...headers)
      return line(bus, `${head}${`c350\r\n${'x'.repeat(50_000)}\r\n`.repeat(chunks)}${end}`)
    }
    const first = upload('a', 50, '0\r\n\r\n')
    await answered(first)
    assert.equal(first.status(), 201)
    await closed(upload('b', 20)) // Broken off in the middle; the next answer says why.
    const next = upload('b', 0)
    await answered(next)
    assert.equal(next.status(), 429)
    assert.match(next.got(), /BUS_TOO_MANY_REQUESTS/)
  })

  it('that does not take an answer is cut off, and its other requests wait for the memory until then', async () => {
    const bus = await busWith({ limits: { answerBytes: 100_000, answerStallMs: 500 } })
    const content = 'x'.repeat(250_000)
    for (let count = 0; count < 16; count += 1) await bus.clients.A.publish(bus.document({}, { content }))
    const token = await (await signerOf(bus, 'B')).plain()
    const page = inbox(token, '?limit=500')
    await until(async () => {
      const one = line(bus, page)
      await until(() => one.got().endsWith('}'), 20_000)
      return one.got().length > 3_500_000
    }, 60_000)
    line(bus, page, { reads: false })
    await bus.clients.B.publish(bus.document({ source: systemOf('B'), recipients: codes.A }))
    const next = line(bus, page)
    await answered(next)
    assert.equal(next.status(), 200)
  })
})

describe('connections', () => {
  for (const [what, limits, status] of [
    ['from one address', { connections: 100, connectionsPerAddress: 40 }, 429],
    ['of all', { connections: 40, connectionsPerAddress: 40 }, 0]
  ] as const) {
    it(`${what} are held to their number, and the management port answers all the same`, async () => {
      const bus = await busWith({ limits })
      const lines = Array.from({ length: 60 }, () => line(bus, 'GET / HTTP/1.1\r\n'))
      const refused = (): readonly Line[] => lines.filter(({ isClosed }) => isClosed())
      await until(() => refused().length >= 20, 5000)
      assert.ok(refused().every((one) => one.status() === status || one.got() === ''))
      assert.equal((await fetch(`${bus.bus.managementUrl}/livez`)).status, 200)
      const metrics = await (await fetch(`${bus.bus.managementUrl}/metrics`)).text()
      assert.match(metrics, /connections_refused_total [1-9]/)
      for (const { socket } of lines) socket.destroy()
      await until(() => isFree(bus), 10_000)
    })
  }
})

it('callers of an open registry wait in a line of their address, not in one of all', async () => {
  const bus = await busWith({ openRegistry: true })
  const fields = Array.from({ length: 2000 }, (_one, n) => ({ name: `f${n}`, type: 'string' }))
  const schema = JSON.stringify({ type: 'record', name: 'R', fields })
  const statuses: number[] = []
  const ask = async (localAddress: string): Promise<number> => {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const headers = { 'content-type': 'application/json' }
    const address = `${bus.url}/registry/compatibility/subjects/x/versions`
    const asking = httpRequest(address, { method: 'POST', localAddress, headers, agent: false }, (answer) => {
      answer.resume()
      statuses.push(answer.statusCode ?? 0)
      resolve(answer.statusCode ?? 0)
    })
    asking.on('error', reject)
    asking.end(JSON.stringify({ schema }))
    return promise
  }
  const flood = Array.from({ length: 200 }, () => ask('127.0.0.2'))
  await until(() => statuses.includes(429), 10_000)
  assert.notEqual(await ask('127.0.0.3'), 429)
  await Promise.all(flood)
})

/** Whether another connection is let in. */
async function isFree(bus: TestBus): Promise<boolean> {
  const one = line(bus, request('GET', '/nothing', 'connection: close'))
  await closed(one)
  return one.status() === 404
}
