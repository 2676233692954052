import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JsonObject } from '#protocol/events/json.ts'
import { settingsWith } from '../fixtures/reading.ts'
import { judge } from './clock.ts'

/** Vietnam's time as an instant. */
const local = (text: string): string => new Date(`${text}:00+07:00`).toISOString()
const { clock } = settingsWith({ clock: { holidays: ['2026-11-24'] } })
const now = Date.parse(local('2026-11-30T12:00'))

/** Due on Wednesday the 25th at five. */
const dueAt = local('2026-11-25T17:00')
const round = { requestedAt: local('2026-11-23T08:00'), receivedAt: local('2026-11-23T10:00') }
const other = { requestedAt: local('2026-11-23T14:00'), receivedAt: local('2026-11-23T16:00') }

describe('one-stop: the clock of a dossier', () => {
  const rows: Readonly<Record<string, readonly [JsonObject, object]>> = {
    'finished in time': [{ status: '9', dueAt, finishedAt: dueAt }, { onTime: true }],
    'finished late': [{ status: '9', dueAt, finishedAt: local('2026-11-25T17:01') }, { onTime: false }],
    'finished when its result was returned, where nothing else is known': [
      { status: '10', dueAt, returnedAt: dueAt },
      { onTime: true }
    ],
    'finished at an unknown time': [{ status: '9', dueAt }, {}],
    'not finished, and past its deadline': [{ status: '4', dueAt }, { overdue: true }],
    'not finished, and not past it': [{ status: '4', dueAt: local('2026-12-01T17:00') }, { overdue: false }],
    'without a deadline': [{ status: '4' }, {}],
    'waiting for a supplement: its clock is stopped': [
      { status: '5', dueAt, supplements: [{ requestedAt: round.requestedAt }] },
      { overdue: false, supplementMinutes: 0 }
    ],
    'two working hours later, for which a supplement was awaited': [
      { status: '9', dueAt, supplements: [round], finishedAt: local('2026-11-26T09:30') },
      { onTime: true, supplementMinutes: 120 }
    ],
    'a minute more': [
      { status: '9', dueAt, supplements: [round], finishedAt: local('2026-11-26T09:31') },
      { onTime: false, supplementMinutes: 120 }
    ],
    'a supplement over a holiday and a night: only working time counts': [
      {
        status: '9',
        dueAt,
        supplements: [{ requestedAt: local('2026-11-23T16:00'), receivedAt: local('2026-11-25T08:30') }],
        finishedAt: local('2026-11-26T09:30')
      },
      { onTime: true, supplementMinutes: 120 }
    ],
    'with a new day promised for a supplement': [
      {
        status: '9',
        dueAt,
        supplements: [{ ...round, dueAt: local('2026-11-28T17:00') }],
        finishedAt: local('2026-11-28T16:00')
      },
      { onTime: true, supplementMinutes: 120 }
    ],
    'with more supplements than are allowed': [
      { status: '9', dueAt, supplements: [round, other], finishedAt: local('2026-11-23T16:00') },
      { onTime: false, supplementMinutes: 240 }
    ],
    'waiting for a supplement whose receipt is not noted, though work goes on': [
      { status: '4', dueAt, supplements: [{ requestedAt: round.requestedAt }] },
      { overdue: true, supplementMinutes: 0 }
    ]
  }
  for (const [what, [data, judgement]] of Object.entries(rows)) {
    it(what, () => assert.deepEqual(judge(data, clock, now), judgement))
  }

  const many = { ...clock, maxSupplements: 5 }

  it('does not lose the seconds of a supplement', () => {
    const supplements = [
      { ...round, receivedAt: new Date(Date.parse(round.receivedAt) + 59_000).toISOString() }
    ]
    const finishedAt = new Date(Date.parse(local('2026-11-26T09:30')) + 59_000).toISOString()
    const judgement = { onTime: true, supplementMinutes: 120 }
    assert.deepEqual(judge({ status: '9', dueAt, supplements, finishedAt }, clock, now), judgement)
  })

  it('excludes the supplements that were asked for after the day that was promised last, in whatever order', () => {
    const promised = { ...round, dueAt: local('2026-11-26T17:00') }
    const supplements = [promised, other]
    const data = { status: '9', dueAt, finishedAt: local('2026-11-27T09:30') }
    for (const listed of [supplements, supplements.toReversed()]) {
      const judgement = { onTime: true, supplementMinutes: 240 }
      assert.deepEqual(judge({ ...data, supplements: listed }, many, now), judgement)
    }
    const late = { ...data, finishedAt: local('2026-11-27T09:31'), supplements }
    assert.equal(judge(late, many, now).onTime, false)
  })

  it('excludes time once, also where two supplements were awaited in it', () => {
    const inner = { ...round, requestedAt: local('2026-11-23T09:00') }
    const data = { status: '9', dueAt, finishedAt: local('2026-11-26T09:31'), supplements: [inner, round] }
    assert.deepEqual(judge(data, many, now), { onTime: false, supplementMinutes: 120 })
  })

  it('says nothing of dates that are centuries apart, and takes no longer for them', () => {
    const far = { requestedAt: local('1900-01-01T00:00'), receivedAt: local('2999-01-01T00:00') }
    const data = {
      status: '9',
      dueAt,
      supplements: Array.from({ length: 1000 }, () => far),
      finishedAt: dueAt
    }
    const begun = performance.now()
    assert.deepEqual(judge(data, clock, now), {})
    assert.ok(performance.now() - begun < 2000)
  })
})
