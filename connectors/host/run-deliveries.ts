import { eventOf } from '#bus/archive/archived-event.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import { steadyNow } from '#engines/telemetry/steady-clock.ts'
import { traced } from '#engines/telemetry/tracing.ts'
import { agencyOf } from '#protocol/events/event.ts'
import { pause } from '#protocol/timing/retry.ts'
import type { AuthorizedInstance } from './authorization.ts'
import type { DueDelivery, TakenEntry } from './deliveries.ts'
import type { HostOptions, Instance } from './instance.ts'
import { defaultScheduleMs, nextStep } from './next-step.ts'

const takeAtOnce = 100
const attemptTimeoutMs = 60_000
/** How long a delivery that may not be made now is postponed. */
const withheldMs = 30_000
/** Due deliveries and new entries are checked at least this often. */
const idleMs = 5000
const retryMs = 1000

/** Takes the agency's inbox entry by entry and delivers, in order per sender and subject, until the signal aborts. */
export async function runDeliveries(
  instance: AuthorizedInstance,
  options: HostOptions,
  signal: AbortSignal
): Promise<void> {
  const { name: channel, agency, authorization } = instance
  const { deliveries, signals, logger } = options
  while (!signal.aborted) {
    await authorization.granted(signal)
    const seen = signals.count(agency)
    try {
      const taken = await takeEntries(instance, options)
      const due = await deliveries.due(channel, takeAtOnce)
      await deliveries.begin(due)
      for (const [index, delivery] of due.entries()) {
        if (signal.aborted || !authorization.isGranted()) {
          await deliveries.untried(due.slice(index))
          break
        }
        await attempt(delivery, { instance, options, signal })
      }
      if (taken > 0 || due.length > 0) continue
      const nextDueAt = await deliveries.nextDueAt(channel)
      const waitMs = Math.min(idleMs, Math.max(10, (nextDueAt ?? Number.POSITIVE_INFINITY) - steadyNow()))
      await signals.wait(agency, seen, waitMs, signal)
    } catch (error) {
      logger.error({ err: error }, 'delivery paused; see err; retrying in 1 s')
      await pause(retryMs, { signal })
    }
  }
}

async function takeEntries(
  { name, agency, consumes }: Instance,
  { deliveries, inbox }: HostOptions
): Promise<number> {
  const position = await deliveries.position(name)
  const entries = await inbox.entriesAfter(agency, position, takeAtOnce)
  await deliveries.take(
    name,
    entries.map(
      ({ number, event }): TakenEntry => ({
        number,
        event: event.number,
        sender: agencyOf(event.source),
        subject: event.subject,
        wanted: consumes.includes(event.type)
      })
    )
  )
  return entries.length
}

interface Attempt {
  readonly instance: AuthorizedInstance
  readonly options: HostOptions
  readonly signal: AbortSignal
}

async function attempt(delivery: DueDelivery, { instance, options, signal }: Attempt): Promise<void> {
  const { deliveries, recipientStatuses, inbox, tracing, logger } = options
  const { name: channel, agency, system, connector, authorization } = instance
  try {
    const archived = (await inbox.events([delivery.event])).get(delivery.event)
    const status = await inbox.statusOf(agency, delivery.event)
    if (status === 'ended' && !delivery.mayHaveHappened) return await deliveries.ended(delivery)
    if (!archived || status === 'withheld') {
      await deliveries.defer(delivery, steadyNow() + withheldMs) // Withheld: it is delivered when the right comes back.
      return
    }
    if (!authorization.isGranted()) return await deliveries.untried([delivery])
    reachFailpoint('delivery.before-effect')
    const event = eventOf(archived)
    const { hash, recordedTime, traceparent } = archived
    await traced([tracing.begin('deliver', event, traceparent, channel)], async () =>
      connector.deliver?.(
        { event, hash, recordedTime },
        AbortSignal.any([signal, AbortSignal.timeout(attemptTimeoutMs)])
      )
    )
    reachFailpoint('delivery.after-effect')
    await recipientStatuses.markDelivered({ agency, system }, [delivery.event])
    await deliveries.done(delivery)
  } catch (error) {
    if (signal.aborted) return // A stop is not a failure: the delivery stays due and no attempt is counted.
    const step = nextStep(delivery.attempts + 1, error, defaultScheduleMs, steadyNow())
    logger.warn(
      { err: error, event: delivery.event, step: step.kind },
      step.kind === 'dead'
        ? 'delivery failed and is not retried: fix the cause in err, then have the sender send it again as a new event'
        : 'delivery failed; it is retried on schedule'
    )
    await deliveries.failed(delivery, step)
  }
}
