import type { HostOptions, Instance } from './instance.ts'
import { runDeliveries } from './run-deliveries.ts'
import { runPolling } from './run-polling.ts'

export interface RunningInstance {
  readonly name: string
  /** What is wrong with it, if anything. */
  check(): Promise<string | undefined>
  /** Lets the attempt in hand end, then stops. */
  close(): Promise<void>
}

/** Runs an instance: what it finds outside is published, what its agency is given is delivered. */
export function runInstance(instance: Instance, options: HostOptions): RunningInstance {
  const stop = new AbortController()
  const logger = options.logger.child({ connector: instance.name })
  const loops = [
    ...(instance.connector.deliver ? [runDeliveries(instance, { ...options, logger }, stop.signal)] : []),
    ...(instance.connector.poll ? [runPolling(instance, { ...options, logger }, stop.signal)] : [])
  ]
  return {
    name: instance.name,
    check: () => instance.connector.check(),
    async close() {
      stop.abort()
      await Promise.all(loops)
      await instance.connector.close()
    }
  }
}
