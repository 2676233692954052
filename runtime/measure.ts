import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { MetricSamples } from '#bus/alerts/evaluate.ts'
import { keyExpiries } from '#bus/control/key-expiry.ts'
import { flowsLag } from '#consumers/flows/lag.ts'
import { type Backlogs, watchBacklogs } from '#consumers/inbox/backlog.ts'
import type { DiskSpace } from '#engines/store/disk-space.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import type { Metrics } from '#engines/telemetry/metrics.ts'
import { steadyNow } from '#engines/telemetry/steady-clock.ts'
import { certificateExpiries } from './certificates.ts'
import type { Core } from './core.ts'

type MeasuredParts = Pick<
  Core,
  | 'metrics'
  | 'log'
  | 'store'
  | 'archive'
  | 'control'
  | 'recipientStatuses'
  | 'appendQueueSize'
  | 'lagOf'
  | 'fanOutLagOf'
  | 'lagLimit'
  | 'space'
  | 'uploadSpace'
  | 'walBytes'
  | 'now'
>

export interface MeasureOptions {
  readonly core: MeasuredParts
  readonly logger: Logger
  /**
   * Whether this process measures the backlog of agencies and the lag of flows, which all share. The lag of the
   * projector is measured by all: it must be seen while no process projects.
   */
  readonly measuresStore: boolean
  /** Settings that may name certificates, as they are now. */
  readonly settings: () => object
  /** Sets the metrics of connectors. */
  readonly refreshConnectors: () => Promise<void>
}

export interface Measuring {
  /** Brings the metrics up to date, unless they are a few seconds old at most. Never rejects. */
  readonly refresh: () => Promise<void>
  /** Of every agency what the metrics show of those with the oldest. */
  readonly unbounded: () => readonly MetricSamples[]
  close(): Promise<void>
}

/** Figures younger than this are given as they are. */
const freshMs = 2000
const expiriesEveryMs = 300_000
/** Agencies, or systems, with a label of their own. */
const labelled = 50
const dayMs = 86_400_000
/** A key that ended so long ago belongs to a system that is not used any more. */
const forgottenMs = 30 * dayMs

/** Measures what is not counted as it happens. */
export function startMeasuring(options: MeasureOptions): Measuring {
  const { core, logger, measuresStore, settings, refreshConnectors } = options
  const { metrics } = core
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const backlogs = measuresStore ? watchBacklogs({ ...core, logger }) : undefined
  let expiriesAt = Number.NEGATIVE_INFINITY
  let measuredAt = Number.NEGATIVE_INFINITY
  let measuring: Promise<void> | undefined

  const measureLag = async (): Promise<void> => {
    const { records, seconds } = await core.lagOf()
    metrics.projectorLag.set(records)
    metrics.projectorLagSeconds.set(seconds)
    const ofSenders = [...(await core.fanOutLagOf()).values()]
    metrics.fanOutWaiting.set(ofSenders.reduce((sum, { records: entries }) => sum + entries, 0))
    metrics.fanOutLagSeconds.set(Math.max(0, ...ofSenders.map((lag) => lag.seconds)))
  }

  const measureFlows = async (): Promise<void> => {
    const { events, seconds } = await flowsLag(core)
    metrics.flowsLag.set(events)
    metrics.flowsLagSeconds.set(seconds)
  }

  const measureExpiries = async (): Promise<void> => {
    if (steadyNow() - expiriesAt < expiriesEveryMs) return
    expiriesAt = steadyNow()
    const now = core.now()
    metrics.keyDaysLeft.reset()
    const keys = keyExpiries(core.control.state).filter(({ at }) => at > now - forgottenMs)
    for (const { system, at } of keys.slice(0, labelled)) {
      metrics.keyDaysLeft.set({ system }, daysBetween(now, at))
    }
    const certificates = await certificateExpiries(settings())
    metrics.certificateDaysLeft.reset()
    for (const { certificate, at } of certificates) {
      metrics.certificateDaysLeft.set({ certificate }, daysBetween(now, at))
    }
  }

  const measure = async (): Promise<void> => {
    metrics.appendQueue.set(core.appendQueueSize())
    metrics.publishingRefused.set(core.lagLimit.refusesAll() || core.log.problem() !== undefined ? 1 : 0)
    metrics.logCopiesMissing.set(core.log.missingCopies())
    metrics.eventLoopDelay.set(delay.percentile(99) / 1e9)
    delay.reset()
    measureDisk(metrics, 'data', core.space)
    if (core.uploadSpace !== core.space) measureDisk(metrics, 'attachments', core.uploadSpace)
    for (const [file, bytes] of core.walBytes()) metrics.walBytes.set({ file }, bytes)
    if (backlogs) setBacklogs(metrics, backlogs, core.now())
    const parts = [
      measureExpiries(),
      refreshConnectors(),
      measureLag(),
      ...(measuresStore ? [measureFlows()] : [])
    ]
    for (const { reason } of (await Promise.allSettled(parts)).filter(
      ({ status }) => status === 'rejected'
    ) as PromiseRejectedResult[]) {
      logger.warn({ err: reason }, 'some metrics are not up to date; see err')
    }
    measuredAt = steadyNow()
  }

  return {
    async refresh() {
      if (steadyNow() - measuredAt < freshMs) return
      measuring ??= measure().finally(() => {
        measuring = undefined
      })
      await measuring
    },
    unbounded: () => (backlogs ? [oldestUndelivered(backlogs, core.now())] : []),
    async close() {
      delay.disable()
      await backlogs?.close()
      await measuring
    }
  }
}

function measureDisk(metrics: Metrics, disk: string, space: DiskSpace): void {
  const size = space.size()
  if (!size) return
  metrics.diskFreeBytes.set({ disk }, size.free)
  metrics.diskFreeRatio.set({ disk }, size.total === 0 ? 1 : size.free / size.total)
  metrics.diskReserveUsed.set({ disk }, space.problem() === undefined ? 0 : 1)
}

function setBacklogs(
  { agencyBacklog, agencyOldestUndelivered }: Metrics,
  backlogs: Backlogs,
  now: number
): void {
  const ageOf = (oldestAt: number): number => secondsBetween(oldestAt, now)
  const all = backlogs.current()
  const others = all.slice(labelled)
  agencyBacklog.reset()
  agencyOldestUndelivered.reset()
  for (const { agency, undelivered, oldestAt } of all.slice(0, labelled)) {
    agencyBacklog.set({ agency }, undelivered)
    agencyOldestUndelivered.set({ agency }, ageOf(oldestAt))
  }
  agencyBacklog.set(
    { agency: 'rest' },
    others.reduce((sum, { undelivered }) => sum + undelivered, 0)
  )
  agencyOldestUndelivered.set({ agency: 'rest' }, others[0] ? ageOf(others[0].oldestAt) : 0)
}

function oldestUndelivered(backlogs: Backlogs, now: number): MetricSamples {
  const values = backlogs
    .current()
    .map(({ agency, oldestAt }) => ({ labels: { agency }, value: secondsBetween(oldestAt, now) }))
  return { name: 'lienthong_agency_oldest_undelivered_seconds', values }
}

function secondsBetween(from: number, to: number): number {
  return Math.max(0, Math.round((to - from) / 1000))
}

function daysBetween(from: number, to: number): number {
  return Math.round(((to - from) / dayMs) * 10) / 10
}
