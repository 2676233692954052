import { createProblemLog } from '#engines/telemetry/problem-log.ts'
import { pause } from '#protocol/timing/retry.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import { createDeliveries } from './deliveries.ts'
import { endHeld } from './held.ts'
import { type DeliveriesNoted, deliveriesChanged, type OutboundOptions } from './outbound-options.ts'
import { pruneDeliveries } from './prune-deliveries.ts'
import { createRunningAttempts } from './running-attempts.ts'
import { type Taken, takeEntries } from './take-entries.ts'

/** New entries are looked for at least this often, in case a signal was lost. */
const idleMs = 60_000
const retryMs = 1000
/** Deliveries that hold their line are compared with their events this often: those may expire or be recalled. */
const heldMs = 30_000
const pruneMs = 3_600_000

/**
 * Takes what the agency receives and delivers it until the signal aborts: lines at the same time, and within a
 * line one after the other. Resolves when the running attempts have ended and their results are written.
 */
export async function runOutbound(
  instance: HostedInstance,
  options: OutboundOptions & DeliveriesNoted,
  signal: AbortSignal
): Promise<void> {
  const { name, agency, authorization, definition } = instance
  const { signals, steadyNow } = options
  const types = definition.outbound?.types ?? []
  const news = types.map((type) => `${agency} ${type}`)
  const names = [...news, deliveriesChanged(name)]
  const deliveries = createDeliveries(instance, options)
  const used = { ...options, deliveries }
  const running = createRunningAttempts(instance, used, signal)
  let taken: (Taken & { readonly seen: number; readonly at: number }) | undefined
  /** When deliveries that hold their line are looked at next. */
  let heldAt = 0
  let heldAfter = 0
  let pruneAt = 0

  const take = async (): Promise<boolean> => {
    const seen = signals.count(news)
    if (taken && !taken.isMore && taken.seen === seen && taken.at > steadyNow() - idleMs) return false
    if (taken && taken.seen !== seen && instance.outside.retryAt() === undefined) options.noteDelivery()
    const next = await takeEntries(instance, used, taken?.position ?? (await deliveries.position()))
    taken = { ...next, seen, at: steadyNow() }
    return next.isMore
  }

  /** One round. Returns how long there is nothing to do unless something happens, in milliseconds. */
  const turn = async (): Promise<number> => {
    if (await running.record()) heldAt = Math.min(heldAt, steadyNow() + heldMs)
    if (!taken) await deliveries.recover()
    const isMore = await take()
    const nextAt = definition.outbound?.deliver ? await running.start() : undefined
    if (steadyNow() >= heldAt) {
      const { isHeld, next } = await endHeld(instance, used, heldAfter)
      heldAt = isHeld || next > 0 || heldAfter > 0 ? steadyNow() + heldMs : Number.POSITIVE_INFINITY
      heldAfter = next
    }
    if (steadyNow() >= pruneAt) {
      const hasMore = await pruneDeliveries(instance, options)
      if (!hasMore) pruneAt = steadyNow() + pruneMs
    }
    const wakeAt = Math.min(heldAt, pruneAt, nextAt ?? Number.POSITIVE_INFINITY)
    return isMore ? 0 : Math.max(0, Math.min(idleMs, wakeAt - steadyNow()))
  }

  const problems = createProblemLog(
    instance.logger,
    {
      begins: 'delivery paused: its state cannot be read or written; see err; retrying every second',
      ends: 'delivery resumed'
    },
    instance.now
  )
  while (!signal.aborted) {
    if (!authorization.isGranted()) {
      await running.ended()
      await running.record().catch(problems.report)
      await authorization.granted(signal)
      continue
    }
    const seen = signals.count(names)
    try {
      const waitMs = await turn()
      problems.end()
      if (waitMs > 0) await running.wait((wake) => signals.wait(names, seen, waitMs, wake))
    } catch (error) {
      problems.report(error)
      await pause(retryMs, { signal })
    }
  }
  await running.ended()
  await running.record().catch(problems.report) // Then they are found begun at the next start.
}
