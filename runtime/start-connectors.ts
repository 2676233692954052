import { createComputing } from '#bus/fair-use/computing.ts'
import { schemaWith } from '#bus/registry/registry-state.ts'
import type { CheckedInstances } from '#connectors/host/check-instances.ts'
import { startHost } from '#connectors/host/host.ts'
import type { HostParts } from '#connectors/host/host-parts.ts'
import type { InstanceStatus } from '#connectors/host/instance-status.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { steadyNow } from '#engines/telemetry/steady-clock.ts'
import { thumbprint } from '#protocol/trust/jwk.ts'
import type { Core } from './core.ts'
import { createKeyReader } from './keyring.ts'

/** What connectors need of the bus, and what ends with them. */
export interface ConnectorParts {
  readonly parts: HostParts
  close(): Promise<void>
}

export function connectorPartsOf(core: Core, logger: Logger): ConnectorParts {
  const { control, eventTypes } = core
  const computing = createComputing()
  const readKey = createKeyReader()
  const parts: HostParts = {
    ...core,
    logger,
    computing,
    steadyNow,
    eventSchema(type) {
      const current = eventTypes.current(type)
      return current && schemaWith(control.state.registry, current.id)?.text
    },
    async readKey(file) {
      const { signingKey, publicJwk, privateJwk } = await readKey(file)
      const secret = Buffer.from(privateJwk.d, 'base64url')
      return { signingKey, secret, thumbprint: await thumbprint(publicJwk) }
    }
  }
  return { parts, close: computing.close }
}

export interface RunningConnectors {
  /** Which instances of this process do not run, and why; undefined if all run. */
  warning(): string | undefined
  /** Sets the metrics of its instances. Never rejects. */
  readonly refreshMetrics: () => Promise<void>
  readonly reload: (instances: CheckedInstances) => void
  close(): Promise<void>
}

/** Runs the instances, or those whose leases this process holds. */
export function startConnectors(
  parts: HostParts,
  instances: CheckedInstances,
  areShared: boolean
): RunningConnectors {
  const host = startHost({ parts, instances, areShared })
  return {
    warning() {
      const texts = host.statuses().flatMap((status) => (status.state === 'running' ? [] : [textOf(status)]))
      return texts.length === 0 ? undefined : texts.join(' ')
    },
    refreshMetrics: host.refreshMetrics,
    reload: host.reload,
    close: host.close
  }
}

function textOf({ name, state, since, reason, by, nextTry }: InstanceStatus): string {
  const who = by === undefined ? '' : ` by ${by}`
  const why = reason === undefined ? '' : `: ${reason}`
  const next = nextTry === undefined ? '' : ` Next try: ${nextTry}.`
  return `${name} is ${state}${who} since ${since}${why}${next}`
}
