import type { ArchivedEvent } from '#bus/archive/archived-event.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import { traced } from '#engines/telemetry/tracing.ts'
import { callTimeoutMs, withTimeout } from '#protocol/timing/with-timeout.ts'
import { askedWaitMs, failureOf } from '../failures.ts'
import type { HostedInstance } from '../hosted-instance.ts'
import type { Delivery } from './deliveries.ts'
import { defaultScheduleMs, nextStep } from './next-step.ts'
import type { OutboundOptions } from './outbound-options.ts'
import type { Outcome } from './outcome.ts'
import { toOutbound } from './to-outbound.ts'

const lookUpRetryMs = 30_000
const connectRetryMs = 1000

export interface Attempt {
  readonly instance: HostedInstance
  readonly options: OutboundOptions
  readonly delivery: Delivery
  readonly event: ArchivedEvent
  /** Aborts when the attempt must end because the instance stops. */
  readonly stop: AbortSignal
}

/** Delivers an event, or asks the outside whether it has it. Never rejects. */
export function attempt(one: Attempt): Promise<Outcome> {
  return one.delivery.state === 'in-doubt' ? lookUp(one) : deliver(one)
}

async function deliver({ instance, options, delivery, event, stop }: Attempt): Promise<Outcome> {
  const { name, definition, authorization, outside, io } = instance
  const isProbe = outside.retryAt() !== undefined
  const startedAt = options.steadyNow()
  const outbound = toOutbound(event)
  let wasCalled = false
  if (!authorization.isGranted()) return { kind: 'waiting', dueAt: 0, counted: false }
  try {
    reachFailpoint('delivery.before-effect')
    const hop = options.tracing.begin('deliver', outbound.event, event.traceparent, name)
    const left = await traced([hop], () =>
      outside.use((session) =>
        withTimeout(stop, callTimeoutMs, async (signal) => {
          wasCalled = true
          return definition.outbound?.deliver?.(session, outbound, io(signal))
        })
      )
    )
    reachFailpoint('delivery.after-effect')
    return { kind: 'delivered', left: left ?? {} }
  } catch (error) {
    const now = options.steadyNow()
    if (!wasCalled) {
      const dueAt = now + Math.max(connectRetryMs, askedWaitMs(error))
      return { kind: 'waiting', dueAt, counted: false, error } // Without a session nothing was attempted.
    }
    const { repeatable = false, lookUp } = definition.outbound ?? {}
    const { attempts } = delivery
    const failed = { failure: failureOf(error), error, attempts, repeatable, isProbe }
    const step = nextStep(failed, options.scheduleMs ?? defaultScheduleMs, now)
    if (step.kind !== 'in-doubt') return { ...step, error }
    // The outside may still be at work on it: asked too early, it would say "not done", and be given it again.
    const lookUpAt = now + Math.max(connectRetryMs, now - startedAt)
    return { ...step, error, ...(lookUp ? { lookUpAt } : {}) }
  }
}

async function lookUp({ instance, options, event, stop }: Attempt): Promise<Outcome> {
  const { definition, outside, io } = instance
  const { outbound } = definition
  try {
    const found = await outside.use((session) =>
      withTimeout(stop, callTimeoutMs, async (signal) =>
        outbound?.lookUp?.(session, toOutbound(event), io(signal))
      )
    )
    if (found === 'done') return { kind: 'delivered', left: {} }
    const unknown = typeof found === 'object' && 'unknown' in found ? found.unknown : undefined
    if (typeof found === 'object' && !('unknown' in found)) return { kind: 'delivered', left: found }
    const isAgain = found === 'not-done' || outbound?.repeatable === true
    if (isAgain) return { kind: 'waiting', dueAt: 0, counted: false }
    return { kind: 'in-doubt', ...(unknown && { marks: unknown }) }
  } catch (error) {
    if (failureOf(error) === 'never') return { kind: 'in-doubt', error }
    const ownMs = failureOf(error) === 'unreachable' ? connectRetryMs : lookUpRetryMs
    return { kind: 'in-doubt', lookUpAt: options.steadyNow() + Math.max(ownMs, askedWaitMs(error)), error }
  }
}
