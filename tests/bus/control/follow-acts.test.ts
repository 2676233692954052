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
import { describeOnEveryStore } from '../../helpers/stores.ts'

/** Follows the acts of a store that answers no writer until it is told to. */
function follow(t: TestContext, store: Store) {
  const { promise: isWritable, resolve: letWrite } = Promise.withResolvers<void>()
  const freshness = followActs({
    control: { state: emptyControlState(), sync: async () => {} },
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
    const until = performance.now() + 3000
    while (performance.now() < until) {
      freshness.check()
      await pause(50)
    }
  })
})
