import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { BusError } from '#protocol/errors/bus-error.ts'
import { makeAuthority } from '#tests/helpers/authority.ts'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'
import { createHttpClient, type HttpClient, type HttpClientOptions } from './http-client.ts'
import { checkStatus, retryAfterMs } from './peer-errors.ts'

const never = new AbortController().signal

function open(t: TestContext, options: Partial<HttpClientOptions> = {}): HttpClient {
  const client = createHttpClient({
    timeoutMs: 5000,
    maxBytes: 65_536,
    allowPrivate: true,
    allowPlain: true,
    connections: 4,
    ...options
  })
  t.after(client.close)
  return client
}

async function serve(
  t: TestContext,
  answer: (response: ServerResponse, url: string) => void
): Promise<string> {
  const server = createServer((request, response) => answer(response, request.url ?? ''))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function failure(client: HttpClient, url: string, signal = never): Promise<BusError> {
  return client.send({ method: 'GET', url, headers: {} }, signal).then(
    () => assert.fail('it was answered'),
    (error: BusError) => error
  )
}

describe('the HTTP client', () => {
  it('gives any answer, whatever its status', async (t) => {
    const url = await serve(t, (response) => response.writeHead(503).end('later'))
    const answer = await open(t).send({ method: 'GET', url: `${url}/x?y=1`, headers: {} }, never)
    assert.equal(answer.status, 503)
    assert.equal(answer.body.toString(), 'later')
  })

  it('says that nothing answers', async (t) => {
    const error = await failure(open(t), 'http://127.0.0.1:1/')
    assert.equal(error.code, 'BUS_PEER_UNREACHABLE')
    assert.match(error.message, /ECONNREFUSED/)
  })

  it('ends a request that takes too long, also one that drips', async (t) => {
    const silent = await serve(t, () => {})
    const dripping = await serve(t, (response) => {
      const drip = setInterval(() => response.write('.'), 20)
      response.on('close', () => clearInterval(drip))
    })
    for (const url of [silent, dripping]) {
      const error = await failure(open(t, { timeoutMs: 300 }), url)
      assert.equal(error.code, 'BUS_PEER_UNREACHABLE')
      assert.equal(error.fault, 'http:timeout')
    }
  })

  it('reads no more than the limit of an endless answer', async (t) => {
    let sent = 0
    const chunk = Buffer.alloc(65_536)
    const url = await serve(t, (response) => {
      const more = (): void => {
        while (!response.destroyed) {
          sent += chunk.length
          if (!response.write(chunk)) return void response.once('drain', more)
        }
      }
      more()
    })
    const error = await failure(open(t), url)
    assert.equal(error.fault, 'http:tooLarge')
    assert.equal(error.code, 'BUS_PEER_FAILED')
    assert.ok(sent < 16 * 1_048_576, `${sent} bytes were sent`)
  })

  it('does not begin to read an answer that announces 2 GiB', async (t) => {
    const url = await serve(t, (response) =>
      response.writeHead(200, { 'content-length': 2 ** 31 }).write('x')
    )
    assert.equal((await failure(open(t), url)).fault, 'http:tooLarge')
  })

  it('follows no redirection, to a private address or elsewhere', async (t) => {
    const url = await serve(t, (response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/latest/' }).end()
    )
    assert.equal((await failure(open(t), url)).fault, 'http:redirects')
  })

  it('unpacks nothing', async (t) => {
    const url = await serve(t, (response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'))
    )
    assert.equal((await failure(open(t), url)).fault, 'http:compressed')
  })

  it('connects to private addresses only where allowed, to reserved ones never', async (t) => {
    const url = await serve(t, (response) => response.end('inside'))
    const strict = open(t, { allowPrivate: false })
    assert.equal((await failure(strict, url)).fault, 'http:urlRefused')
    assert.equal((await failure(strict, url.replace('127.0.0.1', 'localhost'))).fault, 'http:addressPrivate')
    for (const host of [
      '169.254.169.254',
      '168.63.129.16',
      '0.0.0.0',
      '[::]',
      '2852039166',
      '0xa9fea9fe',
      '[::ffff:169.254.169.254]',
      '[64:ff9b::a9fe:a9fe]'
    ]) {
      assert.equal((await failure(open(t), `http://${host}/`)).fault, 'http:urlRefused', host)
    }
  })

  it('tells a connection that never stood from an answer that never came', async (t) => {
    const silent = createTcpServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    t.after(() => silent.close())
    const { port } = silent.address() as AddressInfo
    const client = open(t, { timeoutMs: 3000 })
    const { code, cause } = await failure(client, `https://127.0.0.1:${port}/`)
    assert.deepEqual([code, Object(cause).code], ['BUS_PEER_UNREACHABLE', 'UND_ERR_CONNECT_TIMEOUT'])
    const late = await failure(client, await serve(t, () => {}))
    assert.equal(late.fault, 'http:timeout')
  })

  it('tells what is wrong with TLS from a server that is away, in the words of the standard', async (t) => {
    const plain = await serve(t, (response) => void response.end())
    const { code, fault, message } = await failure(open(t), plain.replace('http:', 'https:'))
    assert.deepEqual([code, fault], ['BUS_PEER_UNREACHABLE', 'http:tls'])
    assert.match(message, /\(ERR_SSL_WRONG_VERSION_NUMBER: wrong version number\)/)
  })

  it('asks neither without TLS, unless allowed, nor with a password in the URL', async (t) => {
    assert.equal(
      (await failure(open(t, { allowPlain: false }), 'http://example.vn/')).fault,
      'http:urlRefused'
    )
    assert.equal((await failure(open(t), 'https://u:p@example.vn/')).fault, 'http:urlRefused')
  })

  it('rejects with the reason of the caller who gave up', async (t) => {
    const url = await serve(t, () => {})
    const stop = new AbortController()
    const asked = open(t).send({ method: 'GET', url, headers: {} }, stop.signal)
    stop.abort(new TypeError('stopped'))
    await assert.rejects(asked, { message: 'stopped' })
  })

  it('asks through the proxy of the settings', async (t) => {
    const proxy = await serve(t, (response, target) => response.end(`through the proxy to ${target}`))
    const request = { method: 'GET', url: 'http://system.invalid/notes?after=1', headers: {} }
    const answer = await open(t, { proxy, allowPrivate: false }).send(request, never)
    assert.equal(answer.body.toString(), 'through the proxy to http://system.invalid/notes?after=1')
  })

  it('shows its certificate, and trusts only the authority given', async (t) => {
    const authority = makeAuthority(await temporaryFolder(t), 'authority')
    const [theirs, ours] = [authority.issue('server', 'IP:127.0.0.1'), authority.issue('client')]
    const read = ({ certFile, keyFile }: { certFile: string; keyFile: string }) => {
      return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
    }
    const ca = readFileSync(authority.caFile, 'utf8')
    const server = createTlsServer(
      { ...read(theirs), ca, requestCert: true, rejectUnauthorized: true },
      (_, response) => response.end('mutual')
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    t.after(() => {
      server.closeAllConnections()
      server.close()
    })
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const answer = await open(t, { tls: { ca, ...read(ours) } }).send(
      { method: 'GET', url, headers: {} },
      never
    )
    assert.equal(answer.body.toString(), 'mutual')
    assert.equal((await failure(open(t, { tls: { ca } }), url)).code, 'BUS_PEER_UNREACHABLE')
    assert.equal((await failure(open(t, { tls: read(ours) }), url)).fault, 'http:tls')
  })
})

describe('the status of an answer', () => {
  const answer = (status: number, headers = {}, body = '') => ({ status, headers, body: Buffer.from(body) })
  const codeOf = (status: number, refused: readonly number[] = []): string => {
    try {
      checkStatus(answer(status), 'api', refused)
      return 'fine'
    } catch (error) {
      return (error as BusError).code
    }
  }

  it('decides what the host does', () => {
    assert.equal(codeOf(204), 'fine')
    assert.equal(codeOf(401), 'BUS_PEER_CREDENTIALS')
    assert.equal(codeOf(422, [422]), 'BUS_PEER_REFUSED')
    for (const status of [403, 404, 408, 422, 425, 429, 500, 503])
      assert.equal(codeOf(status), 'BUS_PEER_FAILED')
  })

  it('carries Retry-After as seconds or as a date, for a day at most', () => {
    assert.throws(() => checkStatus(answer(429, { 'retry-after': '7' }), 'api'), { waitMs: 7000 })
    assert.equal(retryAfterMs('Thu, 01 Jan 1970 00:00:09 GMT', 4000), 5000)
    assert.equal(retryAfterMs('999999999', 0), 86_400_000)
    assert.equal(retryAfterMs('soon', 0), undefined)
  })

  it('tells the title of a problem, and no text that may repeat personal data', () => {
    const problem = JSON.stringify({ title: 'Unknown dossier', detail: 'Nguyễn Văn A is not known' })
    const json = { 'content-type': 'application/problem+json' }
    assert.throws(() => checkStatus(answer(404, json, problem), 'api'), /status 404: Unknown dossier\./)
    const plain = answer(404, { 'content-type': 'text/plain' }, 'Nguyễn Văn A is not known')
    assert.throws(
      () => checkStatus(plain, 'api'),
      (error: BusError) => error.message.startsWith('api answered with status 404. ')
    )
  })
})
