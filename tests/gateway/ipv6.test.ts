import assert from 'node:assert/strict'
import { it } from 'node:test'
import { meetGateway } from '#cli/remote/meet-gateway.ts'
import { createClient } from '#client/create-client.ts'
import { localUrl } from '#runtime/public-address.ts'
import { startTestBus, systemOf } from '../helpers/test-bus.ts'

it('agencies reach a bus by its IPv6 address, which their tokens name', async (t) => {
  const { url, clients, document } = await startTestBus(t, { gateway: { host: '::1' } })
  assert.match(url, /^http:\/\/\[::1\]:\d+$/)
  const event = document()
  await clients.A.publish(event)
  assert.deepEqual((await clients.B.page({ waitSeconds: 10 })).events[0]?.event, event)
  const met = await meetGateway(url, 'en')
  assert.equal('about' in met && met.about.audience, url)
})

it('a bus that listens on every address is reached by IPv4 and IPv6', async (t) => {
  const { url, keys } = await startTestBus(t, { gateway: { host: '::' } })
  const { port } = new URL(url)
  assert.equal(url, `http://127.0.0.1:${port}`)
  assert.equal((await fetch(`http://[::1]:${port}/.well-known/lienthong`)).status, 200)
  const gateway = `http://[::1]:${port}`
  const other = await createClient({ gateway, system: systemOf('A'), key: keys.A.privateJwk })
  await assert.rejects(other.page(), { code: 'BUS_TOKEN_INVALID' }, 'tokens name the public URL')
})

it('without a public URL a gateway is named by the one address that it listens on', () => {
  const named = (host: string, tls?: { certFile: string; keyFile: string }): string =>
    localUrl({ host, ...(tls ? { tls } : {}) }, 8080)
  assert.equal(named('10.0.0.5'), 'http://10.0.0.5:8080')
  assert.equal(named('2001:db8::5', { certFile: 'a', keyFile: 'b' }), 'https://[2001:db8::5]:8080')
  for (const every of ['0.0.0.0', '::', 'localhost', 'fe80::1%eth0'])
    assert.equal(named(every), 'http://127.0.0.1:8080')
})
