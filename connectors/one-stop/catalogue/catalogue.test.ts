import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type OpenedClient, openClient } from '../fixtures/open.ts'
import { settingsWith } from '../fixtures/reading.ts'
import oneStop from '../index.ts'

const count = 1826

function put({ outside }: OpenedClient, number: number, more: object = {}): void {
  const MATTHC = `1.${String(number).padStart(6, '0')}`
  const entry = {
    MATTHC,
    TENTTHC: `Thủ tục ${number}`,
    LINHVUCTHUCHIEN: [{ MALINHVUC: 'LV', TENLINHVUC: 'Mẫu' }]
  }
  outside.procedures.set(MATTHC, { ...entry, TRINHTU: 'Nộp hồ sơ', ...more })
}

async function withCatalogue(t: Parameters<typeof openClient>[0], size: number): Promise<OpenedClient> {
  let now = Date.now()
  const opened = await openClient(t, {
    client: { poll: 'no', catalogue: { everyHours: 1 } },
    io: { now: () => (now += 3_600_000) } // Each look at the clock is an hour later: the catalogue is always due.
  })
  for (let number = 0; number < size; number += 1) put(opened, number)
  return opened
}

const brief = (events: Awaited<ReturnType<OpenedClient['pollAll']>>): readonly (readonly string[])[] =>
  events.map(({ type, subject }) => [type.split('.')[1] ?? '', subject])

describe('one-stop: the catalogue of services', () => {
  it(`is published once, ${count} procedures with their details, and after that by difference`, async (t) => {
    const opened = await withCatalogue(t, count)
    const { outside, pollAll } = opened
    const published = await pollAll()
    assert.equal(new Set(published.map(({ subject }) => subject)).size, count)
    assert.ok(published.every(({ type }) => type === 'procedure.published.v1'))
    const { record, ...data } = published[7]?.data ?? {}
    assert.deepEqual(data, {
      procedureCode: '1.000007',
      procedureName: 'Thủ tục 7',
      fields: [{ code: 'LV', name: 'Mẫu' }]
    })
    assert.equal(JSON.parse(String(record)).TRINHTU, 'Nộp hồ sơ')
    assert.deepEqual(await pollAll(), [])
    put(opened, 3, { TENTTHC: 'Tên mới' })
    put(opened, 5000)
    outside.procedures.delete('1.000009')
    assert.deepEqual(brief(await pollAll()), [
      ['changed', '1.000003'],
      ['published', '1.005000'],
      ['withdrawn', '1.000009']
    ])
    assert.deepEqual(await pollAll(), [])
  })

  it('has an event for a change back, and for what returns', async (t) => {
    const opened = await withCatalogue(t, 2)
    const { outside, pollAll } = opened
    await pollAll()
    put(opened, 1, { TENTTHC: 'Tên mới' })
    assert.deepEqual(brief(await pollAll()), [['changed', '1.000001']])
    put(opened, 1)
    assert.deepEqual(brief(await pollAll()), [['changed', '1.000001']])
    outside.procedures.delete('1.000001')
    assert.deepEqual(brief(await pollAll()), [['withdrawn', '1.000001']])
    put(opened, 1)
    assert.deepEqual(brief(await pollAll()), [['published', '1.000001']])
  })

  it('withdraws nothing where an answer is empty or lacks too much', async (t) => {
    const { outside, pollAll } = await withCatalogue(t, 60)
    await pollAll()
    const all = [...outside.procedures]
    for (const [name] of all.slice(0, 20)) outside.procedures.delete(name)
    await assert.rejects(pollAll(), { fault: 'one-stop:catalogueShrank' })
    outside.procedures.clear()
    await assert.rejects(pollAll(), { fault: 'one-stop:catalogueShrank' })
  })

  it('quarantines an entry without a name, and goes on', async (t) => {
    const opened = await withCatalogue(t, 2)
    put(opened, 0, { TENTTHC: '' })
    const { items } = await opened.poll()
    assert.deepEqual(
      items.map((item) => 'fault' in item),
      [true, false]
    )
  })

  it('is published when it can be used at last, and not withdrawn where it never was', async (t) => {
    const opened = await withCatalogue(t, 2)
    const { outside, pollAll } = opened
    put(opened, 0, { TENTTHC: '' })
    put(opened, 7, { TENTTHC: '' })
    assert.deepEqual(brief(await pollAll()), [['published', '1.000001']])
    put(opened, 0)
    outside.procedures.delete('1.000007')
    assert.deepEqual(brief(await pollAll()), [['published', '1.000000']])
  })

  it('is withdrawn, or changed, after an entry that cannot be used where one before it was published', async (t) => {
    const opened = await withCatalogue(t, 2)
    const { outside, pollAll } = opened
    await pollAll()
    for (const number of [0, 1]) put(opened, number, { TENTTHC: '' })
    assert.deepEqual(await pollAll(), [])
    put(opened, 0)
    outside.procedures.delete('1.000001')
    const found = await pollAll()
    assert.deepEqual(brief(found), [
      ['changed', '1.000000'],
      ['withdrawn', '1.000001']
    ])
    assert.equal(found[1]?.data.procedureName, 'Thủ tục 1')
  })

  it('has an entry that is retried only while it is the newest, and publishes it once', async (t) => {
    const opened = await withCatalogue(t, 2)
    const { io, poll, pollAll } = opened
    const fixed = Buffer.from(JSON.stringify({ MATTHC: '1.000000', TENTTHC: 'Tên' }))
    put(opened, 0, { TENTTHC: '' })
    const [item] = (await poll()).items
    await pollAll()
    const retry = async () =>
      Object(await oneStop.forSettings?.(settingsWith()).parse?.(fixed, item?.reference ?? '', io))
    const { event, marks } = await retry()
    assert.equal(event.type, 'procedure.published.v1')
    io.keep(marks)
    assert.deepEqual(await pollAll(), [])
    put(opened, 0, { TENTTHC: 'Tên mới' })
    assert.deepEqual(brief(await pollAll()), [['changed', '1.000000']])
    assert.equal((await retry()).event, undefined)
  })
})
