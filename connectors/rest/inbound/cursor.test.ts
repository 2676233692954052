import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fillSettings } from '#protocol/events/json-schema.ts'
import { settingsFor } from '../fixtures/settings.ts'
import { type PollSettings, RestSettings } from '../settings.ts'
import { advance as advanceAt, type Position, queryOf, readPosition } from './cursor.ts'

function settings(cursor: object, pageSize = 2): PollSettings {
  const raw = settingsFor('http://127.0.0.1:1')
  const all = { ...raw, poll: { ...Object(raw.poll), cursor: { parameter: 'from', ...cursor }, pageSize } }
  assert.deepEqual(fillSettings(RestSettings, all), [])
  return all.poll as PollSettings
}

type Values = readonly string[] | readonly number[]
const now = Date.parse('2026-11-26T00:00:00Z')

function advance(one: PollSettings, position: Position, values: Values) {
  return advanceAt(one, position, { texts: values.map(String), values }, now)
}

describe('a cursor by id', () => {
  it('is the greatest number, in whatever order the items of the last page come', () => {
    const { position, more } = advance(settings({ by: 'id' }, 3), { at: 3 }, [12, 9])
    assert.deepEqual([position.at, more], [12, false])
  })

  it('takes nothing of a full page in descending order, whose later items would be missed', () => {
    const { position, halt } = advance(settings({ by: 'id' }), { at: 3 }, [12, 9])
    assert.deepEqual([position.at, halt], [3, 'listUnordered'])
    assert.equal(advance(settings({ by: 'id' }), { at: 3 }, [9, 9, 12]).position.at, 12)
  })

  it('is the last of ids that are no numbers', () => {
    assert.equal(advance(settings({ by: 'id' }), { at: 'zz' }, ['b', 'a']).position.at, 'a')
  })

  it('stays where it is on an empty page', () => {
    assert.deepEqual(advance(settings({ by: 'id' }), { at: 3 }, []), {
      position: { at: 3 },
      more: false,
      halt: undefined,
      isAhead: false
    })
  })
})

describe('a cursor by time', () => {
  it('is the newest instant, in whatever form', () => {
    const newest = (values: Values) =>
      advance(settings({ by: 'time' }, 3), { at: undefined }, values).position.at
    assert.equal(newest(['2026-01-01T08:00:00+07:00', '2026-01-01T00:30:00Z']), '2026-01-01T08:00:00+07:00')
    assert.equal(newest([1_767_225_600, 1_767_225_500]), 1_767_225_600)
  })

  it('asks from before the newest by the overlap, in the form of the outside, but not at the first poll', () => {
    const overlapping = settings({ by: 'time', overlapSeconds: 60, first: '2026-01-01T00:00:00Z' })
    const asked = (at: string | number, isFirst = false) => queryOf(overlapping, { at }, isFirst).get('from')
    assert.equal(asked('2026-01-01T08:00:00+07:00'), '2026-01-01T07:59:00+07:00')
    assert.equal(asked('2026-01-01T00:00:00.000Z'), '2025-12-31T23:59:00.000Z')
    assert.equal(asked(1_767_225_600), '1767225540')
    assert.equal(asked(1_767_225_600_000), '1767225540000')
    assert.equal(asked('2026-01-01T00:00:00Z', true), '2026-01-01T00:00:00Z')
  })

  it('begins where the instance does, unless the settings say what is asked for first', () => {
    const byTime = settings({ by: 'time' })
    const at = Date.parse('2026-01-01T00:00:00Z')
    assert.equal(readPosition(undefined, byTime, at).at, '2026-01-01T00:00:00.000Z')
    assert.equal(readPosition(undefined, byTime, 0).at, undefined)
    assert.equal(readPosition(undefined, settings({ by: 'time', first: '0' }), at).at, '0')
    assert.equal(readPosition('{"at":"x"}', byTime, at).at, 'x')
  })

  it('is what an operator resets it to: an id, a time or a page, or what it was', () => {
    const at = (by: 'id' | 'time' | 'page', cursor: string) => readPosition(cursor, settings({ by }), 0).at
    assert.equal(at('id', '17'), '17')
    assert.equal(at('time', '2026-11-22T09:00:00+07:00'), '2026-11-22T09:00:00+07:00')
    assert.equal(at('page', '3'), 3)
    assert.equal(at('page', '{"at":4,"before":"x"}'), 4)
    for (const [by, cursor] of [
      ['page', 'three'],
      ['page', '{"at":null}'],
      ['id', '{"at"']
    ] as const) {
      assert.throws(() => at(by, cursor), { fault: 'rest:cursorMalformed' })
    }
  })

  it('does not overlap times without zone, which would be taken for those of the bus', () => {
    const overlapping = settings({ by: 'time', overlapSeconds: 60 })
    for (const value of ['2026-01-01T00:00:00', '2026-01-01', '12/11/2026']) {
      assert.equal(advance(overlapping, { at: undefined }, [value]).halt, 'timeWithoutZone')
    }
    assert.equal(advance(overlapping, { at: undefined }, ['2026-01-01T00:00:00+07:00']).halt, undefined)
  })

  it('goes no further than now: an item with a time in the future hides none before it', () => {
    const byTime = settings({ by: 'time' }, 3)
    const { position, isAhead } = advance(byTime, { at: undefined }, [
      '2026-11-22T10:00Z',
      '2099-01-01T00:00Z'
    ])
    assert.deepEqual([position.at, isAhead], ['2026-11-22T10:00Z', true])
    const zoneless = advance(byTime, { at: undefined }, ['2026-11-26T07:00:00', '2099-01-01T00:00:00'])
    assert.equal(zoneless.position.at, '2026-11-26T07:00:00')
  })

  it('is the last of forms that are not ISO 8601: days and months would be mixed up', () => {
    const byTime = settings({ by: 'time' }, 3)
    assert.equal(advance(byTime, { at: '12/11/2026' }, ['01/12/2026']).position.at, '01/12/2026')
  })

  it('is stuck where a full page is of one instant', () => {
    const same = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z']
    assert.equal(advance(settings({ by: 'time' }), { at: same[0] }, same).halt, 'cursorStuck')
  })
})

describe('a cursor by page', () => {
  it('goes to the next page after a full one, and asks a page again that is not', () => {
    const byPage = settings({ by: 'page' })
    const first = readPosition(undefined, byPage, 0)
    assert.equal(queryOf(byPage, first, true).get('from'), '1')
    const full = advance(byPage, first, ['a', 'b'])
    assert.deepEqual([full.position.at, full.more], [2, true])
    const part = advance(byPage, full.position, ['c'])
    assert.deepEqual([part.position.at, part.more], [2, false])
  })

  it('does not go on where the server gives the same full page again', () => {
    const byPage = settings({ by: 'page' })
    const { position } = advance(byPage, { at: 1 }, ['a', 'b'])
    assert.equal(advance(byPage, position, ['a', 'b']).halt, 'pageRepeated')
    const part = advance(byPage, position, ['c'])
    assert.equal(advance(byPage, part.position, ['c', 'd']).position.at, 3)
  })
})
