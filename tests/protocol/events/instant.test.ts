import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { constantFrom, date, assert as holds, integer, nat, property } from 'fast-check'
import { checkEvent } from '#protocol/events/event.ts'
import { exactDay, exactInstant, isDay, isInstant, parseInstant } from '#protocol/events/instant.ts'
import type { StrictJson } from '#protocol/events/json.ts'

/** Texts and what they are, milliseconds since the epoch; undefined for what is no instant. */
const texts: Readonly<Record<string, number | undefined>> = {
  '2026-11-24T00:00:00Z': 1_795_478_400_000,
  '2026-11-24T07:00:00+07:00': 1_795_478_400_000,
  '2026-11-23T17:00:00.000-07:00': 1_795_478_400_000,
  '2026-11-24T00:00:00.123456789Z': 1_795_478_400_123,
  '2028-02-29T23:59:59Z': 1_835_481_599_000,
  '0000-02-29T00:00:00Z': -62_162_121_600_000,
  '2026-02-29T00:00:00Z': undefined,
  '2100-02-29T00:00:00Z': undefined,
  '0100-02-29T00:00:00Z': undefined,
  '2026-04-31T00:00:00Z': undefined,
  '2026-00-10T00:00:00Z': undefined,
  '2026-13-10T00:00:00Z': undefined,
  '2026-10-00T00:00:00Z': undefined,
  '2026-99-99T99:99:99Z': undefined,
  '2026-11-24T24:00:00Z': undefined,
  '2026-11-24T23:60:00Z': undefined,
  '2026-12-31T23:59:60Z': undefined,
  '2026-11-24T00:00:00+07': undefined,
  '2026-11-24T00:00:00+0700': undefined,
  '2026-11-24T00:00:00+24:00': undefined,
  '2026-11-24T00:00:00+07:60': undefined,
  '2026-11-24T00:00:00 07:00': undefined,
  '2026-11-24T00:00:00': undefined,
  '2026-11-24T00:00Z': undefined,
  '2026-11-24 00:00:00Z': undefined,
  '2026-11-24t00:00:00z': undefined,
  '2026-11-24T00:00:00.Z': undefined,
  '2026-11-24T00:00:00.1234567890Z': undefined,
  '2026-11-24': undefined,
  '+002026-11-24T00:00:00Z': undefined,
  ' 2026-11-24T00:00:00Z': undefined,
  '2026-11-24T00:00:00Z\n': undefined,
  '２０２６-11-24T00:00:00Z': undefined,
  tomorrow: undefined,
  '': undefined
}

describe('an instant', () => {
  for (const [text, at] of Object.entries(texts)) {
    it(`is ${at === undefined ? 'not ' : ''}${JSON.stringify(text)}`, () => {
      assert.equal(parseInstant(text), at)
      assert.equal(isInstant(text), at !== undefined)
    })
  }

  it('is every time as it is written anywhere, whatever the offset', () => {
    const range = {
      min: new Date('0001-01-02T00:00:00Z'),
      max: new Date('9999-12-30T00:00:00Z'),
      noInvalidDate: true
    }
    void holds(
      property(date(range), integer({ min: -1439, max: 1439 }), (moment, minutes) => {
        const local = new Date(moment.getTime() + minutes * 60_000).toISOString().slice(0, -1)
        const two = (n: number): string => String(Math.trunc(Math.abs(n))).padStart(2, '0')
        const offset = `${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`
        assert.equal(parseInstant(local + offset), moment.getTime())
      })
    )
  })

  it('lies on a day of the calendar, and on no other', () => {
    for (let n = 0; n < 400 * 12 * 31; n += 1) {
      const [year, month, day] = [1600 + Math.floor(n / 372), Math.floor((n % 372) / 31), (n % 31) + 1]
      const text = `${year}-${String(month + 1).padStart(2, '0')}-${String(day).padStart(2, '0')}`
      assert.equal(isDay(text), new Date(Date.UTC(year, month, day)).getUTCMonth() === month, text)
    }
  })

  it('is what an event says when it happened and when it expires', () => {
    const event = {
      specversion: '1.0',
      id: '1',
      source: '/agencies/000.00.91.H03/systems/qlvb',
      type: 'document.issued.v1',
      subject: 's',
      recipients: '000.00.92.H03',
      time: '2026-11-24T00:00:00Z',
      nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
      data: {}
    }
    for (const [text, at] of Object.entries(texts)) {
      for (const attribute of ['time', 'expirytime']) {
        const check = () => checkEvent({ ...event, [attribute]: text } as unknown as StrictJson)
        if (at === undefined) assert.throws(check, { code: 'BUS_ATTRIBUTE_INVALID' }, `${attribute} ${text}`)
        else assert.doesNotThrow(check)
      }
    }
  })
})

it('an exact instant or day is what Date writes, and nothing else', async () => {
  const dates = date({
    min: new Date('0000-01-01'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true
  })
  await holds(
    property(dates, (one) => {
      const text = one.toISOString()
      assert.equal(exactInstant(text), one.getTime())
      assert.equal(exactDay(text.slice(0, 10)), Date.parse(text.slice(0, 10)))
    })
  )
  await holds(
    property(dates, nat({ max: 23 }), constantFrom(...'0123456789-:.TZ/;'), (one, at, character) => {
      const text = one.toISOString()
      const other = text.slice(0, at) + character + text.slice(at + 1)
      const time = Date.parse(other)
      const isExact = !Number.isNaN(time) && new Date(time).toISOString() === other
      assert.equal(exactInstant(other), isExact ? time : undefined, other)
    }),
    { numRuns: 2000 }
  )
  for (const text of [
    '',
    '2026-11-24',
    '2026-11-24T00:00:00Z',
    '+002026-11-24T00:00:00.000Z',
    '2026-11-24T24:00:00.000Z'
  ]) {
    assert.equal(exactInstant(text), undefined, text)
  }
  for (const text of ['2026-02-29', '2026-13-01', '2026-00-10', '2026-1-01', '2026-11-24T']) {
    assert.equal(exactDay(text), undefined, text)
  }
})
