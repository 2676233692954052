import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { newEvent } from '#client/new-event.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { afterSuite } from '#tests/helpers/servers/cleanup.ts'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'
import { codes, startTestBus, systemOf, type TestBus } from '#tests/helpers/test-bus.ts'
import { until } from '#tests/helpers/until.ts'
import { lendIo } from '../../kit/lent-io.ts'
import { given, openClient } from '../fixtures/open.ts'
import { openReading, settingsWith } from '../fixtures/reading.ts'
import { dossier } from '../fixtures/records.ts'
import { createFileLinks } from './file-links.ts'
import { giveFile } from './give-file.ts'

const publicUrl = 'https://truc.example.vn/mot-cua'
const bytes = Buffer.from('%PDF-1.7 đơn')
const sha256 = createHash('sha256').update(bytes).digest('hex')
const file = { sha256, name: 'đơn (1).pdf', mediaType: 'application/pdf' }
const server = { user: 'motcua', password: 'mat khau cua mot cua' }

describe('one-stop: links to files of the bus', () => {
  const now = Date.parse('2026-11-26T08:00:00Z')
  const io = lendIo({ now: () => now })
  const settings = settingsWith({ server, files: { publicUrl } })
  const linkOf = async (more = settings, of = io) =>
    (await createFileLinks(more, of))?.linkTo(file, now) ?? ''

  it('lead to the file, under its name, for their time', async () => {
    await io.attach(file.name, file.mediaType, bytes)
    const response = await giveFile({ url: await linkOf() }, settings, io)
    assert.equal(response.status, 200)
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes)
    assert.equal(response.headers.get('content-type'), 'application/pdf')
    assert.equal(
      response.headers.get('content-disposition'),
      "attachment; filename*=UTF-8''%C4%91%C6%A1n%20%281%29.pdf"
    )
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
    const later = { ...io, now: () => now + 24 * 3_600_000 }
    assert.equal((await giveFile({ url: await linkOf() }, settings, later)).status, 410)
  })

  it('last thirty days for a system that is called, whose user cannot ask for new ones', async () => {
    await io.attach(file.name, file.mediaType, bytes)
    const client = { baseUrl: 'https://motcua.example.vn', ...server }
    const called = settingsWith({ client, files: { publicUrl } })
    const url = await linkOf(called)
    const after = (days: number) => ({ ...io, now: () => now + days * 86_400_000 })
    assert.equal((await giveFile({ url }, called, after(29))).status, 200)
    const expired = await giveFile({ url }, called, after(30))
    assert.equal(expired.status, 410)
    assert.match(((await expired.json()) as { message: string }).message, /cơ quan đã gửi hồ sơ/)
  })

  it('say nothing of the password: the same one makes other links in another bus', async () => {
    assert.notEqual(await linkOf(settings, lendIo()), await linkOf())
    const other = settingsWith({ server: { ...server, password: 'mật khẩu khác' }, files: { publicUrl } })
    assert.equal(await linkOf(other), await linkOf())
  })

  it('lead nowhere if they are changed, or another instance’s', async () => {
    const link = await linkOf()
    const [start = '', token = ''] = link.split('/tep/')
    const [text = '', signature = ''] = (token.split('/')[0] ?? '').split('.')
    const other = Buffer.from(
      Buffer.from(text, 'base64url').toString().replace(sha256, 'ab'.repeat(32))
    ).toString('base64url')
    const wrong = [
      ...[start, `${start}/tep/`, `${start}/tep/.`, `${start}/tep/${text}`, `${start}/tep/${text}.`],
      ...[`${start}/tep/${text}.${signature.slice(1)}/a.pdf`, `${start}/tep/${other}.${signature}/a.pdf`],
      ...[await linkOf(settings, lendIo()), `${start}/tep/../../${sha256}`]
    ]
    for (const url of wrong) {
      const response = await giveFile({ url }, settings, io)
      assert.equal(response.status, 404, url)
      assert.match(((await response.json()) as { message: string }).message, /tra cứu lại/)
    }
    assert.equal((await giveFile({ url: link }, settingsWith({ server }), io)).status, 404)
  })

  it('lead nowhere once the agency may not have the file any more', async () => {
    const gone = async () => {
      throw new BusError('BUS_NOT_FOUND', 'not-found')
    }
    assert.equal((await giveFile({ url: await linkOf() }, settings, { ...io, attachment: gone })).status, 404)
  })

  it('are in the papers of a dossier, and in the results of a finished one; what the system gives back is no news', async (t) => {
    const client = { poll: 'no' }
    const events: BusEvent[] = []
    const io = { given: async () => events }
    const { deliver, outside, io: lent } = await openClient(t, { client, io, files: { publicUrl } })
    const [event] = await openReading().events(dossier)
    const data = { ...event?.data, attachments: [{ ...file, size: bytes.length }] } as unknown as JsonObject
    const record = given('dossier.received.v1', data)
    await deliver(record)
    const stored = () =>
      outside.dossiers.get(String(dossier.MaHoSo)) as Readonly<Record<string, JsonObject[]>>
    const [paper, ...more] = stored().TaiLieuNop ?? []
    assert.equal(paper?.TenTepDinhKem, file.name)
    assert.ok(String(paper?.DuongDanTaiTepTin).startsWith(`${publicUrl}/tep/`))
    assert.deepEqual(more, [])
    const reading = openReading({ files: { publicUrl } }, lent)
    assert.deepEqual(await reading.events(stored() as never), [])
    events.push(record.event)
    const licence = { name: 'giấy phép.pdf', mediaType: 'application/pdf', size: 9, sha256: 'cd'.repeat(32) }
    const end = { status: '10', finishedAt: '2026-11-27T01:00:00.000Z', attachments: [licence] }
    await deliver(given('dossier.completed.v1', { dossierCode: String(dossier.MaHoSo), ...end } as never))
    assert.deepEqual(
      stored().TaiLieuNop?.map(({ TenTepDinhKem }) => TenTepDinhKem),
      [file.name]
    )
    assert.deepEqual(
      stored().DanhSachGiayToKetQua?.map(({ TenGiayTo }) => TenGiayTo),
      [licence.name]
    )
  })
})

describe('one-stop: a system that fetches files of the bus', () => {
  const suite = afterSuite()
  let bus: TestBus
  before(async () => {
    const folder = temporaryFolder(suite)
    const port = await freePort()
    const instances = ['mot-cua', 'mot-cua-2'].map((name) => ({
      ...{ name, kind: 'one-stop', system: systemOf('B'), receivePath: `/${name}` },
      keyFile: join(folder, 'keys', 'B.jwk'),
      settings: { server, files: { publicUrl: `http://127.0.0.1:${port}/${name}` } }
    }))
    bus = await startTestBus(suite, { folder, port, connectors: instances as never })
  })

  it('gets those of a dossier that another agency published on the bus, and only through its own links', async () => {
    const { A } = bus.clients
    const attached = await A.attach(file.name, file.mediaType, bytes)
    const [draft] = await openReading().events(dossier)
    const data = { ...draft?.data, attachments: [attached] } as unknown as JsonObject
    const type = 'dossier.received.v1'
    await A.publish(newEvent(systemOf('A'), { type, subject: String(dossier.MaHoSo), data }))
    const post = async (instance: string, body: object) => {
      const response = await fetch(`${bus.url}/${instance}`, { method: 'POST', body: JSON.stringify(body) })
      return (await response.json()) as { session?: string; result?: readonly JsonObject[] }
    }
    const linkAt = async (instance: string) => {
      const { session } = await post(instance, { username: server.user, password: server.password })
      const { result = [] } = await post(instance, { session, madonvi: codes.B, service: 'TraCuuHoSo' })
      const [paper] = (result[0]?.TaiLieuNop ?? []) as readonly JsonObject[]
      return paper?.DuongDanTaiTepTin as string | undefined
    }
    await until(async () => (await linkAt('mot-cua')) !== undefined, 20_000)
    const link = String(await linkAt('mot-cua'))
    const response = await fetch(link)
    assert.deepEqual([response.status, Buffer.from(await response.arrayBuffer())], [200, bytes])
    assert.equal((await fetch(link.replace('/mot-cua/', '/mot-cua-2/'))).status, 404)
    assert.equal((await fetch(link.replace(/\.[\w-]+\//, '.AAAA/'))).status, 404)
  })
})
