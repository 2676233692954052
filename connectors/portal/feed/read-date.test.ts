import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readDate } from './read-date.ts'

const zone = 'Asia/Ho_Chi_Minh'
const isoOf = (text: string) => {
  const ms = readDate(text, zone)
  return ms === undefined ? undefined : new Date(ms).toISOString()
}

describe('portal: dates', () => {
  it('are read in the forms that portals of Viet Nam write', () => {
    const morning = [
      '8h 26/11/2026',
      '8 giờ ngày 26/11/2026',
      'ngày 26 tháng 11 năm 2026 lúc 8 giờ 00 phút',
      'Cập nhật lúc 08:00 ngày 26/11/2026',
      '(26/11/2026 08:00)',
      '[26/11/2026 08:00]',
      '26 - 11 - 2026 08:00',
      'Th 5, 26 Th11 2026 08:00:00 +0700',
      'Tháng Mười Một 26, 2026 08:00',
      '26/11/2026 @ 08:00',
      'Thu, 26 Nov 2026 8:0:0 +0700',
      'Thu, 26 Nov 2026 08:00:00 SE Asia Standard Time'
    ]
    for (const text of morning) assert.equal(isoOf(text), '2026-11-26T01:00:00.000Z', text)
    assert.equal(isoOf('26/11/2026 11:30 trưa'), '2026-11-26T04:30:00.000Z')
    assert.equal(isoOf('26/11/2026 1:30 trưa'), '2026-11-26T06:30:00.000Z')
  })

  it('are read in the forms that standards and programs write', () => {
    const morning = [
      '20261126T080000Z',
      '20261126T0800Z',
      '20261126T150000+0700',
      '2026-11-26T08Z',
      '2026-330T08:00:00Z',
      '2026-11-26 08:00:00 +0000 UTC',
      '2026-11-26T15:00:00+07:00[Asia/Ho_Chi_Minh]',
      '2026-11-26T08:00:00.0000000000Z',
      '26 Nov 26 0800 GMT'
    ]
    for (const text of morning) assert.equal(isoOf(text), '2026-11-26T08:00:00.000Z', text)
    assert.equal(isoOf('991231'), '1999-12-30T17:00:00.000Z')
    assert.equal(isoOf('4. Juni 2018'), '2018-06-03T17:00:00.000Z')
  })

  it('are none where an offset, a day of the year or an hour cannot be', () => {
    for (const text of [
      '26 Nov 2026 08:00 +2500',
      '26 Nov 2026 08:00 +0799',
      '2026-366',
      '123456',
      '25h 26/11/2026'
    ])
      assert.equal(isoOf(text), undefined, text)
  })
})
