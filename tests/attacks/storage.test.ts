import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { createSigner } from '#client/signer.ts'
import { actOnSystem, type Letter, send, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

async function tokenOf(bus: TestBus, letter: Letter): Promise<string> {
  const key = bus.keys[letter].privateJwk
  return (await createSigner({ system: systemOf(letter), key, audience: bus.url })).plain()
}

interface Upload {
  readonly bytes: Uint8Array
  readonly method?: 'PUT' | 'PATCH'
  readonly headers?: Record<string, string>
}

async function upload(bus: TestBus, letter: Letter, { bytes, method = 'PUT', headers = {} }: Upload) {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return send(`${bus.url}/v1/attachments/${sha256}`, {
    method,
    token: await tokenOf(bus, letter),
    headers: { 'accept-language': 'en', ...headers },
    body: bytes as Uint8Array<ArrayBuffer>
  })
}

const begins = { 'upload-complete': '?0', 'upload-length': '3000' }
const goesOn = {
  'content-type': 'application/partial-upload',
  'upload-complete': '?1',
  'upload-offset': '0'
}

describe('a system that may publish nothing', () => {
  it('uploads nothing, whole or in parts', async (t) => {
    const bus = await startTestBus(t)
    for (const way of [
      {},
      { headers: begins },
      { headers: { 'upload-complete': '?1' } },
      { method: 'PATCH', headers: goesOn }
    ] as const) {
      const { status, body } = await upload(bus, 'C', { bytes: randomBytes(3000), ...way })
      assert.deepEqual([status, body.code], [403, 'BUS_NOT_PERMITTED'], JSON.stringify(way))
    }
  })

  it('goes on uploading once it was granted a right, until that is withdrawn', async (t) => {
    const bus = await startTestBus(t)
    const statusAfter = async (act: {
      readonly act: string
      readonly recipients?: string
    }): Promise<number> => {
      await actOnSystem(bus.operator, systemOf('C'), {
        path: '/v1/rights',
        type: 'document.issued.v1',
        ...act
      })
      return (await upload(bus, 'C', { bytes: randomBytes(3000) })).status
    }
    assert.equal(await statusAfter({ act: 'right.granted', recipients: '*' }), 201)
    assert.equal(await statusAfter({ act: 'right.withdrawn' }), 403)
  })
})

describe('an agency whose quota is used up', () => {
  it('is told what it holds and what frees room, and uploads again once it has made some', async (t) => {
    const bus = await startTestBus(t, { settings: { attachments: { maxBytesPerAgency: 4000 } } })
    const begun = randomBytes(3000)
    assert.equal((await upload(bus, 'A', { bytes: begun, headers: begins })).status, 201)
    const { status, body } = await upload(bus, 'A', { bytes: randomBytes(1001) })
    assert.deepEqual([status, body.code], [413, 'BUS_QUOTA_EXCEEDED'])
    assert.match(String(body.detail), /holds 3000 bytes.*these 1001.*limit of 4000.*DELETE/)
    assert.equal((await upload(bus, 'B', { bytes: randomBytes(4000) })).status, 201, 'another has its own')
    const name = createHash('sha256').update(begun).digest('hex')
    const token = await tokenOf(bus, 'A')
    assert.equal((await send(`${bus.url}/v1/attachments/${name}`, { method: 'DELETE', token })).status, 204)
    assert.equal((await upload(bus, 'A', { bytes: randomBytes(4000) })).status, 201)
  })
})

describe('on a disk with no room but what is kept back for acts', () => {
  const settings = { data: { reserveMb: 1_048_576 } }

  it('events and uploads are refused for a while; a system is revoked all the same, also after a restart', async (t) => {
    const first = await startTestBus(t)
    const before = first.document()
    await first.clients.A.publish(before)
    await until(async () => (await first.clients.B.page()).events.length === 1, 10_000)
    await first.bus.close()
    const port = Number(new URL(first.url).port)
    const bus = await startTestBus(t, { folder: first.folder, port, settings })
    const uploaded = await upload(bus, 'A', { bytes: randomBytes(3000) })
    assert.deepEqual([uploaded.status, uploaded.body.code], [503, 'BUS_STORE_UNAVAILABLE'])
    assert.ok(Number(uploaded.headers.get('retry-after')) > 0)
    await assert.rejects(bus.clients.A.publish(bus.document()), /BUS_STORE_UNAVAILABLE/)
    assert.equal((await bus.clients.B.page()).events.length, 1, 'what is there is read')
    const ready = await send(`${bus.bus.managementUrl}/readyz`, {})
    assert.deepEqual([ready.status, ready.body.status], [200, 'degraded'], 'acts must still reach it')
    assert.match(JSON.stringify(ready.body), /"disk space","warning":"The disk of the bus has/)
    await actOnSystem(bus.operator, systemOf('A'), { act: 'system.revoked' })
    assert.equal((await upload(bus, 'A', { bytes: randomBytes(3000) })).status, 401)
    const added = { act: 'agency.added', resource: '/agencies/000.00.94.H03', name: 'Cơ quan mới' }
    await bus.operator.act('/v1/agencies', { ...added, previous: null })
  })
})
