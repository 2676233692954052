import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import type { JsonObject } from '#protocol/events/json.ts'
import { afterSuite } from '#tests/helpers/servers/cleanup.ts'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'
import { codes, startTestBus, systemOf, type TestBus } from '#tests/helpers/test-bus.ts'
import { until } from '#tests/helpers/until.ts'
import { dossier } from '../fixtures/records.ts'

const server = { user: 'motcua', password: 'mat khau cua mot cua' }
let last = 0

interface Answer {
  readonly error_code: number
  readonly message?: string
  readonly session?: string
  readonly result?: readonly { readonly error_code: number; readonly message?: string }[]
}

function another(more: object = {}): JsonObject {
  last += 1
  return { ...dossier, MaHoSo: `${codes.A}-261122-${String(last).padStart(4, '0')}`, ...more }
}

/** What B was given about a dossier, once something was. */
async function publishedAbout(bus: TestBus, { MaHoSo }: JsonObject) {
  const found = async () => {
    const { events } = await bus.clients.B.page({ limit: 500 })
    return events.map(({ event }) => event).filter(({ subject }) => subject === MaHoSo)
  }
  await until(async () => (await found()).length > 0, 10_000)
  return found()
}

describe('one-stop: a caller that attacks', () => {
  const suite = afterSuite()
  let bus: TestBus
  let session: string | undefined
  before(async () => {
    const folder = temporaryFolder(suite)
    const connector = {
      ...{ name: 'mot-cua', kind: 'one-stop', system: systemOf('A'), receivePath: '/mapi' },
      keyFile: join(folder, 'keys', 'A.jwk'),
      settings: { server }
    }
    bus = await startTestBus(suite, { folder, connectors: [connector] as never })
    session = (await post(JSON.stringify({ username: server.user, password: server.password }))).session
  })
  const post = async (body: string | Uint8Array<ArrayBuffer>): Promise<Answer> => {
    const response = await fetch(`${bus.url}/mapi/g`, { method: 'POST', body })
    assert.equal(response.status, 200)
    return (await response.json()) as Answer
  }
  const send = (record: unknown, service = 'DongBoHoSoMC') =>
    post(JSON.stringify({ session, madonvi: codes.A, service, data: [record] }))
  const goesOn = async () => assert.equal((await send(another())).error_code, 0)

  const texts: Readonly<Record<string, () => string>> = {
    'a member twice': () => `{"session":"x","service":"DongBoHoSoMC","session":"${session}"}`,
    'a member twice, once in escapes': () => `{"\\u0073ession":"x","service":"A","session":"${session}"}`,
    ['__proto__']: () => `{"session":"${session}","__proto__":{"service":"DongBoHoSoMC"}}`,
    '__proto__ in a record': () => `{"session":"${session}","data":[{"__proto__":{"MaHoSo":"x"}}]}`,
    'depth 100,000': () => `{"a":${'['.repeat(100_000)}`,
    'two million values': () => `{"a":[${'0,'.repeat(2_000_000)}0]}`,
    'no JSON: XML with a billion laughs': () =>
      '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>'
  }
  for (const [what, text] of Object.entries(texts)) {
    it(`is told what is wrong with its message: ${what}`, async () => {
      const { error_code: code, message = '' } = await post(text())
      assert.equal(code, 400)
      assert.ok(message.length > 40)
      await goesOn()
    })
  }

  const records: Readonly<Record<string, readonly [code: number, record: () => unknown]>> = {
    'a dossier of another agency': [403, () => another({ MaHoSo: `${codes.B}-261122-0001` })],
    'a date of the year 0001': [422, () => another({ NgayTiepNhan: '00010101000000' })],
    'a date of the year 9999 that does not exist': [422, () => another({ NgayHenTra: '99990231000000' })],
    'a year of five digits': [422, () => another({ NgayHenTra: '120261122080000' })],
    '10,000 papers': [
      413,
      () => another({ TaiLieuNop: Array.from({ length: 10_000 }, () => ({ TenTepDinhKem: 'a' })) })
    ],
    '10,000 fees': [
      413,
      () => another({ DanhSachLePhi: Array.from({ length: 10_000 }, () => ({ Gia: '1' })) })
    ],
    'NUL in a text': [422, () => another({ TrichYeuHoSo: 'a\u0000b' })],
    'an escape sequence in a text': [422, () => another({ TrichYeuHoSo: '\u001b[2Jx' })],
    'a text that turns its direction': [422, () => another({ TrichYeuHoSo: 'a\u202ebc' })],
    'half a character': [422, () => another({ TrichYeuHoSo: '\ud800' })],
    'a code that is a path': [422, () => another({ MaHoSo: '../../etc/passwd' })],
    'a text of 2 MB': [422, () => another({ GhiChu: 'x'.repeat(2_000_000) })],
    'a number for a record': [422, () => 1]
  }
  for (const [what, [code, record]] of Object.entries(records)) {
    it(`is told why a record is not taken: ${what}`, async () => {
      const { error_code: all, result = [] } = await send(record())
      assert.deepEqual([all, result[0]?.error_code], [code, code])
      assert.ok((result[0]?.message ?? '').length > 30)
      await goesOn()
    })
  }

  it('has the links that it names neither called nor kept as if they were: private, reserved, hidden, by name', async () => {
    const hosts = [
      ...['127.0.0.1:1', 'localhost:1', '127.1', '0x7f000001', '017700000001', '2130706433'],
      ...['[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[64:ff9b::7f00:1]', '10.0.0.1'],
      ...['169.254.169.254', '168.63.129.16', '[fd00:ec2::254]', '①②⑦.0.0.1', '127.0.0.1.', '[fe80::1]', '0']
    ]
    const links = [
      ...hosts.map((host) => `https://${host}/a.pdf`),
      ...['javascript:alert(1)', 'file:///etc/passwd', 'data:application/pdf,%PDF-', 'gopher://a/', '//a/b']
    ]
    const record = another({ TaiLieuNop: links.map((link) => ({ DuongDanTaiTepTin: link })) })
    assert.equal((await send(record)).error_code, 0)
    const [event] = await publishedAbout(bus, record)
    const papers = (event?.data.papers ?? []) as readonly JsonObject[]
    assert.deepEqual(
      papers.filter(({ problem }) => problem !== 'ADDRESS_REFUSED').map(({ link }) => link),
      []
    )
    assert.equal(papers.length, links.length)
  })

  it('has HTML carried as the text that it is, and the same request stored once', async () => {
    const record = another({ TrichYeuHoSo: '<script>alert(1)</script><img src=x onerror=alert(1)>' })
    for (const _time of [1, 2]) assert.equal((await send(record)).error_code, 0)
    const events = await publishedAbout(bus, record)
    assert.deepEqual(
      events.map(({ data }) => data.summary),
      [record.TrichYeuHoSo]
    )
  })
})
