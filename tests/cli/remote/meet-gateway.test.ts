import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { examineGateway } from '#cli/remote/examine-gateway.ts'
import { type MetFault, meetGateway } from '#cli/remote/meet-gateway.ts'
import { createClient } from '#client/create-client.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { generateKey } from '#protocol/trust/jwk.ts'
import { makeCertificate } from '../../helpers/certificate.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { startTestBus, systemOf } from '../../helpers/test-bus.ts'

async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function serveTls(t: TestContext): Promise<string> {
  const { certFile, keyFile } = makeCertificate(temporaryFolder(t), 'gateway')
  const options = { cert: readFileSync(certFile), key: readFileSync(keyFile) }
  const server = createTlsServer(options, (_request, response) => response.end('{}')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const answerWith =
  (status: number, headers: Record<string, string> = {}, text = ''): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(text)
  }

async function faultAt(address: string): Promise<MetFault | undefined> {
  const met = await meetGateway(address, 'en')
  return 'fault' in met ? met.fault : undefined
}

describe('what answers where there should be a gateway', () => {
  it('is known by what it answers', async (t) => {
    const expected: readonly (readonly [MetFault, RequestListener])[] = [
      ['other', answerWith(200, { 'content-type': 'text/html' }, '<h1>It works!</h1>')],
      ['other', answerWith(200, { 'content-type': 'application/json' }, '{"audience":"x"}')],
      ['other', answerWith(404)],
      ['redirect', answerWith(302, { location: 'https://sso.example.gov.vn/login' })],
      ['https', answerWith(400, {}, 'The plain HTTP request was sent to HTTPS port')],
      ['login', answerWith(401, { 'www-authenticate': 'Basic' })],
      ['proxy', answerWith(502, {}, 'Bad Gateway')],
      [
        'problem',
        answerWith(
          503,
          { 'content-type': 'application/problem+json' },
          '{"code":"BUS_STOPPING","status":503}'
        )
      ],
      ['network', (request) => request.socket.destroy()]
    ]
    for (const [fault, answer] of expected) assert.equal(await faultAt(await serve(t, answer)), fault)
    const moved = await serve(t, (request, response) =>
      response.writeHead(301, { location: `https://127.0.0.1${request.url}` }).end()
    )
    assert.equal(await faultAt(moved), 'https')
  })

  it('is known by the connection, if there is no answer', async (t) => {
    assert.equal(await faultAt(`http://127.0.0.1:${await freePort()}`), 'refused')
    assert.equal(await faultAt('http://127.0.0.1:9'), 'port')
    const secure = await serveTls(t)
    assert.equal(await faultAt(secure), 'authority')
    assert.equal(await faultAt(secure.replace('https', 'http')), 'https')
    const plain = await serve(t, answerWith(200))
    assert.equal(await faultAt(plain.replace('http', 'https')), 'http')
  })
})

describe('a gateway, examined as a system', () => {
  it('tells a wrong audience, a wrong clock and an unknown key apart', async (t) => {
    const { url, bus, keys } = await startTestBus(t)
    const seen = async (gateway: string, key = keys.A.privateJwk) => {
      const client = await createClient({ gateway, system: systemOf('A'), key })
      const found = await examineGateway(gateway, { client, kid: key.kid, language: 'en' })
      return found.filter(({ ok }) => !ok).map(({ says }) => says)
    }
    assert.deepEqual(await seen(url), [])
    assert.deepEqual(await seen(url.replace('127.0.0.1', 'localhost')), ['audience.differs', 'key.unchecked'])
    assert.deepEqual(await seen(bus.managementUrl), ['gateway.management'])
    const { privateJwk } = await generateKey('key-A', 'EdDSA')
    assert.deepEqual(await seen(url, privateJwk as typeof keys.A.privateJwk), ['key.unknown'])
    const real = Date.now
    t.mock.method(Date, 'now', () => real() - 600_000)
    assert.deepEqual(await seen(url), ['clock.behind', 'key.unchecked'])
  })
  it('finds rights on any page, asks in its language, and knows answers that are not a gateway', async (t) => {
    const { privateJwk: key } = await generateKey('key-A', 'EdDSA')
    const right = { resource: systemOf('A'), type: 'document.issued.v1' }
    const pages: Record<string, unknown> = {
      '': { items: [null, { ...right, resource: '/other' }], next: 'p2' },
      p2: { items: [right] }
    }
    const seen = async (answer: (url: URL) => unknown) => {
      const languages = new Set<string | undefined>()
      const gateway = await serve(t, (request, response) => {
        const url = new URL(request.url ?? '', 'http://host')
        languages.add(request.headers['accept-language'])
        response.setHeader('content-type', 'application/json')
        const isAbout = url.pathname === '/.well-known/lienthong'
        response.end(JSON.stringify(isAbout ? aboutAt(String(request.headers.host)) : answer(url)))
      })
      const client = await createClient({ gateway, system: systemOf('A'), key, language: 'vi' })
      const found = await examineGateway(gateway, { client, kid: key.kid, language: 'vi' })
      assert.deepEqual([...languages], ['vi'])
      return found.slice(4).map(({ says }) => says)
    }
    const system = (url: URL): boolean => url.pathname.startsWith('/v1/systems')
    const paged = (url: URL) => pages[url.searchParams.get('after') ?? '']
    const good = await seen((url) => (system(url) ? { status: 'active' } : paged(url)))
    assert.deepEqual(good, ['key.accepted', 'system.active', 'rights.some'])
    for (const wrong of [{}, null]) {
      assert.deepEqual(await seen(() => wrong), ['key.strange'])
      assert.deepEqual(await seen((url) => (system(url) ? { status: 'active' } : wrong)), ['key.strange'])
    }
  })
})

const aboutAt = (host: string) => ({
  audience: `http://${host}`,
  time: new Date().toISOString(),
  token: { lifetimeSeconds: 300, clockToleranceSeconds: 30 },
  limits: { bodyBytes: 1, eventsPerRequest: 1, attachmentBytes: 1, inboxWaitSeconds: 1 }
})
