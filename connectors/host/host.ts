import { type Paused, watchAuthorization } from './authorization.ts'
import type { HostOptions, Instance } from './instance.ts'
import { runDeliveries } from './run-deliveries.ts'
import { runPolling } from './run-polling.ts'

export interface RunningInstance {
  readonly name: string
  /** Its problem, as text for an operator; undefined if there is none. */
  check(): Promise<string | undefined>
  /** Why it neither publishes nor delivers at the moment; undefined while it runs. */
  paused(): Paused | undefined
  /** Waits for the current attempt, then stops. */
  close(): Promise<void>
}

/** Runs an instance: publishes what it finds outside, and delivers what its agency receives. */
export function runInstance(instance: Instance, options: HostOptions): RunningInstance {
  const stop = new AbortController()
  const logger = options.logger.child({ connector: instance.name })
  const authorization = watchAuthorization(instance, { ...options, logger })
  const authorized = { ...instance, authorization }
  const loops = [
    ...(instance.connector.deliver ? [runDeliveries(authorized, { ...options, logger }, stop.signal)] : []),
    ...(instance.connector.poll ? [runPolling(authorized, { ...options, logger }, stop.signal)] : [])
  ]
  return {
    name: instance.name,
    check: () => instance.connector.check(),
    paused: authorization.paused,
    async close() {
      stop.abort()
      await Promise.all(loops)
      await instance.connector.close()
    }
  }
}
