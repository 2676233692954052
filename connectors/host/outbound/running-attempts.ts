import { pipeline } from '#engines/store/pipeline.ts'
import { createProblemLog } from '#engines/telemetry/problem-log.ts'
import { pause } from '#protocol/timing/retry.ts'
import { askedWaitMs } from '../failures.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import { attempt } from './attempt.ts'
import { chooseLines } from './choose-lines.ts'
import type { Deliveries, Delivery } from './deliveries.ts'
import { lineKey } from './lines.ts'
import type { DeliveriesNoted, OutboundOptions } from './outbound-options.ts'
import type { Outcome } from './outcome.ts'
import { type EndedAttempt, recordOutcomes } from './record-outcomes.ts'

/** The attempts of an instance that run now. */
export interface RunningAttempts {
  /**
   * Starts attempts for due lines, as many as may run. Returns when more may start, in milliseconds of the
   * steady clock; undefined if that depends on what ends or comes in.
   */
  start(): Promise<number | undefined>
  /** Writes how attempts ended since the last call. Returns whether any of them now holds its line. */
  record(): Promise<boolean>
  /** Runs a wait, which is ended as soon as an attempt ends or the instance stops. */
  wait(until: (wake: AbortSignal) => Promise<void>): Promise<void>
  /** Resolves when no attempt runs. */
  ended(): Promise<void>
}

/** How long a delivery that may not be made now is postponed. */
const withheldMs = 30_000
/** Time for running attempts when the instance stops; shorter than another process waits with its lease. */
const stopGraceMs = 2000

/** Attempts that end so soon after another one are of the same burst. */
const gatherMs = 1
const longestGatherMs = 10

export function createRunningAttempts(
  instance: HostedInstance,
  options: OutboundOptions & DeliveriesNoted & { readonly deliveries: Deliveries },
  signal: AbortSignal
): RunningAttempts {
  const { agency, pace, outside, rateGroup, logger } = instance
  const { inbox, deliveries, steadyNow } = options
  const { maxInFlight, ratePerSecond } = pace
  const pacer = options.pacerOf(rateGroup)
  /** By line, until the result is written: only then may the next one of the line start. */
  const busy = new Map<string, Promise<void>>()
  const ended: EndedAttempt[] = []
  let started = 0
  let wake = new AbortController()
  const stop = new AbortController()
  const later = createProblemLog(
    logger,
    { begins: 'deliveries fail; see err; they are retried on schedule', ends: 'deliveries succeed again' },
    instance.now
  )

  const run = async (delivery: Delivery, work: () => Promise<Outcome>): Promise<void> => {
    const outcome = await work()
    if ('error' in outcome) pacer.hold(steadyNow() + askedWaitMs(outcome.error))
    ended.push({ delivery, outcome })
    if (!wake.signal.aborted) wake.abort()
  }

  /** The events of those that may be attempted now; the others are ended or postponed. */
  const admitted = async (heads: readonly Delivery[]) => {
    const numbers = heads.map(({ event }) => event)
    const [events, statuses] = await pipeline([inbox.events(numbers), inbox.statusesOf(agency, numbers)])
    const ready = heads.map((delivery) => {
      const event = events.get(delivery.event)
      const status = statuses.get(delivery.event)
      // One that was begun is completed: the outside may have it already.
      const mayHaveIt = delivery.state === 'in-doubt' || delivery.mayHaveHappened
      if (status === 'ended' && !mayHaveIt) return { delivery, outcome: { kind: 'ended' } as const }
      if (event && (status !== 'withheld' || delivery.state === 'in-doubt')) return { delivery, event }
      const dueAt = steadyNow() + withheldMs // Withheld: it is delivered when the right comes back.
      return { delivery, outcome: { kind: 'waiting', dueAt, counted: false } as const }
    })
    const barred = ready.flatMap(({ delivery, outcome }) => (outcome ? [{ delivery, outcome }] : []))
    if (barred.length > 0) await recordOutcomes(barred, instance, options)
    return ready.flatMap(({ delivery, event }) => (event ? [{ delivery, event }] : []))
  }

  const tell = ({ delivery, outcome }: EndedAttempt): void => {
    if (outcome.kind === 'delivered') later.end()
    if (outcome.kind === 'waiting' && outcome.counted) later.report(outcome.error)
    if (!holdsLine(outcome)) return
    const { event } = delivery
    const [err, text] =
      outcome.kind === 'dead'
        ? [
            outcome.error,
            'delivery rejected; see err; later events of the same sender and subject wait: release or skip it (lienthong deliveries)'
          ]
        : [
            'error' in outcome ? outcome.error : undefined,
            'delivery in doubt: the outside system may have the event; later events of the same sender and subject wait: check there, then settle it (lienthong deliveries)'
          ]
    logger.warn({ err, event }, text)
  }

  const capacity = (retryAt: number | undefined): number => {
    if (retryAt === undefined) return maxInFlight - busy.size
    return busy.size === 0 ? 1 : 0 // One attempt shows whether the outside is back.
  }

  /** Attempts of fast outsides end in bursts: what ends together is written together, and not first one alone. */
  const gather = async (): Promise<void> => {
    const endsAt = performance.now() + longestGatherMs
    for (let seen = 0; seen < ended.length && ended.length < busy.size && performance.now() < endsAt; ) {
      seen = ended.length
      await pause(gatherMs, { signal })
    }
  }

  signal.addEventListener('abort', () => {
    wake.abort()
    setTimeout(() => stop.abort(), stopGraceMs).unref()
  })

  return {
    async start() {
      const now = steadyNow()
      const retryAt = outside.retryAt()
      if (retryAt !== undefined && retryAt > now) return retryAt
      const free = capacity(retryAt)
      if (free <= 0) return undefined
      const paceAt = pacer.nextAt(ratePerSecond, now)
      if (paceAt > now) return paceAt
      const due = await deliveries.dueLines(now, free + busy.size)
      const lines = chooseLines({ ...due, busy: busy.keys(), free, started })
      const ready = await admitted(await deliveries.headsOf(lines))
      const paced = ready.slice(0, pacer.take(ready.length, ratePerSecond, now))
      const begun = await deliveries.begin(paced.map(({ delivery }) => delivery))
      if (begun.size > 0 && retryAt === undefined) options.noteDelivery()
      for (const { delivery, event } of paced) {
        if (!begun.has(delivery.event)) continue
        started += 1
        const one = { instance, options, delivery, event, stop: stop.signal }
        busy.set(
          lineKey(delivery),
          run(delivery, () => attempt(one))
        )
      }
      if (paced.length < ready.length) return pacer.nextAt(ratePerSecond, now)
      if (begun.size < lines.length) return now
      return busy.size < maxInFlight ? deliveries.nextDueAt(now) : undefined
    },

    async record() {
      const some = ended.slice()
      if (some.length === 0) return false
      if (some.some(({ outcome }) => outcome.kind === 'delivered')) options.noteDelivery()
      await recordOutcomes(some, instance, options)
      ended.splice(0, some.length)
      for (const one of some) {
        busy.delete(lineKey(one.delivery))
        tell(one)
      }
      return some.some(({ outcome }) => holdsLine(outcome))
    },

    async wait(until) {
      if (ended.length === 0) {
        wake = new AbortController()
        if (signal.aborted) return
        await until(wake.signal)
      }
      await gather()
    },

    async ended() {
      await Promise.all(busy.values())
    }
  }
}

function holdsLine(outcome: Outcome): boolean {
  return outcome.kind === 'dead' || (outcome.kind === 'in-doubt' && outcome.lookUpAt === undefined)
}
