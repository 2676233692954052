import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { it, type TestContext } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { createClient } from '#client/create-client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { makeCertificate } from '../helpers/certificate.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { startTestBus, systemOf } from '../helpers/test-bus.ts'

/** A proxy that ends TLS and speaks HTTP to the gateway, under the gateway's inner name. */
async function startProxy(t: TestContext, gatewayPort: number): Promise<string> {
  const { certFile, keyFile } = makeCertificate(temporaryFolder(t), 'proxy')
  const cert = readFileSync(certFile, 'utf8')
  setDefaultCACertificates([...getCACertificates('default'), cert])
  const proxy = createServer({ cert, key: readFileSync(keyFile) }, (outer, answer) => {
    const { method, url: path } = outer
    const headers = { ...outer.headers, host: 'gateway.internal', 'x-forwarded-proto': 'https' }
    const inner = request({ port: gatewayPort, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    inner.on('error', () => answer.destroy())
    outer.pipe(inner)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.after(() => {
    proxy.close()
    proxy.closeAllConnections()
  })
  return `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}

it('serves every kind of token behind a proxy that ends TLS, as the public URL names it', async (t) => {
  const port = await freePort()
  const publicUrl = await startProxy(t, port)
  const { url, clients, keys, document } = await startTestBus(t, { port, gateway: { publicUrl } }) // The province is applied through the proxy, by acts bound to its address.
  assert.equal(url, publicUrl)
  const { sha256, ...listed } = await clients.A.attach(
    'a.bin',
    'application/octet-stream',
    Buffer.alloc(100_000, 7)
  )
  const sent = document({}, { attachments: [{ sha256, ...listed }] })
  const [published] = await clients.A.publish(sent)
  assert.equal(published?.status, 'accepted')
  const { events } = await clients.B.page({ waitSeconds: 10 })
  assert.deepEqual(events[0]?.event, sent)
  const { id, source } = sent
  await clients.B.acknowledge({ source, id, state: 'accepted' })
  const bytes = Buffer.concat(await Array.fromAsync(await clients.B.download(sha256)))
  assert.deepEqual(bytes, Buffer.alloc(100_000, 7))

  const inside = await createClient({
    gateway: `http://127.0.0.1:${port}`,
    system: systemOf('A'),
    key: keys.A.privateJwk
  })
  await assert.rejects(
    inside.page(),
    (error) => error instanceof GatewayError && error.problem.code === 'BUS_TOKEN_INVALID',
    'a token for the inner address is for another audience'
  )
})
