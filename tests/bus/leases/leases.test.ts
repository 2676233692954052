import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { leaseTables } from '#bus/leases/lease-tables.ts'
import { keepLeases, type Leases } from '#bus/leases/leases.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'
import { until } from '../../helpers/until.ts'

const channels = Array.from({ length: 6 }, (_unused, n) => `channel-${n}`)

/** A process that runs what it holds. */
function startProcess(
  t: TestContext,
  store: Store,
  owner: string,
  fails = (_channel: string, _begun: readonly string[]): boolean => false
) {
  const begun: string[] = []
  const running = new Set<string>()
  let isDown = false
  const leases: Leases = keepLeases({
    store: {
      ...store,
      reader: () => store.reader(),
      transaction: (work) => (isDown ? new Promise(() => {}) : store.transaction(work))
    },
    owner,
    channels,
    run: async (channel) => {
      begun.push(channel)
      if (fails(channel, begun)) throw new TypeError('its mailbox does not answer')
      running.add(channel)
      return { close: async () => void running.delete(channel) }
    },
    logger: createLogger({ level: 'silent' })
  })
  t.after(() => (isDown ? undefined : leases.close()))
  return {
    running,
    leases,
    /** Pauses it, as a process may be. */
    stop: () => {
      isDown = true
    }
  }
}

describeOnEveryStore('leases of channels', (openStore) => {
  it('share the channels out, each to one process, and hand over what a process lets go', async (t) => {
    const store = await openStore(t, [leaseTables])
    const [one, other] = [startProcess(t, store, 'one'), startProcess(t, store, 'other')]
    await until(() => one.running.size + other.running.size === channels.length, 30_000)
    assert.equal(one.running.intersection(other.running).size, 0)
    assert.ok(one.running.size > 0 && other.running.size > 0)
    await one.leases.close()
    assert.equal(one.running.size, 0)
    await until(() => other.running.size === channels.length, 30_000)
  })

  it('begin a channel again that could not be begun', async (t) => {
    const store = await openStore(t, [leaseTables])
    const { running } = startProcess(
      t,
      store,
      'one',
      (channel, begun) => channel === 'channel-1' && begun.filter((one) => one === channel).length < 2
    )
    await until(() => running.size === channels.length, 30_000)
  })

  it('go to another process when their owner is paused, and what it writes then is refused', async (t) => {
    const store = await openStore(t, [leaseTables])
    const one = startProcess(t, store, 'one')
    await until(() => one.running.size === channels.length, 30_000)
    const guardOf = (leases: Leases, channel: string) =>
      store.transaction((transaction) => leases.guard(transaction, channel))
    await guardOf(one.leases, 'channel-0')
    one.stop()
    const other = startProcess(t, store, 'other')
    await until(() => other.running.size === channels.length, 30_000)
    await guardOf(other.leases, 'channel-0')
    await assert.rejects(guardOf(one.leases, 'channel-0'), { code: 'BUS_CONTROL_STALE', fault: 'lease-lost' })
  })
})
