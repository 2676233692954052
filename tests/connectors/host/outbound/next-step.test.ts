import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { askedWaitMs } from '#connectors/host/failures.ts'
import {
  defaultScheduleMs,
  type FailedAttempt,
  nextStep,
  wasNeverSent
} from '#connectors/host/outbound/next-step.ts'
import { BusError } from '#protocol/errors/bus-error.ts'

const now = 1_000_000
const failed: FailedAttempt = {
  failure: 'later',
  error: new Error('500'),
  attempts: 0,
  repeatable: false,
  isProbe: false
}
const step = (change: Partial<FailedAttempt>) => nextStep({ ...failed, ...change }, defaultScheduleMs, now)
const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' })
const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })

describe('after a failed attempt', () => {
  it('the next waits as the schedule says, until that ends', () => {
    assert.deepEqual(step({}), { kind: 'waiting', dueAt: now + 1000, counted: true })
    assert.deepEqual(step({ attempts: 2 }), { kind: 'waiting', dueAt: now + 30_000, counted: true })
    assert.deepEqual(step({ attempts: defaultScheduleMs.length }), { kind: 'dead' })
  })

  it('it waits as long as the outside asks, at most a day', () => {
    const error = new BusError('BUS_OVERLOADED', 'internal', { waitMs: 7_000_000 })
    assert.deepEqual(step({ error }), { kind: 'waiting', dueAt: now + 7_000_000, counted: true })
    assert.equal(askedWaitMs(new BusError('BUS_OVERLOADED', 'internal', { waitMs: 1e12 })), 86_400_000)
  })

  it('what the kind declares refused is dead', () => {
    assert.deepEqual(step({ failure: 'never' }), { kind: 'dead' })
  })

  it('an attempt that did not reach the outside does not count, nor does one without credentials', () => {
    for (const change of [
      { failure: 'unreachable', error: refused },
      { failure: 'unreachable', error: reset, repeatable: true },
      { failure: 'credentials' }
    ] as const) {
      const next = step({ ...change, attempts: defaultScheduleMs.length })
      assert.deepEqual(next, { kind: 'waiting', dueAt: now + 1000, counted: false })
    }
  })

  it('one that broke off is in doubt, unless it may be repeated', () => {
    assert.deepEqual(step({ failure: 'unreachable', error: reset }), { kind: 'in-doubt' })
  })

  it('the one that shows whether the outside is back does not count', () => {
    assert.deepEqual(step({ isProbe: true }), { kind: 'waiting', dueAt: now + 1000, counted: false })
    const last = step({ isProbe: true, attempts: defaultScheduleMs.length })
    assert.deepEqual(last, { kind: 'waiting', dueAt: now + 86_400_000, counted: false })
  })
})

describe('nothing was sent', () => {
  it('where no connection stood, however deep the cause lies', () => {
    assert.ok(wasNeverSent(new BusError('BUS_PEER_UNREACHABLE', 'internal', { cause: refused })))
    assert.ok(wasNeverSent(new TypeError('fetch failed', { cause: new AggregateError([refused, refused]) })))
  })

  it('which is not known where one of several addresses did not refuse, or a cause is a circle', () => {
    assert.ok(!wasNeverSent(new TypeError('fetch failed', { cause: new AggregateError([refused, reset]) })))
    const circle = new Error('circle')
    circle.cause = circle
    assert.ok(!wasNeverSent(circle))
  })
})
