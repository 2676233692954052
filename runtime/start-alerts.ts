import { randomUUID } from 'node:crypto'
import type { AlertsConfig } from '#bus/alerts/alert-config.ts'
import type { MetricSamples } from '#bus/alerts/evaluate.ts'
import { chooseTeller, onlyTeller } from '#bus/alerts/teller.ts'
import { type Alerts, watchAlerts } from '#bus/alerts/watch-alerts.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { agencyOf } from '#protocol/events/event.ts'
import type { Core } from './core.ts'

export interface StartAlertsOptions {
  readonly core: Core
  readonly config: AlertsConfig
  readonly refreshMetrics: () => Promise<void>
  readonly unbounded: () => readonly MetricSamples[]
  /** The system that a connector instance acts as. */
  readonly systemOf: (instance: string) => string | undefined
  readonly logger: Logger
}

/** Of several processes each looks at its own figures, and one tells. */
export function startAlerts({ core, config, systemOf, ...rest }: StartAlertsOptions): Alerts {
  const { store, areShared } = core
  const teller = areShared ? chooseTeller({ store, owner: randomUUID(), logger: rest.logger }) : onlyTeller
  const alerts = watchAlerts({
    ...{ ...core, ...rest, config, tells: teller.tells },
    agencyOf({ agency, system, instance }) {
      const acting = system ?? (instance === undefined ? undefined : systemOf(instance))
      return agency ?? (acting === undefined ? undefined : agencyOf(acting))
    }
  })
  return {
    ...alerts,
    async close() {
      await alerts.close()
      await teller.close()
    }
  }
}
