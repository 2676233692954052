import assert from 'node:assert/strict'
import { it } from 'node:test'
import { endlessSpace } from '#engines/store/disk-space.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { createMetrics } from '#engines/telemetry/metrics.ts'
import { startMeasuring } from '#runtime/measure.ts'

it('a scrape tells how many partitions of the event log lack copies', async (t) => {
  const metrics = createMetrics({ ignoredActs: () => 0 })
  const measuring = startMeasuring({
    core: {
      ...{ metrics, log: { problem: () => undefined, missingCopies: () => 3 } as never },
      ...{ store: undefined as never, archive: undefined as never, recipientStatuses: undefined as never },
      control: { state: { systems: new Map() } } as never,
      now: Date.now,
      appendQueueSize: () => 0,
      lagOf: async () => ({ records: 0, seconds: 0, perSecond: 0 }),
      fanOutLagOf: async () => new Map(),
      ...{ space: endlessSpace, uploadSpace: endlessSpace, walBytes: () => new Map() },
      lagLimit: { check: () => {}, warning: () => undefined, refusesAll: () => false, close: async () => {} }
    },
    ...{ measuresStore: false, settings: () => ({}), refreshConnectors: async () => {} },
    logger: createLogger({ level: 'silent' })
  })
  t.after(() => measuring.close())
  await measuring.refresh()
  assert.match(await metrics.registry.metrics(), /^lienthong_log_copies_missing 3$/m)
})
