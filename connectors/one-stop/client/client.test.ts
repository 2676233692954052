import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { JsonObject } from '#protocol/events/json.ts'
import type { OutboundEvent } from '../../connector.ts'
import { given, openClient } from '../fixtures/open.ts'
import { openReading } from '../fixtures/reading.ts'
import { dossier, progress } from '../fixtures/records.ts'

const code = String(dossier.MaHoSo)

/** The event that a record becomes. */
async function eventOf(record: JsonObject): Promise<{ readonly type: string; readonly data: JsonObject }> {
  const [event] = await openReading().events(record)
  assert.ok(event)
  return { type: event.type, data: event.data }
}

describe('one-stop: polling a system', () => {
  it('reads everything over several pages, and after that what changed', async (t) => {
    const { outside, pollAll } = await openClient(t, { client: { pageSize: 3 } })
    const codes = Array.from({ length: 10 }, (_, index) => `000.00.91.H03-261122-00${10 + index}`)
    for (const MaHoSo of codes) outside.put({ ...dossier, MaHoSo })
    outside.addProgress(progress)
    assert.deepEqual(
      (await pollAll()).map(({ subject }) => subject),
      [...codes, code]
    )
    outside.put({ ...dossier, MaHoSo: codes[4], GhiChu: 'khác' })
    const changed = await pollAll()
    assert.deepEqual(
      changed.map(({ type, subject }) => [type, subject]),
      [['dossier.record-changed.v1', codes[4]]]
    )
    assert.deepEqual(await pollAll(), [])
  })

  it('loses nothing where a dossier changes, and moves, between two pages', async (t) => {
    const { outside, poll, io } = await openClient(t, { client: { pageSize: 3, overlapSeconds: 0 } })
    const codes = Array.from({ length: 7 }, (_, index) => `000.00.91.H03-261122-00${10 + index}`)
    for (const MaHoSo of codes) outside.put({ ...dossier, MaHoSo })
    const seen = new Set<string>()
    let cursor: string | undefined
    for (let isMore = true, page = 0; isMore; page += 1) {
      const { items, cursor: next, more = false } = await poll(cursor)
      for (const item of items) {
        io.keep(item.marks)
        if ('event' in item) seen.add(item.event.subject)
      }
      if (page === 0) outside.put({ ...outside.dossiers.get(codes[0] ?? ''), GhiChu: 'khác' })
      cursor = next
      isMore = more
    }
    assert.deepEqual([...seen].sort(), codes)
  })

  it('reads a system in which something changes all the time three times, and then goes on', async (t) => {
    const { outside, poll, io } = await openClient(t, { client: { pageSize: 3 } })
    const codes = Array.from({ length: 5 }, (_, index) => `000.00.91.H03-261122-00${10 + index}`)
    for (const MaHoSo of codes) outside.put({ ...dossier, MaHoSo })
    let cursor: string | undefined
    let polls = 0
    for (let isMore = true; isMore && polls < 20; polls += 1) {
      const { items, cursor: next, more = false } = await poll(cursor)
      for (const { marks } of items) io.keep(marks)
      for (const MaHoSo of codes) outside.put({ ...dossier, MaHoSo, GhiChu: `${polls}` })
      cursor = next
      isMore = more
    }
    assert.equal(polls, 6)
    assert.ok(JSON.parse(cursor ?? '').since)
  })

  it('logs in again where its session is not known any more, and says where the login is not accepted', async (t) => {
    const { outside, pollAll, poll } = await openClient(t)
    outside.put(dossier)
    outside.endSessions()
    assert.equal((await pollAll()).length, 1)
    outside.failWith({ loginCode: 1 })
    outside.endSessions()
    await assert.rejects(poll(), { code: 'BUS_PEER_CREDENTIALS' })
  })

  it('asks only for what changed since the instance began', async (t) => {
    const { outside, poll } = await openClient(t, { io: { startAt: Date.parse('2026-11-22T01:00:00Z') } })
    await poll()
    assert.equal(outside.calls.at(-1)?.tungay, '20261122080000')
  })
})

describe('one-stop: delivering to a system', () => {
  const whole = {
    ...dossier,
    GhiChu: 'đủ',
    DanhSachLePhi: [{ TenPhiLePhi: 'Lệ phí', Gia: '50000' }],
    TruongRieng: 7
  }

  it('sends the record as it was, as new and later as an update, and progress as progress', async (t) => {
    const { outside, deliver } = await openClient(t)
    const first = await eventOf(whole)
    await deliver(given(first.type, first.data))
    assert.deepEqual(outside.dossiers.get(code), whole)
    const { data } = await eventOf({ ...whole, TrangThaiHoSo: '4' })
    await deliver(given('dossier.record-changed.v1', data))
    const sent = outside.calls.filter(({ service }) => service === 'DongBoHoSoMC')
    assert.deepEqual(
      sent.map(({ isUpdating }) => isUpdating),
      ['False', 'True']
    )
    const moved = await eventOf(progress)
    await deliver(given(moved.type, moved.data))
    assert.deepEqual(outside.progress, [progress])
  })

  it('sends nothing where the outside has it already, and what it made does not come back', async (t) => {
    const { outside, deliver, pollAll } = await openClient(t)
    outside.put(whole)
    assert.equal((await pollAll()).length, 1)
    const { type, data } = await eventOf(whole)
    await deliver(given(type, data))
    const other = await eventOf({ ...whole, MaHoSo: '000.00.91.H03-261122-0002' })
    await deliver(given(other.type, other.data))
    assert.deepEqual(outside.created, ['000.00.91.H03-261122-0002'])
    const moved = await eventOf(progress)
    await deliver(given(moved.type, moved.data))
    assert.equal(outside.progress.length, 1)
    assert.deepEqual(await pollAll(), [])
  })

  it('adds the end, and supplements, to the record that is known, and sends progress where none is', async (t) => {
    const { data } = await eventOf(whole)
    const known = given('dossier.received.v1', data).event
    const { outside, deliver } = await openClient(t, { io: { given: async () => [known] } })
    const completed = {
      dossierCode: code,
      status: '10',
      result: 'đạt',
      finishedAt: '2026-11-26T08:00:00.000Z',
      attachments: []
    }
    await deliver(given('dossier.completed.v1', completed))
    const { TrangThaiHoSo, ThongTinTra, NgayKetThucXuLy, GhiChu } = outside.dossiers.get(code) ?? {}
    assert.deepEqual(
      [TrangThaiHoSo, ThongTinTra, NgayKetThucXuLy, GhiChu],
      ['10', 'đạt', '20261126150000', 'đủ']
    )
    const asked = {
      dossierCode: code,
      content: 'Bản sao',
      requestedAt: '2026-11-23T02:00:00.000Z',
      papers: ['CMND']
    }
    await deliver(given('dossier.supplement-requested.v1', asked))
    assert.deepEqual(outside.dossiers.get(code)?.DanhSachHoSoBoSung, [
      {
        NoiDungBoSung: 'Bản sao',
        NgayBoSung: '20261123090000',
        DanhSachGiayToBoSung: [{ TenGiayTo: 'CMND' }]
      }
    ])
    const bare = await openClient(t)
    await bare.deliver(given('dossier.completed.v1', completed))
    assert.deepEqual(bare.outside.progress, [
      { MaHoSo: code, NguoiXuLy: '', ThoiDiemXuLy: '20261126150000', NoiDungXuLy: 'đạt', TrangThai: '10' }
    ])
  })

  it('adds the end to the record that is newest by its time, in whatever zone that is written', async (t) => {
    const { data } = await eventOf(whole)
    const at = (time: string, note: string) =>
      given('dossier.record-changed.v1', { ...data, note }, { time }).event
    const { outside, deliver } = await openClient(t, {
      io: {
        given: async () => [at('2026-11-26T08:00:00+07:00', 'cũ')],
        async *published() {
          yield at('2026-11-26T02:00:00Z', 'mới')
        }
      }
    })
    const end = { dossierCode: code, status: '10', finishedAt: '2026-11-26T08:00:00.000Z', attachments: [] }
    await deliver(given('dossier.completed.v1', end))
    assert.equal(outside.dossiers.get(code)?.GhiChu, 'mới')
  })

  it('warns of files that the dialect cannot carry', async (t) => {
    const warnings: object[] = []
    const log = { info() {}, warn: (values: object) => void warnings.push(values) }
    const { deliver } = await openClient(t, { io: { log } })
    const attachments = [{ name: 'a.pdf', mediaType: 'application/pdf', size: 1, sha256: 'a'.repeat(64) }]
    const data = { dossierCode: code, status: '10', finishedAt: '2026-11-26T08:00:00.000Z', attachments }
    await deliver(given('dossier.completed.v1', data))
    assert.deepEqual(warnings, [{ dossier: code, files: 1 }])
  })

  it('says what can never be taken, and what can be later', async (t) => {
    const { outside, deliver } = await openClient(t, { codeTables: { LoaiDoiTuong: { 0: '9' } } })
    const { type, data } = await eventOf(dossier)
    await assert.rejects(deliver(given(type, data)), {
      code: 'BUS_PEER_REFUSED',
      fault: 'one-stop:codeWithoutCounterpart'
    })
    const fitting = given(type, { ...data, applicantKind: '9' })
    outside.failWith({ writingCode: 422 })
    await assert.rejects(deliver(fitting), { code: 'BUS_PEER_REFUSED' })
    outside.failWith({ writingCode: -1 })
    await assert.rejects(deliver(fitting), { code: 'BUS_PEER_FAILED' })
    outside.failWith(undefined)
    await deliver(fitting)
    assert.equal(outside.dossiers.get(code)?.LoaiDoiTuong, '0')
  })
})

describe('one-stop: a delivery that was cut off', () => {
  const changed = { ...dossier, TrangThaiHoSo: '4', GhiChu: 'đã đổi' }

  /** A system with a dossier that the instance has read, and events that the agency was given, not delivered yet. */
  async function withGiven(t: TestContext, records: readonly JsonObject[]) {
    const events: OutboundEvent[] = []
    const opened = await openClient(t, { io: { given: async () => events.map(({ event }) => event) } })
    opened.outside.put(dossier)
    assert.equal((await opened.pollAll()).length, 1)
    for (const record of records) {
      const { type, data } = await eventOf(record)
      const kind = type === 'dossier.received.v1' ? 'dossier.record-changed.v1' : type
      events.push(given(kind, data, { id: `e-${events.length}` }))
    }
    return { ...opened, events }
  }

  it('is no change of the outside: neither its record nor its progress comes back', async (t) => {
    const { outside, pollAll } = await withGiven(t, [changed, { ...changed, GhiChu: 'sau' }, progress])
    outside.put(changed)
    outside.addProgress(progress)
    assert.deepEqual(await pollAll(), [])
  })

  it('does not hide that the outside goes back to its content later', async (t) => {
    const { outside, pollAll, deliver, events } = await withGiven(t, [changed])
    for (const event of events) await deliver(event)
    for (const record of [{ ...changed, GhiChu: 'khác' }, changed]) {
      outside.put(record)
      const [event] = await pollAll()
      assert.equal(event?.data.note, record.GhiChu)
    }
  })
})

describe('one-stop: asking for what was cut off', () => {
  it('finds a record and progress that arrived, and knows that a record may be sent again', async (t) => {
    const { outside, lookUp } = await openClient(t)
    const record = await eventOf(dossier)
    const moved = await eventOf(progress)
    assert.equal(await lookUp(given(record.type, record.data)), 'not-done')
    assert.equal(await lookUp(given(moved.type, moved.data)), 'unknown')
    outside.put(dossier)
    outside.addProgress(progress)
    assert.ok(Object(await lookUp(given(record.type, record.data))).marks)
    assert.ok(Object(await lookUp(given(moved.type, moved.data))).marks)
    const later = await eventOf({ ...progress, NoiDungXuLy: 'khác' })
    assert.equal(await lookUp(given(later.type, later.data)), 'not-done')
  })
})
