import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { it, type TestContext } from 'node:test'
import { createLimitedFetch } from '#connectors/host/limited-fetch.ts'

const network = {
  timeoutMs: 10_000,
  maxAnswerBytes: 1024,
  allowPlainHttp: true,
  allowPrivateAddresses: true
}

async function openServer(t: TestContext, listener: RequestListener, limits: object = {}) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const fetching = createLimitedFetch({ ...network, ...limits })
  t.after(async () => {
    await fetching.close()
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return { url, fetch: fetching.fetchWithin(new AbortController().signal) }
}

it('gives the answer as it is, status and headers included', async (t) => {
  const { url, fetch } = await openServer(t, (request, response) => {
    response.writeHead(404, { 'x-method': request.method }).end('no')
  })
  const response = await fetch(url, { method: 'PUT', body: 'x' })
  assert.deepEqual(
    [response.status, response.headers.get('x-method'), await response.text()],
    [404, 'PUT', 'no']
  )
})

it('takes an answer up to its limit, and no byte more', async (t) => {
  const { url, fetch } = await openServer(t, (request, response) => {
    response.end('x'.repeat(Number(request.url?.slice(1))))
  })
  assert.equal((await (await fetch(`${url}1024`)).text()).length, 1024)
  await assert.rejects(fetch(`${url}1025`), { code: 'BUS_PEER_FAILED', fault: 'http:tooLarge' })
})

it('ends with the memory it may use where an answer never ends', async (t) => {
  const { url, fetch } = await openServer(t, (_request, response) => {
    const send = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      response.once('drain', send)
    }
    send()
  })
  await assert.rejects(fetch(url), { code: 'BUS_PEER_FAILED', fault: 'http:tooLarge' })
})

it('ends at its time limit where no answer comes', async (t) => {
  const { url, fetch } = await openServer(t, () => {}, { timeoutMs: 1000 })
  await assert.rejects(fetch(url), { code: 'BUS_PEER_UNREACHABLE' })
})

it('says how long an outside that is busy asks to wait, and when it does not take the credentials', async (t) => {
  const { url, fetch } = await openServer(t, (request, response) => {
    const status = Number(request.url?.slice(1))
    response.writeHead(status, { 'retry-after': '7' }).end()
  })
  await assert.rejects(fetch(`${url}429`), { code: 'BUS_PEER_FAILED', waitMs: 7000 })
  await assert.rejects(fetch(`${url}503`), { code: 'BUS_PEER_FAILED', waitMs: 7000 })
  await assert.rejects(fetch(`${url}401`), { code: 'BUS_PEER_CREDENTIALS' })
})

it('says that an outside cannot be reached', async (t) => {
  const { fetch } = await openServer(t, () => {})
  await assert.rejects(fetch('http://127.0.0.1:1/'), {
    code: 'BUS_PEER_UNREACHABLE',
    fault: 'http:unreachable'
  })
})

it('calls neither the own network nor a server without TLS, unless the settings allow it', async (t) => {
  const answer: RequestListener = (_request, response) => response.end('inside')
  const strict = await openServer(t, answer, { allowPrivateAddresses: false })
  await assert.rejects(strict.fetch(strict.url), { fault: 'http:urlRefused' })
  const secure = await openServer(t, answer, { allowPlainHttp: false })
  await assert.rejects(secure.fetch(secure.url), { fault: 'http:urlRefused' })
})
