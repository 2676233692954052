import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JsonObject } from '#protocol/events/json.ts'
import { lendIo } from '../../kit/lent-io.ts'
import { openReading } from '../fixtures/reading.ts'
import { dossier, progress } from '../fixtures/records.ts'

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
