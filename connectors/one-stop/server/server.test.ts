import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { given } from '../fixtures/open.ts'
import { openServer } from '../fixtures/open-server.ts'
import { openReading } from '../fixtures/reading.ts'
import { dossier, progress } from '../fixtures/records.ts'

const code = String(dossier.MaHoSo)

describe('one-stop: the session of a caller', () => {
  it('is given for the right user and password only', async () => {
    const { post } = openServer()
    for (const body of [
      { username: 'motcua', password: 'sai' },
      { username: 'khac', password: 'mat khau cua mot cua' },
      { username: 'motcua', password: '' },
      { username: 'motcua', password: null },
      { username: { $ne: '' }, password: { $ne: '' } }
    ]) {
      const { answer } = await post(JSON.stringify(body))
      assert.equal(answer.error_code, 401)
      assert.equal(answer.session, undefined)
    }
  })

  it('opens nothing if it is forged, of another instance, changed or too old', async () => {
    let now = Date.parse('2026-11-22T01:00:00Z')
    const { post, stored } = openServer({ io: { now: () => now } })
    const login = JSON.stringify({ username: 'motcua', password: 'mat khau cua mot cua' })
    const session = String((await post(login)).answer.session)
    const other = String(
      (await openServer({ io: { instance: 'other', now: () => now } }).post(login)).answer.session
    )
    const [until = '', ...rest] = session.split('.')
    const tried = [
      other,
      '',
      'a.b.c',
      [`${Number(until) + 60}`, ...rest].join('.'),
      session.slice(0, -1),
      undefined,
      1
    ]
    for (const one of tried) {
      const { answer } = await post(
        JSON.stringify({ session: one, service: 'DongBoHoSoMC', data: [dossier] })
      )
      assert.equal(answer.error_code, 401, String(one))
    }
    now += 3_600_001
    const late = await post(JSON.stringify({ session, service: 'DongBoHoSoMC', data: [dossier] }))
    assert.equal(late.answer.error_code, 401)
    assert.deepEqual(stored, [])
  })
})

describe('one-stop: records of a caller', () => {
  it('become the events that a client would read, and none where nothing changed', async () => {
    const { call, events } = openServer()
    const rich = { ...dossier, GhiChu: 'đủ', DanhSachLePhi: [{ Gia: '50000' }] }
    assert.deepEqual(await call('DongBoHoSoMC', { isUpdating: 'False', data: [rich] }), {
      error_code: 0,
      result: [{ MaHoSo: code, error_code: 0 }]
    })
    await call('DongBoHoSoMC', { isUpdating: 'True', data: [rich] })
    assert.equal((await call('CapNhatTienDoHoSoMC', { data: [progress] })).error_code, 0)
    const [first, second, ...more] = await openReading().events(rich, progress)
    assert.deepEqual(events(), [first, second])
    assert.deepEqual(more, [])
  })

  it('become no events again where a list shows older versions of a dossier before the one that is known', async () => {
    const { call, events } = openServer()
    const data = ['2', '4'].map((TrangThaiHoSo) => ({ ...dossier, TrangThaiHoSo }))
    for (let time = 0; time < 3; time += 1) await call('DongBoHoSoMC', { data })
    assert.equal(events().length, 2)
    await call('DongBoHoSoMC', { data: [...data, { ...dossier, TrangThaiHoSo: '9' }] })
    assert.equal(events().at(-1)?.data.status, '9')
  })

  it('are refused one by one with a code and a reason; the others are stored', async () => {
    const { call, events } = openServer()
    const data = [
      { ...dossier, MaHoSo: '000.00.92.H03-261122-0001' },
      { ...dossier, NgayTiepNhan: '00010101000000' },
      { ...dossier, TaiLieuNop: Array.from({ length: 10_000 }, () => ({ TenTepDinhKem: 'a' })) },
      'x',
      dossier
    ]
    const answer = await call('DongBoHoSoMC', { data })
    assert.equal(answer.error_code, 403)
    assert.match(String(answer.message), /000\.00\.92\.H03/)
    assert.deepEqual(
      answer.result?.map(({ error_code: one }) => one),
      [403, 422, 413, 422, 0]
    )
    assert.equal(answer.result?.filter(({ message }) => typeof message === 'string').length, 4)
    assert.equal(events().length, 1)
  })

  it('are answered with the reason for which the bus quarantined them', async () => {
    const quarantined = new BusError('BUS_NOT_PERMITTED', 'not-found')
    const { call } = openServer({ results: [{ quarantined }] })
    const answer = await call('DongBoHoSoMC', { data: [dossier] })
    assert.equal(answer.error_code, 403)
  })

  it('come as a list of at most 100, in JSON of a bounded size and depth', async () => {
    const { call, post } = openServer({ server: { maxBodyBytes: 100_000 } })
    assert.equal((await call('DongBoHoSoMC', { data: dossier })).error_code, 400)
    assert.equal((await call('DongBoHoSoMC', { data: Array.from({ length: 101 }, () => 1) })).error_code, 413)
    assert.equal((await post('x'.repeat(100_001))).answer.error_code, 413)
    for (const text of ['', 'null', '[]', '{', `{"a":${'['.repeat(50_000)}`]) {
      const { answer } = await post(text)
      assert.equal(answer.error_code, 400, text.slice(0, 20))
      assert.match(String(answer.message), /JSON.*gửi lại/)
      assert.doesNotMatch(String(answer.message), /cấu hình|Unexpected|object/)
    }
  })

  it('are of the agency, and for a service that exists', async () => {
    const { call } = openServer({ units: ['H03.09'] })
    assert.equal((await call('DongBoHoSoMC', { madonvi: '000.00.92.H03', data: [dossier] })).error_code, 403)
    assert.equal((await call('DongBoHoSoMC', { madonvi: 'H03.09', data: [dossier] })).error_code, 0)
    assert.equal((await call('DongBoHoSoMC', { madonvi: '', data: [dossier] })).error_code, 0)
    assert.equal((await call('XoaHoSo')).error_code, 404)
    assert.equal((await call('constructor')).error_code, 404)
  })
})

describe('one-stop: the catalogue for a caller', () => {
  const procedure = (name: string, more: object = {}): object => {
    const record = JSON.stringify({ MATTHC: name, TENTTHC: `Thủ tục ${name}`, TRINHTU: [{ BUOC: 1 }] })
    return {
      procedureCode: name,
      procedureName: `Thủ tục ${name}`,
      fields: [{ code: 'LV', name: 'Lĩnh vực' }],
      record,
      ...more
    }
  }
  const event = (type: string, subject: string, data: object): BusEvent =>
    given(`procedure.${type}.v1`, { dossierCode: subject, ...data } as never).event

  it('is whole at any time, without what was withdrawn', async () => {
    const all = [
      event('published', '1.1', procedure('1.1')),
      event('published', '1.2', procedure('1.2')),
      event('changed', '1.1', procedure('1.1', { procedureName: 'Tên mới' })),
      event('withdrawn', '1.2', { procedureCode: '1.2' })
    ]
    const { call, waiting } = openServer({
      io: {
        async *visible() {
          yield* all
        },
        given: async (subject) => all.filter((one) => one.subject === subject)
      }
    })
    waiting.push({ event: all[0] as BusEvent, hash: 'a'.repeat(64), recordedTime: '' })
    const listed = [
      { MATTHC: '1.1', TENTTHC: 'Tên mới', LINHVUCTHUCHIEN: [{ MALINHVUC: 'LV', TENLINHVUC: 'Lĩnh vực' }] }
    ]
    assert.deepEqual((await call('LayDanhSachTTHC')).result, listed)
    assert.deepEqual((await call('LayDanhSachTTHC')).result, listed)
    assert.deepEqual((await call('LayThuTuc', { maTTHC: '1.1' })).result?.[0]?.TRINHTU, [{ BUOC: 1 }])
    assert.deepEqual((await call('LayThuTuc', { maTTHC: '1.2' })).result, [])
    assert.deepEqual(waiting, [])
  })
})
