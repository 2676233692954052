import { randomUUID } from 'node:crypto'
import type { AlertsConfig } from '#bus/alerts/alert-config.ts'
import { type Alerts, watchAlerts } from '#bus/alerts/watch-alerts.ts'
import { type ChannelGuard, keepLeases, ownsEveryChannel } from '#bus/leases/leases.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { agencyOf } from '#protocol/events/event.ts'
import type { Core } from './core.ts'

export interface StartAlertsOptions {
  readonly core: Core
  readonly config: AlertsConfig
  readonly refreshMetrics: () => Promise<void>
  /** The system that a connector instance acts as. */
  readonly systemOf: (instance: string) => string | undefined
  readonly logger: Logger
}

/** The lease of the process that tells. */
const channel = '/bus/alerts'

/** Of several processes each looks at its own figures, and one tells. */
export function startAlerts({ core, config, systemOf, ...rest }: StartAlertsOptions): Alerts {
  const { store, areShared } = core
  let tells = !areShared
  let guard: ChannelGuard = ownsEveryChannel
  const alerts = watchAlerts({
    ...{ ...core, ...rest, config, tells: () => tells },
    guard: (transaction) => guard(transaction, channel),
    agencyOf({ agency, system, instance }) {
      const acting = system ?? (instance === undefined ? undefined : systemOf(instance))
      return agency ?? (acting === undefined ? undefined : agencyOf(acting))
    }
  })
  if (!areShared) return alerts
  const leases = keepLeases({
    ...{ store, owner: randomUUID(), channels: () => [channel], logger: rest.logger },
    async run() {
      tells = true
      return {
        async close() {
          tells = false
        }
      }
    }
  })
  guard = leases.guard
  return {
    ...alerts,
    async close() {
      await alerts.close()
      await leases.close()
    }
  }
}
