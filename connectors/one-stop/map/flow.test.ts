import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lendIo } from '../../kit/lent-io.ts'
import { openReading } from '../fixtures/reading.ts'
import { dossier, progress } from '../fixtures/records.ts'

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
