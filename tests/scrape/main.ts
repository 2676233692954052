import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createArchive } from '#bus/archive/archive.ts'
import { archiveTables } from '#bus/archive/archive-tables.ts'
import { openArchiveLog } from '#bus/archive-log/archive-log.ts'
import { archiveLogTables } from '#bus/archive-log/archive-log-tables.ts'
import type { Control } from '#bus/control/control.ts'
import {
  type AgencyEntry,
  emptyControlState,
  type Span,
  type SystemEntry
} from '#bus/control/control-state.ts'
import { recipientStatusTables } from '#bus/recipients/recipient-status-tables.ts'
import { createRecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import { flowTables } from '#consumers/flows/flow-tables.ts'
import { type InboxTables, inboxTables } from '#consumers/inbox/inbox-tables.ts'
import { projectorTables } from '#consumers/projector/projector-tables.ts'
import { endlessSpace } from '#engines/store/disk-space.ts'
import { insertOf } from '#engines/store/insert-rows.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { createMetrics } from '#engines/telemetry/metrics.ts'
import { startMeasuring } from '#runtime/measure.ts'

/**
 * `npm run scrape`: processor time of the main thread for one scrape, and for looking at the inboxes, in a
 * province of 10,000 agencies that all have something undelivered. Fails if a scrape takes 50 ms or more.
 */

const agencies = 10_000
const entriesEach = 5
const runs = 9
const limitMs = 50

const logger = createLogger({ level: 'error' })
const folder = mkdtempSync(join(tmpdir(), 'lienthong-scrape-'))
const onFatal = (error: unknown): never => {
  throw error
}
const store = openSqliteStore({
  ...{ folder, onFatal },
  parts: [archiveTables, flowTables, inboxTables, recipientStatusTables, projectorTables, archiveLogTables]
})
const log = await openArchiveLog({ store })
const state = emptyControlState()
const codes = Array.from({ length: agencies }, (_, index) => `000.${String(index).padStart(5, '0')}`)
const open: Span = { from: 1, to: undefined }
for (const agency of codes) {
  const id = `/agencies/${agency}/systems/qlvb`
  const key = { validToAt: Date.now() + 86_400_000, span: open }
  state.agencies.set(agency, { code: agency, open } as AgencyEntry)
  state.systems.set(id, { id, agency, span: open, keys: [key] } as unknown as SystemEntry)
}

type Entry = InboxTables['inboxEntries']
const entry = (agency: string, number: number): Entry => ({
  ...{ agency, number, event: number, type: 'document.issued.v1', agreement: null, act: 1, bytes: 100 },
  ...{ recordedAt: Date.now() - 1000, expiresAt: null, ended: 0 }
})
const columns = Object.keys(entry('', 1)) as (keyof Entry)[]
const numbers = Array.from({ length: entriesEach }, (_, index) => index + 1)
await store.transaction(async (transaction) => {
  await insertOf<Entry>('inboxEntries', columns)(
    transaction,
    codes.flatMap((agency) => numbers.map((number) => entry(agency, number)))
  )
  await insertOf<InboxTables['inboxCounters']>('inboxCounters', ['agency', 'last', 'endedCount'])(
    transaction,
    codes.map((agency) => ({ agency, last: entriesEach, endedCount: 0 }))
  )
})

const metrics = createMetrics({ ignoredActs: () => 0 })
const archive = createArchive(store)
const recipientStatuses = createRecipientStatuses({ store, now: Date.now })
const measuring = startMeasuring({
  core: {
    ...{ metrics, log, store, archive, recipientStatuses, control: { state } as Control, now: Date.now },
    ...{
      appendQueueSize: () => 0,
      lagOf: async () => ({ records: 0, seconds: 0, perSecond: 0 }),
      fanOutLagOf: async () => new Map(),
      space: endlessSpace,
      uploadSpace: endlessSpace,
      lagLimit: { check: () => {}, warning: () => undefined, refusesAll: () => false, close: async () => {} },
      walBytes: () => new Map()
    }
  },
  ...{ logger, measuresStore: true, settings: () => ({}), refreshConnectors: async () => {} }
})

const began = performance.now()
const spentBefore = process.threadCpuUsage()
const total = async (): Promise<number> =>
  (await metrics.agencyBacklog.get()).values.reduce((sum, { value }) => sum + value, 0)
while ((await total()) < agencies * entriesEach) {
  await new Promise((resolve) => setTimeout(resolve, 500))
  await measuring.refresh()
}
const round = process.threadCpuUsage(spentBefore)
const roundMs = (round.user + round.system) / 1000

const times: number[] = []
while (times.length < runs) {
  await new Promise((resolve) => setTimeout(resolve, 2100)) // Then the figures are measured again.
  const before = process.threadCpuUsage()
  await measuring.refresh()
  const text = await metrics.registry.metrics()
  const { user, system } = process.threadCpuUsage(before)
  if (!text.includes('agency="rest"')) throw new TypeError('the scrape has no agencies')
  times.push((user + system) / 1000)
}
times.sort((one, other) => one - other)
const [median = 0, longest = 0] = [times[Math.floor(runs / 2)], times.at(-1)]
process.stdout.write(
  `scrape of ${agencies} agencies: median ${median.toFixed(1)} ms, longest ${longest.toFixed(1)} ms of the main thread\n` +
    `first look at all inboxes: ${roundMs.toFixed(0)} ms of the main thread within ${Math.round((performance.now() - began) / 1000)} s\n`
)
await measuring.close()
await log.close()
await store.close()
rmSync(folder, { recursive: true })
if (longest >= limitMs) process.exitCode = 1
