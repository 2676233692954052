import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createBrokerClocks } from '#engines/event-log/kafka/broker-clocks.ts'

const minute = 60_000
const hour = 60 * minute
const begin = Date.parse('2026-06-01T08:00:00Z')

/** Time passes only by `pass`; `set` changes the wall clock alone. */
function machine() {
  const state = { now: begin, elapsed: 0 }
  const clocks = createBrokerClocks({ now: () => state.now, steadyNow: () => state.elapsed })
  return {
    /** A leader whose clock is off by this stores a record. */
    stores: (partition: string, leader: number | undefined, offMs: number) =>
      clocks.stamped({ partition, leader, at: state.now + offMs }),
    warning: () => clocks.problem()?.message ?? '',
    pass(ms: number) {
      state.now += ms
      state.elapsed += ms
    },
    set(ms: number) {
      state.now += ms
    }
  }
}

it('a broker whose clock is off is told for an hour after its last record, and when that was', () => {
  const { stores, warning, pass } = machine()
  stores('document/0', 2, hour)
  pass(hour - 1)
  assert.match(warning(), /document\/0 differed .* by 3600 s .* at 2026-06-01T08:00:00\.000Z/)
  pass(1)
  assert.equal(warning(), '')
})

it('how long it is told does not depend on the clock of this machine', () => {
  const { stores, warning, pass, set } = machine()
  stores('document/0', 2, -hour)
  set(48 * hour)
  assert.match(warning(), /by -3600 s/)
  set(-96 * hour)
  pass(hour)
  assert.equal(warning(), '')
})

it('a broker whose clock is right again is told no more once it stores a record of any of its partitions', () => {
  const { stores, warning } = machine()
  stores('document/0', 2, hour)
  stores('document/1', 2, hour)
  stores('document/2', 3, 0)
  assert.notEqual(warning(), '')
  stores('document/4', 2, minute)
  assert.equal(warning(), '')
})

it('a partition whose leader is not known is judged by itself', () => {
  const { stores, warning } = machine()
  stores('document/0', undefined, hour)
  stores('document/1', undefined, 0)
  assert.match(warning(), /document\/0/)
  stores('document/0', undefined, 0)
  assert.equal(warning(), '')
})
