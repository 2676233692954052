import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JsonObject } from '#protocol/events/json.ts'
import { lendIo } from '../../kit/lent-io.ts'
import { openReading, settingsWith } from '../fixtures/reading.ts'
import { dossier, progress } from '../fixtures/records.ts'
import oneStop from '../index.ts'

const types = (events: readonly { readonly type: string }[]): readonly string[] =>
  events.map(({ type }) => type)

describe('one-stop: a dossier that is sent again', () => {
  it('with nothing changed makes no event, in whatever order its members stand', async () => {
    const { items } = openReading()
    assert.equal((await items(dossier)).length, 1)
    const reversed = Object.fromEntries(Object.entries(dossier).reverse()) as JsonObject
    assert.deepEqual(await items(dossier, reversed, { ...dossier, GhiChu: '' }), [])
  })

  it('is received once, and changes after that; the same content again is another version', async () => {
    const { items, events } = openReading()
    const changed = { ...dossier, GhiChu: 'khác' }
    assert.deepEqual(types(await events(dossier, changed)), [
      'dossier.received.v1',
      'dossier.record-changed.v1'
    ])
    const [again] = await items(dossier)
    const [reference] = (await openReading().items(dossier)).map((item) => item.reference)
    assert.notEqual(again?.reference, reference)
  })

  it('is received when its desk has received it, not when it was registered', async () => {
    const { events } = openReading()
    const registered = { ...dossier, TrangThaiHoSo: '1', NgayTiepNhan: '', NgayHenTra: '' }
    assert.deepEqual(types(await events(registered)), ['dossier.record-changed.v1'])
    assert.deepEqual(types(await events(dossier)), ['dossier.received.v1'])
  })
})

describe('one-stop: a dossier that the agency was given', () => {
  it('makes no event where it comes back unchanged, and is changed, not received, where it does not', async () => {
    const [event] = await openReading().events({ ...dossier, MaHoSoGoc: '000.00.91.H03-261122-0009' })
    const io = lendIo({
      given: async () => [{ ...event, id: 'e-1', time: '2026-11-22T01:00:00.000Z' }] as never
    })
    const { items, events } = openReading({}, io)
    const record = { ...dossier, MaHoSoGoc: '000.00.91.H03-261122-0009' }
    assert.deepEqual(await items(record), [])
    const [changed] = await events({ ...record, TrangThaiHoSo: '4' })
    assert.deepEqual([changed?.type, changed?.data.previousStatus], ['dossier.record-changed.v1', '2'])
  })

  it('is read although its newest event has no counterpart outside', async () => {
    const [event] = await openReading().events({ ...dossier, LoaiDoiTuong: '7' })
    const io = lendIo({
      given: async () => [{ ...event, id: 'e-1', time: '2026-11-22T01:00:00.000Z' }] as never
    })
    const { events } = openReading({ codeTables: { LoaiDoiTuong: { 1: '1' } } }, io)
    assert.equal((await events(dossier)).length, 1)
  })
})

describe('one-stop: the order of statuses', () => {
  it('is flagged where it is unusual, and never a reason to refuse', async () => {
    const { events } = openReading()
    const found = await events(
      dossier,
      { ...dossier, TrangThaiHoSo: '4' },
      { ...dossier, TrangThaiHoSo: '10' },
      { ...progress, TrangThai: '2', ThoiDiemXuLy: '20261123090000' },
      { ...dossier, TrangThaiHoSo: '99' }
    )
    assert.deepEqual(
      found.map(({ data }) => [data.previousStatus, data.status, data.unusualOrder]),
      [
        [undefined, '2', undefined],
        ['2', '4', undefined],
        ['4', '10', true],
        ['10', '2', true],
        ['2', '99', undefined]
      ]
    )
  })

  it('is not changed by progress that is older than what is known', async () => {
    const { events } = openReading()
    const finished = { ...dossier, TrangThaiHoSo: '9', NgayKetThucXuLy: '20261125080000' }
    const found = await events(finished, progress, { ...finished, TrangThaiHoSo: '10' })
    assert.equal(found.at(-2)?.data.previousStatus, '9')
  })
})

describe('one-stop: progress that is listed again', () => {
  const processing = { ...progress, ThoiDiemXuLy: '20261123090000' }

  it('changes nothing, and is no status before that of an older record', async () => {
    const { events } = openReading()
    const found = [...(await events(processing, dossier))]
    for (const TrangThaiHoSo of ['4', '9', '10']) {
      found.push(...(await events(processing, { ...dossier, TrangThaiHoSo })))
    }
    assert.deepEqual(
      found.map(({ data }) => [data.previousStatus, data.status, data.unusualOrder]),
      [
        [undefined, '4', undefined],
        [undefined, '2', undefined],
        ['4', '4', undefined],
        ['4', '9', undefined],
        ['9', '10', undefined]
      ]
    )
  })

  it('is not undone by a record that repeats its status with another note', async () => {
    const { events } = openReading()
    const noted = { ...dossier, GhiChu: 'x' }
    const found = await events(dossier, processing, noted, { ...dossier, TrangThaiHoSo: '9' })
    assert.deepEqual(
      found.map(({ data }) => [data.previousStatus, data.status, data.unusualOrder]),
      [
        [undefined, '2', undefined],
        ['2', '4', undefined],
        ['2', '2', undefined],
        ['4', '9', undefined]
      ]
    )
  })
})

describe('one-stop: linked dossiers', () => {
  const second = '000.00.91.H03-261122-0002'
  const third = '000.00.91.H03-261122-0003'
  it('stay in the flow in which the agency was given them, whatever it was given of them', async () => {
    const root = '000.00.92.H03-261122-0001'
    const given = lendIo({
      given: async (_code, types) =>
        (types.includes('dossier.transferred.v1')
          ? [{ type: 'dossier.transferred.v1', correlationid: root, data: {} }]
          : []) as never
    })
    const [event] = await openReading({}, given).events({ ...progress, MaHoSo: '000.00.92.H03-261122-0002' })
    assert.equal(event?.correlationid, root)
  })

  it('are one flow, also those that are linked under a linked one', async () => {
    const { events } = openReading()
    const child = { ...dossier, MaHoSo: '000.00.91.H03-261122-0002', MaHoSoGoc: dossier.MaHoSo ?? '' }
    const grandchild = { ...dossier, MaHoSo: '000.00.91.H03-261122-0003', MaHoSoGoc: child.MaHoSo }
    const found = await events(dossier, child, grandchild, { ...progress, MaHoSo: grandchild.MaHoSo })
    const flows = found.map(({ correlationid, subject }) => correlationid ?? subject)
    assert.deepEqual([...new Set(flows)], [dossier.MaHoSo])
    assert.equal(found[2]?.data.rootDossierCode, child.MaHoSo)
  })

  it('join the flow of their outermost root once it is known, and stay in it', async () => {
    const { events } = openReading()
    const grandchild = { ...dossier, MaHoSo: third, MaHoSoGoc: second }
    const child = { ...dossier, MaHoSo: second, MaHoSoGoc: dossier.MaHoSo ?? '' }
    const moved = { ...grandchild, MaHoSoGoc: '000.00.91.H03-261122-0004' }
    const found = await events(grandchild, child, { ...progress, MaHoSo: third }, grandchild, moved)
    assert.deepEqual(
      found.map(({ correlationid }) => correlationid),
      [second, dossier.MaHoSo, dossier.MaHoSo, dossier.MaHoSo]
    )
  })

  it('in a ring do not move from flow to flow', async () => {
    const { events } = openReading()
    const ring = [
      { ...dossier, MaHoSoGoc: second },
      { ...dossier, MaHoSo: second, MaHoSoGoc: third },
      { ...dossier, MaHoSo: third, MaHoSoGoc: dossier.MaHoSo ?? '' }
    ]
    const again = (GhiChu: string) => ring.map((record) => ({ ...record, GhiChu }))
    const [first, ...later] = [
      await events(...ring, ...again('a')),
      await events(...again('b')),
      await events(...again('c'))
    ]
    const flows = (found: typeof first) =>
      found?.map(({ correlationid, subject }) => correlationid ?? subject)
    assert.deepEqual(flows(first?.slice(3)), [third, third, third])
    for (const found of later) assert.deepEqual(flows(found), [third, third, third])
  })
})

describe('one-stop: a link that is none', () => {
  for (const MaHoSoGoc of ['-', ' ', 'không có', 'x'.repeat(400), 7, { a: 1 }]) {
    it(`is kept, and makes no flow: ${JSON.stringify(MaHoSoGoc).slice(0, 20)}`, async () => {
      const [event] = await openReading().events({ ...dossier, MaHoSoGoc })
      assert.deepEqual([event?.correlationid, event?.data.rootDossierCode], [undefined, undefined])
      assert.deepEqual(event?.data.extensions, [{ path: '/MaHoSoGoc', value: JSON.stringify(MaHoSoGoc) }])
    })
  }
})

describe('one-stop: what a record announces', () => {
  const round = {
    HoSoBoSungId: '7',
    NoiDungBoSung: 'Bản sao',
    NgayBoSung: '20261123090000',
    DanhSachGiayToBoSung: ['CMND']
  }
  const asked = { ...dossier, TrangThaiHoSo: '5', DanhSachHoSoBoSung: [round] }
  const finished = { ...asked, TrangThaiHoSo: '9', NgayKetThucXuLy: '20261125080000', ThongTinTra: 'đạt' }

  it('is a supplement for each round, and the end for each finished status, once', async () => {
    const { events } = openReading()
    const found = await events(dossier, asked, { ...asked, GhiChu: 'x' }, finished, {
      ...finished,
      TrangThaiHoSo: '10'
    })
    const announced = found.filter(({ type }) => !/received|record-changed/.test(type))
    assert.deepEqual(types(announced), [
      'dossier.supplement-requested.v1',
      'dossier.completed.v1',
      'dossier.completed.v1'
    ])
    assert.deepEqual(announced[0]?.data, {
      dossierCode: dossier.MaHoSo,
      content: 'Bản sao',
      requestedAt: '2026-11-23T02:00:00.000Z',
      supplementId: '7',
      papers: ['CMND']
    })
    assert.deepEqual(
      announced.slice(1).map(({ data }) => data.status),
      ['9', '10']
    )
  })

  const other = { HoSoBoSungId: '8', NoiDungBoSung: 'Đơn', NgayBoSung: '20261124090000' }
  const lists: Readonly<Record<string, readonly (readonly JsonObject[])[]>> = {
    'newest first': [[round], [other, round]],
    'only while they are open': [[round], [], [other], []],
    'without a date at first': [
      [{ ...round, NgayBoSung: '' }, other],
      [round, other]
    ],
    'without an id': [
      [{ ...round, HoSoBoSungId: '' }],
      [
        { ...other, HoSoBoSungId: '' },
        { ...round, HoSoBoSungId: '' }
      ]
    ]
  }
  for (const [how, listed] of Object.entries(lists)) {
    it(`is each supplement once where a desk lists them ${how}`, async () => {
      const { events } = openReading()
      const found = await events(...listed.map((rounds) => ({ ...asked, DanhSachHoSoBoSung: [...rounds] })))
      const supplements = found.filter(({ type }) => type === 'dossier.supplement-requested.v1')
      assert.deepEqual(supplements.map(({ data }) => data.content).sort(), ['Bản sao', 'Đơn'])
    })
  }

  it('is each end once, also where the status goes back', async () => {
    const { events } = openReading()
    const found = await events(
      ...['9', '10', '9', '10'].map((TrangThaiHoSo) => ({ ...finished, TrangThaiHoSo }))
    )
    const ends = found.filter(({ type }) => type === 'dossier.completed.v1')
    assert.deepEqual(
      ends.map(({ data }) => data.status),
      ['9', '10']
    )
  })

  it('is nothing where the settings say so', async () => {
    const { events } = openReading({ alsoPublish: [] })
    assert.equal((await events(asked, finished)).length, 2)
  })
})

describe('one-stop: a record that cannot be used', () => {
  const cases: Readonly<Record<string, readonly [string, JsonObject]>> = {
    'a date of year 0001': ['one-stop:dateMalformed', { ...dossier, NgayHenTra: '00010101000000' }],
    'a date that does not exist': ['one-stop:dateMalformed', { ...dossier, NgayHenTra: '20260230080000' }],
    'a code of another agency': [
      'one-stop:codeOfOtherAgency',
      { ...dossier, MaHoSo: '000.00.92.H03-261122-0001' }
    ],
    'a code of another form': ['one-stop:codeMalformed', { ...dossier, MaHoSo: '../../etc/passwd' }],
    'a code with a date that does not exist': [
      'one-stop:codeMalformed',
      { ...dossier, MaHoSo: '000.00.91.H03-261301-0001' }
    ],
    'no status': ['one-stop:fieldMissing', { ...dossier, TrangThaiHoSo: '' }],
    'an object for a text': ['one-stop:fieldMalformed', { ...dossier, Email: { a: 1 } }],
    'a text for a list': ['one-stop:fieldMalformed', { ...dossier, TaiLieuNop: 'x' }],
    '10,000 papers': [
      'one-stop:tooManyEntries',
      { ...dossier, TaiLieuNop: Array.from({ length: 10_000 }, () => ({ TenTepDinhKem: 'a' })) }
    ],
    'more beyond the dialect than fits': [
      'one-stop:tooManyExtensions',
      { ...dossier, Rieng: 'x'.repeat(70_000) }
    ]
  }
  for (const [what, [fault, record]] of Object.entries(cases)) {
    it(`is quarantined with its reason: ${what}`, async () => {
      const [item, good] = await openReading().items(record, {
        ...dossier,
        MaHoSo: '000.00.91.H03-261122-0009'
      })
      assert.ok(item && 'fault' in item)
      assert.equal(item.fault.fault, fault)
      assert.deepEqual(JSON.parse(Buffer.from(item.raw ?? []).toString()), record)
      assert.ok(good && 'event' in good)
    })
  }

  it('is not one of another agency that was given to this one, or whose code the settings name', async () => {
    const record = { ...dossier, MaHoSo: '000.00.92.H03-261122-0001' }
    const given = lendIo({
      given: async (_code, types) => (types.includes('dossier.transferred.v1') ? [{}] : []) as never
    })
    assert.equal((await openReading({}, given).events(record)).length, 1)
    assert.equal((await openReading({ units: ['000.00.92.H03'] }).events(record)).length, 1)
  })
})

describe('one-stop: a quarantined record that is retried', () => {
  const parse = async (record: JsonObject, settings: object, io = lendIo()): Promise<unknown> => {
    const filled = settingsWith({ ...settings, server: { user: 'a', password: 'mat khau' } })
    return oneStop.forSettings?.(filled).parse?.(Buffer.from(JSON.stringify(record)), 'unusable x', io)
  }

  it('is the event that it is by now, still a fault, or nothing new', async () => {
    const foreign = { ...dossier, MaHoSo: '000.00.92.H03-261122-0001' }
    const units = ['000.00.92.H03']
    const item = Object(await parse(foreign, { units }))
    assert.equal(item.event.type, 'dossier.received.v1')
    assert.equal(Object(await parse(foreign, {})).fault.fault, 'one-stop:codeOfOtherAgency')
    const io = lendIo()
    io.keep(item.marks)
    assert.equal(await parse(foreign, { units }, io), undefined)
  })

  /** An instance that has quarantined two records of a dossier, one after the other, for a date that is allowed by now. */
  async function withTwo() {
    let now = 0
    const io = lendIo({ now: () => (now += 1) })
    const { items, events } = openReading({}, io)
    await events(dossier)
    const records = ['4', '5'].map((TrangThaiHoSo) => ({ ...dossier, TrangThaiHoSo }))
    const found = await items(...records.map((record) => ({ ...record, NgayHenTra: 'x' })))
    const retry = async (place: number): Promise<unknown> => {
      const filled = settingsWith({ server: { user: 'a', password: 'mat khau' } })
      const raw = Buffer.from(JSON.stringify(records[place]))
      const item = Object(await oneStop.forSettings?.(filled).parse?.(raw, found[place]?.reference ?? '', io))
      io.keep(item.marks)
      return item.event?.data.status
    }
    return { events, retry }
  }

  it('is passed over where a newer record of the dossier was read since it was quarantined', async () => {
    const { events, retry } = await withTwo()
    await events({ ...dossier, TrangThaiHoSo: '9' })
    assert.equal(await retry(0), undefined)
  })

  it('is one of several, which are retried in their order: the last of them stays', async () => {
    const inOrder = await withTwo()
    assert.deepEqual([await inOrder.retry(0), await inOrder.retry(1)], ['4', '5'])
    const reversed = await withTwo()
    assert.deepEqual([await reversed.retry(1), await reversed.retry(0)], ['5', undefined])
  })

  it('announces its end with the next change', async () => {
    const io = lendIo()
    const finished = { ...dossier, TrangThaiHoSo: '9', NgayKetThucXuLy: '20261125080000' }
    io.keep(Object(await parse(finished, {}, io)).marks)
    const found = await openReading({}, io).events({ ...finished, GhiChu: 'khác' })
    assert.deepEqual(types(found), ['dossier.record-changed.v1', 'dossier.completed.v1'])
  })
})

describe('one-stop: code tables', () => {
  const codeTables = { LoaiDoiTuong: { 0: '1', 1: '2', 2: '3' } }

  it('turn codes of the outside into those of the bus', async () => {
    const [event] = await openReading({ codeTables }).events({ ...dossier, LoaiDoiTuong: '0' })
    assert.equal(event?.data.applicantKind, '1')
  })

  it('let no other code through, which would mean something else on the way back', async () => {
    const [item] = await openReading({ codeTables }).items({ ...dossier, LoaiDoiTuong: '3' })
    assert.ok(item && 'fault' in item)
    assert.equal(item.fault.fault, 'one-stop:codeUnknown')
  })
})
