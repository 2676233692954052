import assert from 'node:assert/strict'
import dns, { type LookupAddress } from 'node:dns'
import { createServer } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import type { AddressInfo } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { BusError } from '#protocol/errors/bus-error.ts'
import { isAllowedAddress } from './addresses.ts'
import { createHttpClient, type HttpClient } from './http-client.ts'

type Done = (error: null, found: readonly LookupAddress[]) => void

function open(t: TestContext, allowPrivate: boolean): HttpClient {
  const client = createHttpClient({
    ...{ timeoutMs: 5000, maxBytes: 65_536, connections: 4 },
    ...{ allowPrivate, allowPlain: true }
  })
  t.after(client.close)
  return client
}

/** Status of the answer, or the fault without one. */
function ask(client: HttpClient, url: string, { signal }: TestContext): Promise<number | string> {
  return client.send({ method: 'GET', url, headers: {} }, signal).then(
    ({ status }) => status,
    (error: unknown) => (error instanceof BusError ? error.fault : String(error))
  )
}

describe('the address of an outside', () => {
  it('is judged in each form that IPv4 has within IPv6', () => {
    assert.equal(isAllowedAddress('::ffff:10.0.0.1', false), false)
    assert.equal(isAllowedAddress('::ffff:8.8.8.8', false), true)
    for (const old of ['::7f00:1', '::a9fe:a9fe', '::ffff:0:7f00:1']) {
      assert.equal(isAllowedAddress(old, true), false, old)
    }
    assert.equal(isAllowedAddress('::1', true), true)
    assert.equal(isAllowedAddress('2606:4700::1111', false), true)
    assert.equal(isAllowedAddress('fd00::1', false), false)
    assert.equal(isAllowedAddress('fd00::1', true), true)
    assert.equal(isAllowedAddress('fd00:ec2::254', true), false)
  })

  it('is not connected to if it is private, in whatever form its URL has it', async (t) => {
    const strict = open(t, false)
    for (const host of [
      ...['127.0.0.1', '127.1', '127.0.0.1.', '0x7f000001', '017700000001', '2130706433', '①②⑦.0.0.1'],
      ...['[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:7f00:1]', '[::127.0.0.1]'],
      ...['10.0.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '[fd00::1]', '[::ffff:10.0.0.1]'],
      ...['[64:ff9b::a00:1]', '[2002:7f00:1::]', '[fe80::1]', '[ff02::1]', '255.255.255.255']
    ]) {
      assert.equal(await ask(strict, `http://${host}/`, t), 'http:urlRefused', host)
    }
  })

  it('is not connected to if one of those of a name is private; a name is looked up once for a connection', async (t) => {
    const server = createServer((_request, response) => response.end('inside'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    t.after(() => server.close())
    const { port } = server.address() as AddressInfo
    let found = [{ address: '2606:4700::1111', family: 6 }]
    const lookUp = (_name: string, _options: object, done: Done): void => done(null, found)
    const asked = t.mock.method(dns, 'lookup', lookUp as never)
    syncBuiltinESMExports()
    t.after(() => {
      asked.mock.restore()
      syncBuiltinESMExports()
    })
    const strict = open(t, false)
    const name = `http://ngoai.example.vn:${port}/`
    for (const address of [
      '127.0.0.1',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '10.1.2.3',
      '169.254.169.254'
    ]) {
      const family = address.includes(':') ? 6 : 4
      found = [
        { address: '2606:4700::1111', family: 6 },
        { address, family }
      ]
      assert.equal(await ask(strict, name, t), 'http:addressPrivate', address)
    }
    found = [{ address: '127.0.0.1', family: 4 }]
    const before = asked.mock.callCount()
    assert.equal(await ask(open(t, true), name, t), 200)
    assert.equal(asked.mock.callCount(), before + 1)
  })
})
