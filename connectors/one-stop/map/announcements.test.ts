import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JsonObject } from '#protocol/events/json.ts'
import { openReading } from '../fixtures/reading.ts'
import { dossier } from '../fixtures/records.ts'

const types = (events: readonly { readonly type: string }[]): readonly string[] =>
  events.map(({ type }) => type)

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
