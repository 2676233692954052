import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { emptyControlState } from '#bus/control/control-state.ts'
import { controlTables } from '#bus/control/control-tables.ts'
import { followActs } from '#bus/control/follow-acts.ts'
import { peerTables } from '#bus/control/peer-tables.ts'
import { createSignals } from '#engines/signals/signals.ts'
import type { Store } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'
import { until } from '../../helpers/until.ts'

/** Follows the acts of a store that answers no writer until it is told to. */
function follow(t: TestContext, store: Store, ignored = { count: 0, asked: 0, trust: Promise.resolve() }) {
  const { promise: isWritable, resolve: letWrite } = Promise.withResolvers<void>()
  const freshness = followActs({
    control: { state: emptyControlState(), sync: async () => {}, ignoredActs: () => ignored.count },
    checkTrust: () => {
      ignored.asked += 1
      return ignored.trust
    },
    store: {
      ...store,
      reader: () => store.reader(),
      transaction: (work) => isWritable.then(() => store.transaction(work))
    },
    signals: createSignals(),
    logger: createLogger({ level: 'silent' })
  })
  t.after(async () => {
    letWrite()
    await freshness.close()
  })
  return freshness
}

function isFresh({ check }: { readonly check: () => void }): boolean {
  try {
    check()
    return true
  } catch {
    return false
  }
}

describeOnEveryStore('freshness of the control state', (openStore) => {
  it('begins with the first answer, and lasts though others cannot be told of this process', async (t) => {
    const freshness = follow(t, await openStore(t, [controlTables, peerTables]))
    assert.throws(freshness.check, { code: 'BUS_CONTROL_STALE' })
    for (let tries = 0; !isFresh(freshness); tries += 1) {
      assert.ok(tries < 200, 'it is never fresh')
      await pause(20)
    }
    const end = performance.now() + 3000
    while (performance.now() < end) {
      freshness.check()
      await pause(50)
    }
  })

  it('ends where an act is ignored by an operator key that others have, and not where a stranger wrote it', async (t) => {
    const ignored = { count: 0, asked: 0, trust: Promise.resolve() }
    const freshness = follow(t, await openStore(t, [controlTables, peerTables]), ignored)
    await freshness.begun
    freshness.check()
    ignored.count = 1
    await until(() => ignored.asked === 1, 10_000)
    freshness.check()
    ignored.trust = Promise.reject(new BusError('BUS_CONFIG_INVALID', 'operator-keys-differ'))
    ignored.trust.catch(() => {})
    ignored.count = 2
    await until(() => !isFresh(freshness), 10_000)
  })
})
