import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createClient } from '#client/create-client.ts'
import { GatewayError } from '#client/gateway-error.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { startTestBus, systemOf } from '../helpers/test-bus.ts'
import { startTlsProxy } from '../helpers/tls-proxy.ts'

it('serves every kind of token behind a proxy that ends TLS, as the public URL names it', async (t) => {
  const port = await freePort()
  const publicUrl = await startTlsProxy(t, port)
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
