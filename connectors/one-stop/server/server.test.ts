import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { given } from '../fixtures/open.ts'
import { type Answer, openServer } from '../fixtures/open-server.ts'
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

describe('one-stop: TraCuuHoSo', () => {
  const three = ['0001', '0002', '0003'].map((number, index) => {
    const record = { ...dossier, MaHoSo: `000.00.91.H03-261122-${number}` }
    return { record, hash: String(index).repeat(64) }
  })

  async function withThree() {
    const opened = openServer()
    for (const { record, hash } of three) {
      const [event] = await openReading().events(record)
      opened.waiting.push({ ...given(event?.type ?? '', event?.data ?? {}), hash })
    }
    return opened
  }

  it('gives what waits, again until its position is presented, and then what comes after', async () => {
    const { call, waiting } = await withThree()
    const first = await call('TraCuuHoSo', { sodong: 2 })
    assert.deepEqual(
      first.result,
      three.slice(0, 2).map(({ record }) => record)
    )
    assert.deepEqual((await call('TraCuuHoSo', { sodong: 2 })).result, first.result)
    assert.equal(waiting.length, 3)
    const second = await call('TraCuuHoSo', { sodong: 2, vitri: first.vitri })
    assert.deepEqual(second.result, [three[2]?.record])
    assert.equal(waiting.length, 1)
    const third = await call('TraCuuHoSo', { vitri: second.vitri })
    assert.deepEqual([third.result, third.vitri, waiting.length], [[], second.vitri, 0])
  })

  it('takes progress of another agency’s dossier as soon as it has given that dossier', async () => {
    const { call, waiting } = openServer()
    const record = { ...progress, MaHoSo: '000.00.92.H03-261122-0001' }
    assert.equal((await call('CapNhatTienDoHoSoMC', { data: [record] })).error_code, 403)
    const [event] = await openReading({ units: ['000.00.92.H03'] }).events({
      ...dossier,
      MaHoSo: record.MaHoSo
    })
    waiting.push(given(event?.type ?? '', event?.data ?? {}))
    assert.equal((await call('CapNhatTienDoHoSoMC', { data: [record] })).error_code, 0)
  })

  it('knows what it gave when the system sends it back, before and after the position is presented', async () => {
    const delivered: BusEvent[] = []
    const { call, waiting, events } = openServer({ io: { given: async () => delivered } })
    const changed = { ...dossier, GhiChu: 'đã bổ sung' }
    await call('DongBoHoSoMC', { data: [dossier] })
    assert.equal(events().length, 1)
    const published = await openReading().events(dossier, changed, progress)
    for (const [index, { type, data }] of published.slice(1).entries()) {
      waiting.push({ ...given(type, data), hash: String(index).repeat(64) })
    }
    const { vitri } = await call('TraCuuHoSo')
    await call('DongBoHoSoMC', { data: [changed] })
    await call('CapNhatTienDoHoSoMC', { data: [progress] })
    assert.equal(events().length, 1)
    delivered.push(...waiting.map(({ event }) => event))
    await call('TraCuuHoSo', { vitri })
    assert.equal(waiting.length, 0)
    await call('DongBoHoSoMC', { data: [changed] })
    await call('CapNhatTienDoHoSoMC', { data: [progress] })
    assert.equal(events().length, 1)
  })

  it('takes the record from before what it gave as a change of the system', async () => {
    const delivered: BusEvent[] = []
    const { call, events } = openServer({ io: { given: async () => delivered } })
    const changed = { ...dossier, GhiChu: 'đã bổ sung' }
    await call('DongBoHoSoMC', { data: [dossier] })
    const [, second] = await openReading().events(dossier, changed)
    delivered.push(given(second?.type ?? '', second?.data ?? {}).event)
    for (const record of [dossier, dossier, changed, changed]) await call('DongBoHoSoMC', { data: [record] })
    assert.deepEqual(
      events().map(({ data }) => data.note),
      [undefined, undefined, 'đã bổ sung']
    )
  })

  it('leaves waiting what has no counterpart outside', async () => {
    const { call, waiting } = openServer({ codeTables: { LoaiDoiTuong: { 0: '1' } } })
    const [event] = await openReading().events({ ...dossier, LoaiDoiTuong: '7' })
    waiting.push(given(event?.type ?? '', event?.data ?? {}))
    const moved = await openReading().events({ ...progress, MaHoSo: '000.00.91.H03-261122-0002' })
    waiting.push({ ...given(moved[0]?.type ?? '', moved[0]?.data ?? {}), hash: 'cd'.repeat(32) })
    const { result, vitri } = await call('TraCuuHoSo')
    assert.equal(result?.length, 1)
    await call('TraCuuHoSo', { vitri })
    assert.equal(waiting.length, 1)
  })

  it('gives what could not be given before, although the position of a later record is presented', async () => {
    const lent = openServer({ codeTables: { LoaiDoiTuong: { 0: '1' } } })
    for (const [index, LoaiDoiTuong] of ['7', '1', '1'].entries()) {
      const record = { ...dossier, LoaiDoiTuong, MaHoSo: `000.00.91.H03-261122-000${index}` }
      const [event] = await openReading().events(record)
      lent.waiting.push({ ...given(event?.type ?? '', event?.data ?? {}), hash: String(index).repeat(64) })
    }
    const codes = ({ result }: Answer) => result?.map(({ MaHoSo }) => String(MaHoSo).slice(-1))
    const first = await lent.call('TraCuuHoSo')
    assert.deepEqual(codes(first), ['1', '2'])
    const { waiting, collected } = lent.io
    const fixed = openServer({
      codeTables: { LoaiDoiTuong: { 0: '1', 9: '7' } },
      io: { waiting, collected }
    })
    const second = await fixed.call('TraCuuHoSo', { vitri: first.vitri })
    assert.deepEqual(codes(second), ['0'])
    await fixed.call('TraCuuHoSo', { vitri: second.vitri })
    assert.deepEqual(lent.waiting, [])
  })

  it('finds the newest record by its time, in whatever zone that is written', async () => {
    const [older, newer] = await openReading().events(dossier, { ...dossier, TrangThaiHoSo: '4' })
    const at = (time: string, one = older) =>
      given('dossier.record-changed.v1', one?.data ?? {}, { time }).event
    const { call } = openServer({
      io: {
        given: async (_code, types) =>
          types.includes('dossier.record-changed.v1') ? [at('2026-11-26T08:00:00+07:00')] : [],
        async *published(_code, types) {
          if (types.includes('dossier.record-changed.v1')) yield at('2026-11-26T02:00:00Z', newer)
        }
      }
    })
    assert.equal((await call('TraCuuHoSo', { mahoso: code })).result?.[0]?.TrangThaiHoSo, '4')
  })

  it('finds the newest record of a dossier, and its progress', async () => {
    const events: BusEvent[] = []
    const ofTypes = async (_code: string, types: readonly string[]) =>
      events.filter(({ type }) => types.includes(type))
    const { call } = openServer({ io: { given: ofTypes } })
    assert.deepEqual((await call('TraCuuHoSo', { mahoso: code })).result, [])
    const changed = { ...dossier, TrangThaiHoSo: '4' }
    for (const [index, { type, data }] of (
      await openReading().events(changed, progress, dossier)
    ).entries()) {
      events.push(given(type, data, { time: `2026-11-22T0${index}:00:00.000Z` }).event)
    }
    assert.deepEqual((await call('TraCuuHoSo', { mahoso: code })).result, [dossier, progress])
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
