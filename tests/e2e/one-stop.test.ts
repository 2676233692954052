import assert from 'node:assert/strict'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { it } from 'node:test'
import { applyPlan, planProvince } from '#cli/remote/apply-province.ts'
import { startOneStopServer } from '#deploy/outsides/one-stop/one-stop-server.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { codes, type Letter, startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

const longMs = 60_000
const types = [
  ...['received', 'record-changed', 'status-changed', 'completed'].map((event) => `dossier.${event}.v1`),
  ...['published', 'changed', 'withdrawn'].map((event) => `procedure.${event}.v1`)
]

it('a dossier crosses from a desk that is called to a system that calls, with its file, and its progress back; the catalogue is there at any time', async (t) => {
  const desk = await startOneStopServer({ user: 'truc', password: 'mat khau' })
  t.after(() => desk.close())
  desk.failWith({ status: 503 }) // Nothing is published before it is allowed.
  const folder = temporaryFolder(t)
  const network = { allowPlainHttp: true, allowPrivateAddresses: true }
  const instance = (name: string, letter: Letter, settings: object): object => ({
    ...{ name, kind: 'one-stop', system: systemOf(letter), keyFile: join(folder, 'keys', `${letter}.jwk`) },
    ...{ every: '200ms', network: { ...network }, settings }
  })
  const bus = await startTestBus(t, {
    folder,
    connectors: [
      instance('desk', 'A', {
        client: { baseUrl: desk.url, user: 'truc', password: 'mat khau', catalogue: {} },
        files: { ...network }
      }),
      {
        ...instance('portal', 'B', { server: { user: 'cong', password: 'mat khau cong' } }),
        receivePath: '/mapi'
      }
    ] as never
  })
  await allow(bus)
  for (const MATTHC of ['1.000001', '1.000002'])
    desk.procedures.set(MATTHC, { MATTHC, TENTTHC: `Thủ tục ${MATTHC}` })
  desk.files.set('don.pdf', Buffer.from('%PDF-1.7 đơn'))

  const link = `${desk.url}/tep/don.pdf`
  const dossier = dossierOf('0001', { TaiLieuNop: [{ TenTepDinhKem: 'đơn.pdf', DuongDanTaiTepTin: link }] })
  const child = dossierOf('0002', { MaHoSoGoc: dossier.MaHoSo })
  desk.put(dossier)
  desk.put(child)

  desk.failWith(undefined)
  const call = caller(bus)
  const given: unknown[] = []
  let position: unknown
  await until(async () => {
    const answer = await call('TraCuuHoSo', { ...(position ? { vitri: position } : {}) })
    given.push(...(answer.result as readonly unknown[]))
    position = answer.vitri
    return given.length === 2
  }, longMs)
  assert.deepEqual(given, [dossier, child])

  const { events } = await bus.clients.B.page({ types: ['dossier.received.v1'] })
  assert.deepEqual(
    events.map(({ event }) => event.correlationid ?? event.subject),
    [dossier.MaHoSo, dossier.MaHoSo]
  )
  const [attachment] = Object(events[0]?.event.data).attachments
  assert.equal(await text(await bus.clients.B.download(attachment.sha256)), '%PDF-1.7 đơn')

  const progress = {
    MaHoSo: dossier.MaHoSo,
    NguoiXuLy: 'Cán Bộ Mẫu',
    ThoiDiemXuLy: '20261123090000',
    NoiDungXuLy: 'Thẩm định',
    TrangThai: '4'
  }
  assert.equal((await call('CapNhatTienDoHoSoMC', { data: [progress] })).error_code, 0)
  await until(() => desk.progress.length === 1, longMs)
  assert.deepEqual(desk.progress, [progress])
  const stranger = { ...progress, MaHoSo: `${codes.C}-261122-0001` }
  assert.equal((await call('CapNhatTienDoHoSoMC', { data: [stranger] })).error_code, 403)

  const catalogue = async (): Promise<readonly unknown[]> =>
    ((await call('LayDanhSachTTHC')).result as readonly { MATTHC: string }[])
      .map(({ MATTHC }) => MATTHC)
      .sort()
  await until(async () => (await catalogue()).length === 2, longMs)
  assert.deepEqual(await catalogue(), ['1.000001', '1.000002'])
})

function dossierOf(number: string, more: object): { readonly MaHoSo: string } {
  return {
    MaHoSo: `${codes.A}-261122-${number}`,
    ...{ MaTTHC: '1.000001', TenTTHC: 'Thủ tục mẫu', MaLinhVuc: 'LV', TenLinhVuc: 'Lĩnh vực mẫu' },
    ...{ KenhThucHien: '2', LoaiDoiTuong: '1', Email: 'a@example.vn', SoDienThoai: '0900000000' },
    ...{ TrichYeuHoSo: 'Hồ sơ mẫu', NgayTiepNhan: '20261122080000', NgayHenTra: '20261129170000' },
    ...{ TrangThaiHoSo: '2', HinhThuc: '0', DonViXuLy: 'Sở mẫu A' },
    ...more
  }
}

/** What A and B exchange, by agreement in both directions. */
async function allow({ operator, keys }: TestBus): Promise<void> {
  const publish = types.map((type) => ({ type, recipients: 'agreements' as const }))
  const agencies = (['A', 'B'] as const).map((letter) => ({
    code: codes[letter],
    name: `Cơ quan ${letter}`,
    systems: [{ name: 'qlvb', keys: [keys[letter].publicJwk as unknown as { kid: string }], publish }]
  }))
  const terms = { types, purpose: 'Kiểm thử', legalBasis: 'Quyết định mẫu' }
  const agreements = [
    { id: 'desk-portal', provider: codes.A, consumer: codes.B, ...terms, types: types.slice(1) },
    { id: 'portal-desk', provider: codes.B, consumer: codes.A, ...terms }
  ]
  const province = { agencies, agreements }
  await applyPlan(operator, await planProvince(operator, province), () => {})
}

type Answer = Readonly<Record<string, unknown>>

/** Software that speaks the dialect, and nothing of the bus. */
function caller({ url }: TestBus): (service: string, content?: object) => Promise<Answer> {
  let session: unknown
  const post = async (content: object): Promise<Answer> => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(content)
    }
    return (await (await fetch(`${url}/mapi/g`, init)).json()) as Answer
  }
  return async (service, content = {}) => {
    session ??= (await post({ username: 'cong', password: 'mat khau cong' })).session
    return post({ session, madonvi: codes.B, service, ...content })
  }
}
