import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createSettledClock, settlesAfterMs } from '#engines/telemetry/settled-clock.ts'

const hour = 3_600_000
const month = 30 * 24 * hour

/** A machine whose clock is off by `offMs`; time passes only by `pass`. */
function machine(offMs = 0) {
  const state = { elapsed: 0, offMs }
  const right = (): number => 1_800_000_000_000 + state.elapsed
  const clock = createSettledClock({ now: () => right() + state.offMs, elapsed: () => state.elapsed })
  return {
    clock,
    right,
    setTo: (ms: number) => {
      state.offMs = ms
      clock()
    },
    pass: (ms: number) => {
      state.elapsed += ms
      return clock()
    }
  }
}

describe('the settled clock', () => {
  it('follows the wall clock of a machine that started a month behind, once it has been right for five minutes', () => {
    const { clock, right, setTo, pass } = machine(-month)
    assert.equal(pass(hour), right() - month)
    setTo(0)
    assert.equal(clock(), right() - month)
    assert.equal(pass(settlesAfterMs - 1), right() - month)
    assert.equal(pass(1), right())
    assert.equal(pass(hour), right())
  })

  it('follows at once when the clock is set back', () => {
    const { clock, right, setTo, pass } = machine(month)
    assert.equal(pass(hour), right() + month)
    setTo(0)
    assert.equal(clock(), right())
  })

  it('never follows a clock that is ahead for less than five minutes at a time, however often', () => {
    const { right, setTo, pass } = machine()
    for (let round = 0; round < 20; round += 1) {
      setTo(hour)
      assert.equal(pass(settlesAfterMs - 1), right())
      setTo(0)
      assert.equal(pass(1000), right())
    }
  })

  it('goes with a clock that drifts, and is never ahead of it by more than a step forward that was undone', () => {
    const steps = fc.array(
      fc.record({ ms: fc.integer({ min: 0, max: hour }), off: fc.integer({ min: -hour, max: hour }) })
    )
    fc.assert(
      fc.property(steps, (all) => {
        const { clock, right, setTo, pass } = machine()
        for (const { ms, off } of all) {
          setTo(off)
          assert.ok(clock() <= right() + off)
          assert.ok(pass(ms) <= right() + off)
        }
        assert.equal(pass(settlesAfterMs), right() + (all.at(-1)?.off ?? 0))
      })
    )
  })
})
