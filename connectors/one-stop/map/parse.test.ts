import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JsonObject } from '#protocol/events/json.ts'
import { lendIo } from '../../kit/lent-io.ts'
import { openReading, settingsWith } from '../fixtures/reading.ts'
import { dossier } from '../fixtures/records.ts'
import oneStop from '../index.ts'

const types = (events: readonly { readonly type: string }[]): readonly string[] =>
  events.map(({ type }) => type)

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
