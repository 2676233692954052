import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createPacer, createPacers } from '#connectors/host/outbound/pace.ts'

describe('the pace', () => {
  it('starts as many as are wanted without a rate', () => {
    assert.equal(createPacer().take(8, undefined, 0), 8)
  })

  it('keeps an even interval at low rates', () => {
    const pacer = createPacer()
    assert.equal(pacer.take(5, 2, 0), 1)
    assert.equal(pacer.take(5, 2, 499), 0)
    assert.equal(pacer.nextAt(2, 499), 500)
    assert.equal(pacer.take(5, 2, 10_000), 1)
  })

  it('never exceeds its rate by more than a tenth of a second saves up', () => {
    const rate = fc.integer({ min: 1, max: 2000 })
    const gaps = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(rate, gaps, (ratePerSecond, list) => {
        const pacer = createPacer()
        let now = 1000
        let started = 0
        for (const gap of list) {
          now += gap
          started += pacer.take(1000, ratePerSecond, now)
        }
        const passedMs = now - (1000 + (list[0] ?? 0))
        assert.ok(started <= ((passedMs + 100) * ratePerSecond) / 1000 + 1)
      })
    )
  })

  it('starts none while the outside asked to wait, for any instance of the group', () => {
    const pacerOf = createPacers()
    pacerOf('sms').hold(5000)
    assert.equal(pacerOf('sms').take(1, undefined, 4999), 0)
    assert.equal(pacerOf('sms').nextAt(undefined, 0), 5000)
    assert.equal(pacerOf('mail').take(1, undefined, 0), 1)
    assert.equal(pacerOf('sms').take(1, undefined, 5000), 1)
  })

  it('starts some before that if a person wants it tried now', () => {
    const pacer = createPacers()('sms')
    pacer.hold(5000)
    assert.equal(pacer.heldUntil(4999), 5000)
    pacer.release()
    assert.deepEqual([pacer.heldUntil(0), pacer.take(1, undefined, 0)], [undefined, 1])
  })
})
