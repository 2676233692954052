import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { leaseTables } from '#bus/leases/lease-tables.ts'
import { keepLeases, type Leases } from '#bus/leases/leases.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'
import { until } from '../../helpers/until.ts'

const channels = Array.from({ length: 6 }, (_unused, n) => `channel-${n}`)

interface ProcessOptions {
  readonly fails: (channel: string, begun: readonly string[]) => boolean
  /** The channels there are, which may be changed. */
  readonly own: { channels: readonly string[] }
  /** Called when the work of a channel ends. */
  readonly onClose: (leases: Leases, channel: string) => Promise<void>
}

/** A process that runs what it holds. */
function startProcess(
  t: TestContext,
  store: Store,
  owner: string,
  { fails = () => false, own = { channels }, onClose = async () => {} }: Partial<ProcessOptions> = {}
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
    channels: () => own.channels,
    run: async (channel) => {
      begun.push(channel)
      if (fails(channel, begun)) throw new TypeError('its mailbox does not answer')
      running.add(channel)
      return {
        async close() {
          await onClose(leases, channel)
          running.delete(channel)
        }
      }
    },
    logger: createLogger({ level: 'silent' })
  })
  t.after(() => (isDown ? undefined : leases.close()))
  return {
    begun,
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
    const { running } = startProcess(t, store, 'one', {
      fails: (channel, begun) => channel === 'channel-1' && begun.filter((one) => one === channel).length < 2
    })
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

  it('are free for a process that does not run them only once their owner has let them go or is gone', async (t) => {
    const store = await openStore(t, [leaseTables])
    const own = { channels }
    const one = startProcess(t, store, 'one', { own })
    const other = startProcess(t, store, 'other', { own: { channels: [] } })
    const isFree = (leases: Leases, channel: string) =>
      store.transaction((transaction) => leases.isFree(transaction, channel))
    assert.equal(await isFree(other.leases, 'never run'), true)
    await until(() => one.running.size === channels.length, 30_000)
    assert.deepEqual(
      [await isFree(one.leases, 'channel-0'), await isFree(other.leases, 'channel-0')],
      [true, false]
    )
    own.channels = channels.slice(1)
    one.leases.restart(['channel-0'])
    await until(() => isFree(other.leases, 'channel-0'), 30_000)
    assert.equal(await isFree(other.leases, 'channel-1'), false)
    one.stop()
    await until(() => isFree(other.leases, 'channel-1'), 30_000)
  })

  it('are let go before others take them, although the database never answers', async (t) => {
    const store = await openStore(t, [leaseTables])
    const one = startProcess(t, store, 'one')
    await until(() => one.running.size === channels.length, 30_000)
    one.stop()
    await until(() => one.running.size === 0, 4500) // Others take them after five seconds.
  })

  it('are followed when channels come and go, and let their work write how it ended', async (t) => {
    const store = await openStore(t, [leaseTables])
    const own = { channels: ['a', 'b'] as readonly string[] }
    const written: string[] = []
    const onClose = async (leases: Leases, channel: string): Promise<void> => {
      await store.transaction((transaction) => leases.guard(transaction, channel))
      written.push(channel)
    }
    const one = startProcess(t, store, 'one', { own, onClose })
    await until(() => one.running.size === 2, 30_000)
    own.channels = ['b', 'c']
    one.leases.restart(['a'])
    await until(() => one.running.has('c') && !one.running.has('a'), 30_000)
    assert.deepEqual([one.begun, written], [['a', 'b', 'c'], ['a']])
    one.leases.restart(['b'])
    await until(() => one.begun.length === 4 && one.running.has('b'), 30_000)
    assert.deepEqual(written, ['a', 'b'])
    const other = startProcess(t, store, 'other', { own: { channels: ['a'] } })
    await until(() => other.running.has('a'), 30_000)
  })
})
