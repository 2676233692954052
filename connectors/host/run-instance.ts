import type { Signals } from '#engines/signals/signals.ts'
import { createProblemLog } from '#engines/telemetry/problem-log.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { backoffMs, pause } from '#protocol/timing/retry.ts'
import { withTimeout } from '#protocol/timing/with-timeout.ts'
import type { CheckedInstance } from './check-instances.ts'
import { type InboundOptions, runPolling, runPublishing } from './inbound/run-inbound.ts'
import { findUnknownReferences, type UnknownReferences } from './inbound/unknown-references.ts'
import type { InboundThrottles } from './inbound-throttle.ts'
import { type InstanceStatus, statusOf } from './instance-status.ts'
import { type OpenedInstance, type OpenInstanceOptions, openInstance } from './open-instance.ts'
import { deliveriesChanged } from './outbound/outbound-options.ts'
import { runOutbound } from './outbound/run-outbound.ts'
import { shownReason } from './shown-reason.ts'

export interface RunInstanceOptions extends OpenInstanceOptions {
  readonly inbound: Omit<InboundOptions, 'quarantineDays' | 'throttle'>
  readonly throttles: InboundThrottles
  readonly wakes: Signals
}

export interface RunningInstance {
  readonly checked: CheckedInstance
  status(): InstanceStatus
  /**
   * Asks the outside whether all is well; rejects with what is wrong. While the instance is paused, gives what the
   * outside has that is not stored.
   */
  check(): Promise<UnknownReferences | undefined>
  /** A person wants the outside tried now, whatever it asked for and whatever failed before. */
  tryNow(): void
  /** The instance itself, once it is open. */
  opened(): OpenedInstance | undefined
  /** Waits for running calls, then stops. */
  close(): Promise<void>
}

const waits = { firstMs: 1000, lastMs: 30_000 }
const checkTimeoutMs = 60_000

/** Runs an instance until it is closed. Returns at once: neither the store nor the outside is waited for. */
export function runInstance(checked: CheckedInstance, options: RunInstanceOptions): RunningInstance {
  const { name, kind, definition, settings, quarantineDays } = checked
  const { parts, inbound, throttles, wakes } = options
  const { now, steadyNow } = parts
  const logger = parts.logger.child({ connector: name })
  const pacer = options.outbound.pacerOf(checked.rateGroup)
  const stop = new AbortController()
  const startedAt = now()
  let opened: OpenedInstance | undefined
  let misconfigured: string | undefined
  let nextPollAt: number | undefined
  const problemOf = (begins: string, ends: string) =>
    createProblemLog(logger, { begins, ends }, now, shownReason)
  const opening = problemOf('connector could not be started; see err; retrying', 'connector started')
  const polling = problemOf('polling failed; see err; retried automatically', 'polling works again')
  const publishing = problemOf('publishing paused; see err; retried automatically', 'publishing resumed')

  const setNextPollAt = (at: number): void => {
    nextPollAt = at
  }

  const open = async (): Promise<OpenedInstance | undefined> => {
    for (let failures = 0; !stop.signal.aborted; failures += 1) {
      try {
        const done = await openInstance(checked, options)
        opening.end()
        misconfigured = undefined
        return done
      } catch (error) {
        opening.report(error)
        misconfigured =
          error instanceof BusError && error.code === 'BUS_CONFIG_INVALID' ? error.message : undefined
        await pause(backoffMs(failures, waits), stop)
      }
    }
    return undefined
  }

  /** What the kind finds wrong with the settings. */
  const settingsFault = async ({ instance }: OpenedInstance): Promise<string | undefined> => {
    try {
      const problems = await withTimeout(stop.signal, checkTimeoutMs, async (signal) =>
        definition.checkSettings?.(settings as never, instance.io(signal))
      )
      return problems === undefined || problems.length === 0 ? undefined : problems.join('; ')
    } catch (error) {
      return stop.signal.aborted ? undefined : shownReason(error)
    }
  }

  const run = async (): Promise<void> => {
    opened = await open()
    if (!opened) return
    const { instance } = opened
    misconfigured = await settingsFault(opened)
    if (misconfigured !== undefined) {
      logger.error(
        { problems: misconfigured },
        'connector does not run: its settings are wrong; see problems'
      )
      return
    }
    const signals = { wakes, polling, publishing, setNextPollAt }
    const forLoop = (): InboundOptions => ({
      ...{ ...inbound, quarantineDays },
      throttle: throttles.forLoopOf(name)
    })
    const outbound = { ...options.outbound, noteDelivery: () => throttles.noteDelivery(name) }
    await Promise.all([
      runPublishing(instance, signals, forLoop(), stop.signal),
      ...(definition.inbound
        ? [runPolling(instance, signals, forLoop(), stop.signal)]
        : [keepConnected(opened, parts.steadyNow, stop.signal)]),
      ...(definition.outbound ? [runOutbound(instance, outbound, stop.signal)] : [])
    ])
  }
  const running = run().catch((error: unknown) => {
    misconfigured = shownReason(error)
    logger.error({ err: error }, 'connector stopped by a bug; see err; restart it once that is corrected')
  })

  const status = (): InstanceStatus => {
    const problems = [opening.current(), polling.current(), publishing.current()]
    const retryAt = opened?.outside.retryAt() ?? (polling.current() ? nextPollAt : undefined)
    const toWall = (at: number): number => now() + Math.max(0, at - steadyNow())
    const heldUntil = definition.outbound && pacer.heldUntil(steadyNow())
    const facts = {
      startedAt,
      misconfigured,
      paused: misconfigured === undefined ? opened?.instance.authorization.paused() : undefined,
      outside: opened?.outside.facts(),
      problems,
      retryAt: retryAt === undefined ? undefined : toWall(retryAt),
      heldUntil: heldUntil === undefined ? undefined : toWall(heldUntil)
    }
    return { name, kind, ...statusOf(facts) }
  }

  return {
    checked,
    status,
    opened: () => opened,
    tryNow() {
      opened?.outside.tryNow()
      pacer.release()
      parts.signals.notify([deliveriesChanged(name)])
    },
    async check() {
      if (!opened)
        throw new BusError('BUS_STORE_UNAVAILABLE', 'connector-not-started', { values: { connector: name } })
      opened.outside.tryNow()
      await reach(opened, stop.signal)
      const { instance } = opened
      const isPaused = instance.authorization.paused() !== undefined
      return isPaused ? findUnknownReferences(instance, parts, stop.signal) : undefined
    },
    async close() {
      stop.abort()
      opened?.outside.stopConnecting()
      await running
      await opened?.close()
    }
  }
}

/** How often it is looked whether the outside is to be reached. Costs nothing while it is. */
const connectEveryMs = 1000

/**
 * Reaches the outside of a kind that does not poll: at first, and when it was away and can be checked. Otherwise
 * its state would be unknown until the next delivery.
 */
async function keepConnected(
  { instance, outside }: Omit<OpenedInstance, 'close'>,
  steadyNow: () => number,
  signal: AbortSignal
): Promise<void> {
  const { definition, authorization } = instance
  const isWanted = (): boolean => {
    const { reachedAt, failing, credentials } = outside.facts()
    if (steadyNow() < (outside.retryAt() ?? 0)) return false
    return reachedAt === undefined || (definition.check !== undefined && Boolean(failing ?? credentials))
  }
  while (!signal.aborted) {
    await authorization.granted(signal)
    if (!signal.aborted && isWanted()) {
      await reach({ instance, outside }, signal).catch(() => {}) // The log of the connection has the reason.
    }
    await pause(connectEveryMs, { signal })
  }
}

/** Connects to the outside where that is needed, and has the kind check it. */
function reach({ instance, outside }: Omit<OpenedInstance, 'close'>, signal: AbortSignal): Promise<void> {
  const { definition, io } = instance
  return outside.use((session) =>
    withTimeout(signal, checkTimeoutMs, async (limit) => definition.check?.(session, io(limit)))
  )
}
