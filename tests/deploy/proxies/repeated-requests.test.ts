import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { belowPublicPath } from '#gateway/public-path.ts'
import { makeCertificate } from '../../helpers/certificate.ts'
import { afterSuite } from '../../helpers/servers/cleanup.ts'
import { needs } from '../../helpers/servers/needs.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { until } from '../../helpers/until.ts'
import { type ProxyName, proxies } from './start-proxy.ts'
import { overloadedSeconds, type StubGateways, startStubGateways } from './stub-gateways.ts'

const outsideCalls = ['/v1/connectors/mot-cua/receive', '/v1/connectors/mot-cua/receive/dossiers']
/** Of what changes something, what the gateways count once. */
const countOnce = ['/v1/events', '/v1/inbox/acknowledgements']

for (const name of ['nginx', 'haproxy'] as const) {
  describe(`at a public URL with a path ${name}, as its example says,`, needs(name), () => {
    const suite = afterSuite()
    const publicPath = '/lienthong'
    let [gateways, url] = [{} as StubGateways, '']

    before(async () => {
      ;[gateways, url] = await start(suite, name, publicPath)
      await until(async () => (await fetch(`${url}/v1/inbox`)).ok, 30_000)
    })

    it('gives the gateway every address as the caller wrote it', async () => {
      for (const path of ['/v1/flows/a%2Fb%2520c?x=%2F', '/v1/events?a=1', '/console', '/v1/live']) {
        const seen: string[] = []
        gateways.react((_method, asked) => {
          seen.push(belowPublicPath(asked, publicPath))
          return 200
        })
        await (await fetch(url + path)).text()
        assert.deepEqual(seen, [path])
      }
    })

    it('sends again what counts once, and no call of an outside system', async () => {
      gateways.react(() => 'nothing')
      // HAProxy closes the caller's connection too, if its own was used before.
      await fetch(url + outsideCalls[0], { method: 'PUT', body: '{}' }).catch(() => undefined)
      assert.equal(gateways.count(), 1)
      gateways.react(() => 503)
      await (await fetch(url + countOnce[0], { method: 'POST', body: '{}' })).text()
      assert.equal(gateways.count(), 2)
    })
  })

  describe(`what ${name} sends again, as its example says`, needs(name), () => {
    const suite = afterSuite()
    let [gateways, url] = [{} as StubGateways, '']

    before(async () => {
      ;[gateways, url] = await start(suite, name)
      await until(async () => (await send('GET', '/v1/inbox')).status === 200, 30_000)
    })

    const send = async (method: string, path: string): Promise<Response> => {
      const body = method === 'GET' ? null : '{}'
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${url}${path}`, { method, headers, body })
      await answer.text()
      return answer
    }

    it('passes on that both are overloaded, and inboxes are read meanwhile', async () => {
      gateways.react((method) => (method === 'POST' ? 503 : 200))
      for (let sent = 1; sent <= 10; sent += 1) {
        const answer = await send('POST', '/v1/events')
        assert.equal(answer.status, 503)
        assert.equal(answer.headers.get('retry-after'), overloadedSeconds)
        assert.equal(gateways.count(), 2 * sent, 'each gateway is asked once')
      }
      for (let read = 0; read < 10; read += 1) assert.equal((await send('GET', '/v1/inbox')).status, 200)
    })

    it('gives to the other what one answers with 503 or not at all', async () => {
      for (const how of [503, 'nothing'] as const) {
        gateways.react((_method, _path, index) => (index === 0 ? how : 200))
        for (let turn = 0; turn < 4; turn += 1) {
          assert.equal((await send('GET', '/v1/inbox')).status, 200)
          for (const path of countOnce) assert.equal((await send('POST', path)).status, 200)
        }
      }
    })

    it('sends once what was not answered and may count twice', async () => {
      const once = ['POST', 'PATCH', ...(name === 'haproxy' ? ['PUT', 'DELETE'] : [])]
      const calls = [
        ...once.map((method) => [method, '/v1/attachments/a'] as const),
        ...['GET', 'POST', 'PUT', 'DELETE'].flatMap((method) =>
          outsideCalls.map((path) => [method, path] as const)
        )
      ]
      for (const [method, path] of calls) {
        await until(async () => (await send('GET', path)).status === 200, 30_000)
        gateways.react(() => 'nothing')
        assert.equal((await send(method, path)).status, 502)
        assert.equal(gateways.count(), 1, `${method} ${path}`)
        gateways.react(() => 200)
      }
    })

    it('goes on with calls of outside systems while one gateway is down', async () => {
      gateways.react(() => 200)
      await gateways.stop(0)
      const call = async (): Promise<boolean> => (await send('PUT', '/v1/connectors/mot-cua/receive')).ok
      await until(call, 30_000)
      const since = performance.now()
      let failed = 0
      for (let left = 60; left > 0; left -= 1) if (!(await call())) failed += 1
      // nginx notices it by three calls in each second.
      const seconds = Math.ceil((performance.now() - since) / 1000)
      assert.ok(failed <= (name === 'nginx' ? 3 * (seconds + 1) : 0), `${failed} failed in ${seconds} s`)
    })
  })
}

/** The stubs behind a proxy, and the public URL. */
async function start(t: Cleanup, name: ProxyName, publicPath?: string): Promise<[StubGateways, string]> {
  const certificate = makeCertificate(temporaryFolder(t), 'bus')
  const port = await freePort()
  setDefaultCACertificates([...getCACertificates(), readFileSync(certificate.certFile, 'utf8')])
  const gateways = await startStubGateways(t)
  const more = publicPath === undefined ? {} : { publicPath }
  await proxies[name](t, { ...certificate, ...more, port, ports: gateways.ports })
  return [gateways, `https://127.0.0.1:${port}${publicPath ?? ''}`]
}
