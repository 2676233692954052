import { authorize } from '#bus/policy/identity.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'
import { pause } from '#protocol/timing/retry.ts'
import type { HostOptions, Instance, InstanceKey } from './instance.ts'

/** Why an instance neither publishes nor delivers. */
export interface Paused {
  readonly reason: string
  /** RFC 3339. */
  readonly since: string
}

/** Whether the system of an instance may act, and the key it signs with. */
export interface Authorization {
  readonly key: () => InstanceKey
  /** Whether the instance may publish and deliver now. Writes a log line when that changes. */
  readonly isGranted: () => boolean
  /** Resolves when it may, or when the signal aborts. Reads the key file again before it pauses, and meanwhile. */
  readonly granted: (signal: AbortSignal) => Promise<void>
  readonly paused: () => Paused | undefined
}

/** A running instance. */
export interface AuthorizedInstance extends Instance {
  readonly authorization: Authorization
}

/** How often a paused instance checks whether it may resume. */
const lookEveryMs = 1000

export function watchAuthorization(
  { system, readKey, ...instance }: Pick<Instance, 'system' | 'key' | 'readKey'>,
  { control, freshness, logger, now }: Pick<HostOptions, 'control' | 'freshness' | 'logger' | 'now'>
): Authorization {
  let { key } = instance
  let paused: (Paused & { readonly fault: Fault }) | undefined

  const look = (): BusError | undefined => {
    try {
      freshness.check()
      const { signingKey, thumbprint } = key
      authorize(control, { system, kid: signingKey.kid, thumbprint }, now())
      return undefined
    } catch (error) {
      if (error instanceof BusError) return error
      throw error
    }
  }

  const isGranted = (): boolean => {
    const barred = look()
    if (barred && barred.fault !== paused?.fault) {
      paused = { reason: barred.message, since: new Date(now()).toISOString(), fault: barred.fault }
      logger.warn(
        { reason: barred.message },
        'connector paused: nothing is published or delivered; see reason; it resumes by itself once that is corrected'
      )
    }
    if (!barred && paused) {
      paused = undefined
      logger.info('connector resumed')
    }
    return !barred
  }

  return {
    key: () => key,
    isGranted,
    async granted(signal) {
      while (!signal.aborted) {
        if (look()) key = await readKey().catch(() => key) // Unreadable while it is being written.
        if (isGranted()) return
        await pause(lookEveryMs, { signal })
      }
    },
    paused() {
      isGranted()
      return paused && { reason: paused.reason, since: paused.since }
    }
  }
}
