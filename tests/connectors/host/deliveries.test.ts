import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { ownsEveryChannel } from '#bus/leases/leases.ts'
import { createDeliveries } from '#connectors/host/deliveries.ts'
import { deliveryTables } from '#connectors/host/delivery-tables.ts'
import { steadyNow } from '#engines/telemetry/steady-clock.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

const channel = 'edxml'
const entry = (number: number, subject: string, wanted = true) => ({
  number,
  event: number,
  sender: '000.00.91.H03',
  subject,
  wanted
})

describeOnEveryStore('deliveries', (openStore) => {
  const open = async (t: TestContext) =>
    createDeliveries({ store: await openStore(t, [deliveryTables]), guard: ownsEveryChannel, now: steadyNow })

  it('are taken once, with the place in the inbox', async (t) => {
    const deliveries = await open(t)
    assert.equal(await deliveries.position(channel), 0)
    assert.equal(await deliveries.nextDueAt(channel), undefined)
    await deliveries.take(channel, [entry(1, 'a'), entry(2, 'b', false)])
    await deliveries.take(channel, [entry(1, 'a'), entry(2, 'b', false), entry(3, 'c')])
    assert.equal(await deliveries.position(channel), 3)
    const due = await deliveries.due(channel, 10)
    assert.deepEqual(
      due.map(({ event, attempts, mayHaveHappened }) => [event, attempts, mayHaveHappened]),
      [
        [1, 0, false],
        [3, 0, false]
      ]
    )
    assert.equal(await deliveries.lastOf(channel, '000.00.91.H03', 'c'), 3)
    assert.equal(await deliveries.lastOf(channel, '000.00.91.H03', 'none'), undefined)
  })

  it('wait in line behind the one that failed, and only there', async (t) => {
    const deliveries = await open(t)
    await deliveries.take(channel, [entry(1, 'a'), entry(2, 'a'), entry(3, 'b')])
    const [first, other] = await deliveries.due(channel, 10)
    assert.ok(first && other)
    assert.deepEqual([first.event, other.event], [1, 3])
    await deliveries.begin([first, other])
    assert.ok((await deliveries.due(channel, 10)).every(({ mayHaveHappened }) => mayHaveHappened))
    const dueAt = steadyNow() + 60_000
    await deliveries.failed(first, { kind: 'retry', dueAt, reason: 'BUS_PEER_UNREACHABLE' })
    await deliveries.done(other)
    assert.deepEqual(await deliveries.due(channel, 10), [])
    assert.equal(await deliveries.nextDueAt(channel), dueAt)
    await deliveries.failed(first, { kind: 'dead', reason: 'BUS_PEER_REFUSED' })
    assert.deepEqual(
      (await deliveries.due(channel, 10)).map(({ event }) => event),
      [2]
    )
  })

  it('that were put off or have ended count no attempt', async (t) => {
    const deliveries = await open(t)
    await deliveries.take(channel, [entry(1, 'a'), entry(2, 'b')])
    const [first, second] = await deliveries.due(channel, 10)
    assert.ok(first && second)
    await deliveries.defer(first, steadyNow() - 1)
    await deliveries.ended(second)
    assert.deepEqual(
      (await deliveries.due(channel, 10)).map(({ event, attempts }) => [event, attempts]),
      [[1, 0]]
    )
  })

  it('taken while the clock was an hour ahead are due at once after a restart with the right one', async (t) => {
    const store = await openStore(t, [deliveryTables])
    const now = Date.now()
    const withClock = (at: number) => createDeliveries({ store, guard: ownsEveryChannel, now: () => at })
    await withClock(now + 3_600_000).take(channel, [entry(1, 'a')])
    assert.deepEqual(
      (await withClock(now).due(channel, 10)).map(({ event }) => event),
      [1]
    )
  })
})
