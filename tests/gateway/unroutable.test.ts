import assert from 'node:assert/strict'
import { request } from 'node:http'
import { before, describe, it } from 'node:test'
import { createMetrics } from '#engines/telemetry/metrics.ts'
import { createManagement } from '#gateway/management.ts'
import { afterSuite } from '../helpers/servers/cleanup.ts'
import { startTestBus } from '../helpers/test-bus.ts'

interface Answered {
  readonly status: number | undefined
  readonly type: string | undefined
  readonly body: Readonly<Record<string, unknown>>
}

/** Sends a path exactly as it is, which `fetch` would correct. */
async function ask(base: string, path: string, method = 'GET'): Promise<Answered> {
  const { hostname, port } = new URL(base)
  const { promise, resolve, reject } = Promise.withResolvers<Answered>()
  const headers = { 'accept-language': 'en' }
  const sent = request({ hostname, port, path, method, headers }, async (response) => {
    const text = (await response.toArray()).join('')
    const { statusCode: status, headers } = response
    resolve({ status, type: headers['content-type'], body: JSON.parse(text) as Answered['body'] })
  })
  sent.on('error', reject)
  sent.end()
  return promise
}

const malformed = [
  '/%zz',
  '/v1/events/%',
  '/v1/agencies/%c3%28',
  '/%e0%a4%a/x',
  '/v1/flows/a%00b',
  '/console/%00'
]
const unknown = ['/nowhere', '/v1/nowhere', `/${'x'.repeat(2000)}`, '/v1', '/%2e%2e/v1']

describe('an address that leads nowhere', () => {
  const suite = afterSuite()
  let url = ''
  before(async () => {
    url = (await startTestBus(suite)).url
  })

  it('is answered with a problem that says so, and nothing of the libraries used', async () => {
    for (const path of malformed) {
      const { status, type, body } = await ask(url, path)
      assert.deepEqual([path, status, body.code], [path, 400, 'BUS_REQUEST_INVALID'])
      assert.match(type ?? '', /^application\/problem\+json/)
      assert.deepEqual(
        [body.status, body.instance, String(body.traceId).length],
        [400, path, 32],
        'a whole problem document'
      )
      assert.doesNotMatch(JSON.stringify(body), /FST_|statusCode|url component/)
    }
    const nul = await ask(url, '/v1/acts?who=%00')
    assert.deepEqual([nul.status, nul.body.code], [400, 'BUS_REQUEST_INVALID'])
    assert.match(String(nul.body.detail), /%00/)
    for (const method of ['GET', 'POST', 'DELETE', 'PROPFIND']) {
      for (const path of unknown) {
        const { status, type, body } = await ask(url, path, method)
        assert.deepEqual([method, path, status, body.code], [method, path, 404, 'BUS_NOT_FOUND'])
        assert.match(type ?? '', /^application\/problem\+json/)
      }
    }
  })

  it('is answered with the methods that the address has', async () => {
    for (const [method, path, allowed] of [
      ['TRACE', '/v1/connectors', 'GET, HEAD, POST, OPTIONS'],
      ['DELETE', '/v1/agencies/000.00.91.H03?x=1', 'GET, HEAD, OPTIONS'],
      ['POST', '/v1/inbox/', 'GET, HEAD, OPTIONS'],
      ['GET', '/v1/inbox/acknowledgements', 'POST, OPTIONS']
    ] as const) {
      const response = await fetch(url + path, { method }).catch(() => undefined)
      const { status, type, body } = await ask(url, path, method)
      assert.deepEqual([path, status, body.code], [path, 405, 'BUS_METHOD_NOT_ALLOWED'])
      assert.match(type ?? '', /^application\/problem\+json/)
      if (response) assert.equal(response.headers.get('allow'), allowed) // fetch sends no TRACE.
    }
    const { status, body } = await ask(url, '/registry/subjects', 'PUT')
    assert.deepEqual([status, body.error_code], [405, 405])
  })

  it('is told the methods that an address has by OPTIONS', async () => {
    for (const [path, status, allowed] of [
      ['/v1/events', 204, 'GET, HEAD, POST, OPTIONS'],
      ['/registry/subjects', 204, 'GET, HEAD, OPTIONS'],
      ['/v1/nowhere', 404, null]
    ] as const) {
      const response = await fetch(url + path, { method: 'OPTIONS' })
      assert.deepEqual([path, response.status, response.headers.get('allow')], [path, status, allowed])
    }
    const { hostname, port } = new URL(url)
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
    request({ hostname, port, path: '*', method: 'OPTIONS' }, (response) =>
      resolve(response.resume().statusCode)
    )
      .on('error', reject)
      .end()
    assert.equal(await promise, 204)
  })

  it('is answered with an error of that API under /registry', async () => {
    // A name with a NUL is an invalid subject, as that API answers: 42208.
    for (const [path, expected] of [
      ['/registry/subjects/%zz/versions', 400],
      ['/registry/subjects/%00/versions', 422]
    ] as const) {
      const { status, type, body } = await ask(url, path)
      assert.deepEqual([path, status, type], [path, expected, 'application/vnd.schemaregistry.v1+json'])
      assert.deepEqual(Object.keys(body), ['error_code', 'message'])
      assert.doesNotMatch(JSON.stringify(body), /FST_|%zz/)
    }
  })

  it('is answered with a problem on the port of the operator too', async (t) => {
    const app = createManagement({
      version: '0',
      metrics: createMetrics({ ignoredActs: () => 0 }),
      checks: [],
      warnings: [],
      refreshMetrics: async () => {},
      alerts: async () => []
    })
    t.after(() => app.close())
    const base = await app.listen({ host: '127.0.0.1', port: 0 })
    assert.equal((await ask(base, '/%zz')).body.code, 'BUS_REQUEST_INVALID')
    assert.equal((await ask(base, '/nowhere')).body.code, 'BUS_NOT_FOUND')
  })
})
