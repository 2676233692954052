import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import type { Lag } from '#consumers/projector/lag.ts'
import { createLagLimit } from '#consumers/projector/lag-limit.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'

/** A limit of 30 s that is asked every second, as by a publisher. */
function startLimit(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let at = 0
  let lag: Lag | Error = { records: 0, seconds: 0, perSecond: 0 }
  let ofSenders: ReadonlyMap<string, Lag> = new Map()
  let measured = 0
  const limit = createLagLimit({
    lagOf: async () => {
      measured += 1
      if (lag instanceof Error) throw lag
      return lag
    },
    fanOutLagOf: async () => ofSenders,
    maxSeconds: 30,
    logger: createLogger({ level: 'silent' }),
    steadyNow: () => at
  })
  t.after(() => limit.close())
  const isAccepted = (agency = 'A'): boolean => {
    try {
      limit.check(agency)
      return true
    } catch (error) {
      assert.ok(error instanceof BusError && error.code === 'BUS_OVERLOADED')
      return false
    }
  }
  return {
    limit,
    isAccepted,
    measured: () => measured,
    ofSenders(next: ReadonlyMap<string, Lag>): void {
      ofSenders = next
    },
    /** A second later the lag is this. */
    async second(next: Lag | Error): Promise<boolean> {
      isAccepted()
      lag = next
      at += 1000
      t.mock.timers.tick(1000)
      await new Promise(setImmediate)
      return isAccepted()
    }
  }
}

it('a projector that stands is told by the age of its first record, before it is too old', async (t) => {
  const { second, limit } = startLimit(t)
  assert.equal(await second({ records: 1_000_000, seconds: 27, perSecond: 0 }), true, 'it may go on at once')
  assert.equal(await second({ records: 1, seconds: 28, perSecond: 0 }), false)
  assert.match(limit.warning() ?? '', /1 records and 28 s behind/)
  assert.equal(await second({ records: 0, seconds: 0, perSecond: 0 }), true)
  assert.equal(limit.warning(), undefined)
})

it('a projector that works is told by how long what it has left will take', async (t) => {
  const { second } = startLimit(t)
  assert.equal(await second({ records: 27_000, seconds: 3, perSecond: 1000 }), true)
  assert.equal(await second({ records: 28_000, seconds: 3, perSecond: 1000 }), false)
  assert.equal(await second({ records: 28_000, seconds: 2, perSecond: 1000 }), true, 'too early to say')
})

it('nothing is refused for what was known long ago', async (t) => {
  const { second } = startLimit(t)
  assert.equal(await second({ records: 1, seconds: 28, perSecond: 0 }), false)
  const unavailable = new Error('the log is away')
  for (let waited = 1; waited < 30; waited++) assert.equal(await second(unavailable), false)
  assert.equal(await second(unavailable), true, 'what is away refuses events itself')
})

it('nothing is measured while nobody publishes and nothing is left', async (t) => {
  const { limit, measured } = startLimit(t)
  for (let waited = 0; waited < 10; waited++) t.mock.timers.tick(1000)
  assert.equal(measured(), 0)
  limit.check('A')
  t.mock.timers.tick(1000)
  assert.equal(measured(), 1)
})

it('an agency whose events are not in all inboxes waits for them, and no other', async (t) => {
  const { second, limit, isAccepted, ofSenders } = startLimit(t)
  const none = { records: 0, seconds: 0, perSecond: 0 }
  ofSenders(new Map([['A', { records: 28_000, seconds: 3, perSecond: 1000 }]]))
  assert.equal(await second(none), false)
  assert.equal(isAccepted('B'), true)
  assert.match(
    limit.warning() ?? '',
    /28000 inbox entries of events of A are not added yet, the oldest for 3 s/
  )
  assert.equal(limit.refusesAll(), false)
  assert.equal(await second(new Error('the log is away')), false)
  ofSenders(new Map())
  assert.equal(await second(none), true)
  assert.equal(limit.warning(), undefined)
})
