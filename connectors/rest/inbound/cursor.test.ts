import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fillSettings } from '#protocol/events/json-schema.ts'
import { settingsFor } from '../fixtures/settings.ts'
import { type PollSettings, RestSettings } from '../settings.ts'
import { advance, queryOf, readPosition } from './cursor.ts'

function settings(cursor: object, pageSize = 2): PollSettings {
  const raw = settingsFor('http://127.0.0.1:1')
  const all = { ...raw, poll: { ...Object(raw.poll), cursor: { parameter: 'from', ...cursor }, pageSize } }
  assert.deepEqual(fillSettings(RestSettings, all), [])
  return all.poll as PollSettings
}

const pages = (values: readonly string[] | readonly number[], count = values.length) => ({ count, values })

describe('a cursor by id', () => {
  it('is the greatest number, in whatever order the items come', () => {
    const { position, more } = advance(settings({ by: 'id' }), { at: 3 }, pages([12, 9]))
    assert.deepEqual([position.at, more], [12, true])
  })

  it('is the last of ids that are no numbers', () => {
    assert.equal(advance(settings({ by: 'id' }), { at: 'zz' }, pages(['b', 'a'])).position.at, 'a')
  })

  it('stays where it is on an empty page', () => {
    assert.deepEqual(advance(settings({ by: 'id' }), { at: 3 }, pages([])), {
      position: { at: 3 },
      more: false,
      isStuck: false
    })
  })
})

describe('a cursor by time', () => {
  it('is the newest instant, in whatever form', () => {
    const newest = (values: readonly string[] | readonly number[]) =>
      advance(settings({ by: 'time' }), { at: undefined }, pages(values)).position.at
    assert.equal(newest(['2026-01-01T08:00:00+07:00', '2026-01-01T00:30:00Z']), '2026-01-01T08:00:00+07:00')
    assert.equal(newest([1_767_225_600, 1_767_225_500]), 1_767_225_600)
  })

  it('asks from before the newest by the overlap, in the form of the outside, but not at the first poll', () => {
    const overlapping = settings({ by: 'time', overlapSeconds: 60, first: '2026-01-01T00:00:00Z' })
    const asked = (at: string | number, isFirst = false) => queryOf(overlapping, { at }, isFirst).get('from')
    assert.equal(asked('2026-01-01T08:00:00+07:00'), '2026-01-01T00:59:00.000Z')
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

  it('is stuck where a full page is of one instant', () => {
    const same = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z']
    assert.equal(advance(settings({ by: 'time' }), { at: same[0] }, pages(same)).isStuck, true)
  })
})

describe('a cursor by page', () => {
  it('goes to the next page after a full one, and asks a page again that is not', () => {
    const byPage = settings({ by: 'page' })
    const first = readPosition(undefined, byPage, 0)
    assert.equal(queryOf(byPage, first, true).get('from'), '1')
    const full = advance(byPage, first, pages(['a', 'b']))
    assert.deepEqual([full.position.at, full.more], [2, true])
    const part = advance(byPage, full.position, pages(['c']))
    assert.deepEqual([part.position.at, part.more], [2, false])
  })
})
