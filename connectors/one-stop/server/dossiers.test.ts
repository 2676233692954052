import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { BusEvent } from '#protocol/events/event.ts'
import { given } from '../fixtures/open.ts'
import { type Answer, openServer } from '../fixtures/open-server.ts'
import { openReading } from '../fixtures/reading.ts'
import { dossier, progress } from '../fixtures/records.ts'

const code = String(dossier.MaHoSo)

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
