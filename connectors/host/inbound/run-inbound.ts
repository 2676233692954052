import type { Signals } from '#engines/signals/signals.ts'
import type { ProblemLog } from '#engines/telemetry/problem-log.ts'
import { steadyNow } from '#engines/telemetry/steady-clock.ts'
import { backoffMs, pause } from '#protocol/timing/retry.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import { createLookUpWait } from '../outbound/look-up-due.ts'
import { acknowledgeItems } from './acknowledge-items.ts'
import { waitAfterFailureMs, waitAfterPollMs } from './next-poll.ts'
import { type PollOptions, pollOutside } from './poll-outside.ts'
import { type PublishItemsOptions, publishItems } from './publish-items.ts'
import { pruneQuarantine } from './quarantine.ts'
import { createRecentItems } from './recent-items.ts'
import { settleReports } from './settle-reports.ts'

export type InboundOptions = PublishItemsOptions & PollOptions & { readonly quarantineDays: number }

/** What the loops of an instance tell, and what wakes them. */
export interface InboundSignals {
  /** Of this process alone. */
  readonly wakes: Signals
  /** Polling fails. */
  readonly polling: ProblemLog
  /** Publishing fails. */
  readonly publishing: ProblemLog
  /** When the next poll is due, on the steady clock. */
  readonly setNextPollAt: (at: number) => void
}

/** Names of signals: items were stored; the outside has something new; the outside is to be informed. */
export const itemsOf = (instance: string): string => `items of ${instance}`
export const pollOf = (instance: string): string => `poll of ${instance}`
const tellOf = (instance: string): string => `tell of ${instance}`

const waits = { firstMs: 1000, lastMs: 30_000 }
const pruneEveryMs = 3_600_000
/** Reports are settled at least this often, however much is to be published. */
const longestRunMs = 10_000
/** Timers take no longer than 24 days, and the wall clock may be set. */
const longestWaitMs = 3_600_000
/** When another call is the one that tries an outside that was away. */
const probeMs = 100
/** A poll would find what a delivery made that is to be looked up: it waits for that. */
const lookUpMs = 250

/** Publishes an instance's stored items, until the signal aborts. Runs no statement while nothing is stored. */
export async function runPublishing(
  instance: HostedInstance,
  { wakes, publishing }: InboundSignals,
  options: InboundOptions,
  signal: AbortSignal
): Promise<void> {
  const mayGoOn = (): boolean => !signal.aborted && instance.authorization.isGranted()
  let prunedAt = Number.NEGATIVE_INFINITY
  for (let failures = 0; !signal.aborted; ) {
    await instance.authorization.granted(signal)
    if (signal.aborted) return
    const seen = wakes.count(itemsOf(instance.name))
    try {
      const until = steadyNow() + longestRunMs
      let published = 1
      while (published > 0 && steadyNow() < until && mayGoOn()) {
        published = await options.throttle.runPart(
          // It may have been paused during the rest before this.
          async ({ items }) => (mayGoOn() ? publishItems(instance, options, items) : 0),
          signal
        )
        if (published > 0) wakes.notify([tellOf(instance.name)]) // The outside is informed while the next ones are published.
      }
      const reportAt = await settleReports(instance, options)
      if (steadyNow() - prunedAt > pruneEveryMs) {
        if (await pruneQuarantine(instance, options)) continue // Items that came meanwhile go first.
        prunedAt = steadyNow()
      }
      failures = 0
      publishing.end()
      if (published > 0 || !instance.authorization.isGranted()) continue
      const waitMs = reportAt === undefined ? pruneEveryMs : Math.max(0, reportAt - instance.now())
      await wakes.wait(itemsOf(instance.name), seen, Math.min(waitMs, pruneEveryMs), signal)
    } catch (error) {
      if (signal.aborted) return
      if (!instance.authorization.isGranted()) continue // Paused meanwhile: the log has the reason.
      publishing.report(error)
      await pause(backoffMs(failures, waits), { signal })
      failures += 1
    }
  }
}

/** Polls the outside of an instance and informs it what became of items, until the signal aborts. */
export async function runPolling(
  instance: HostedInstance,
  { wakes, polling, setNextPollAt }: InboundSignals,
  options: InboundOptions,
  signal: AbortSignal
): Promise<void> {
  const { name, pace, outside, authorization } = instance
  const names = [pollOf(name), tellOf(name)]
  const recent = createRecentItems()
  const tell = createTelling(instance, options, signal)
  const waitsForLookUp = createLookUpWait(options.store, instance, steadyNow)
  let pollAt = steadyNow()
  let wanted = wakes.count(pollOf(name))
  for (let failures = 0; !signal.aborted; ) {
    await authorization.granted(signal)
    const seen = wakes.count(names)
    const tellAt = await tell()
    if (signal.aborted) return
    if (!authorization.isGranted()) continue // Paused meanwhile: the log has the reason.
    try {
      if (steadyNow() >= pollAt || (failures === 0 && wakes.count(pollOf(name)) > wanted)) {
        wanted = wakes.count(pollOf(name))
        if (await waitsForLookUp(recent.isStarting())) {
          pollAt = steadyNow() + lookUpMs
        } else {
          const result = await pollOutside(instance, recent, options, signal)
          failures = 0
          polling.end()
          pollAt = steadyNow() + waitAfterPollMs(result, pace.everyMs, Math.random())
        }
      }
    } catch (error) {
      if (signal.aborted) return
      if (!authorization.isGranted()) continue
      failures += 1
      pollAt = steadyNow() + waitAfterFailureMs(failures, pace.everyMs, error, Math.random())
      const retryAt = outside.retryAt()
      if (retryAt === undefined) polling.report(error)
      // The log of the connection has the reason. A delivery that waits goes first: the next one shows what is wrong.
      else pollAt = Math.max(retryAt, steadyNow()) + probeMs
    }
    setNextPollAt(pollAt)
    const untilMs = Math.min(pollAt, tellAt) - steadyNow()
    await wakes.wait(names, seen, Math.max(0, Math.min(untilMs, longestWaitMs)), signal)
  }
}

/**
 * Informs the outside. Gives when it is to be informed next, on the steady clock. What fails is tried again later and
 * never keeps the instance from polling.
 */
function createTelling(
  instance: HostedInstance,
  options: InboundOptions,
  signal: AbortSignal
): () => Promise<number> {
  const { outside, now } = instance
  let failures = 0
  let retryAt = Number.NEGATIVE_INFINITY
  return async () => {
    if (steadyNow() < retryAt) return retryAt
    try {
      const at = await acknowledgeItems(instance, options, signal)
      failures = 0
      return at === undefined ? Number.POSITIVE_INFINITY : steadyNow() + at - now()
    } catch (error) {
      failures += 1
      const ownMs = waitAfterFailureMs(failures, 0, error, Math.random())
      // Another call is the one that tries an outside that was away.
      retryAt = Math.max(steadyNow() + ownMs, (outside.retryAt() ?? 0) + probeMs)
      return retryAt
    }
  }
}
