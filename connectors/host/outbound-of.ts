import { callTimeoutMs } from '#protocol/timing/with-timeout.ts'
import type { CheckedInstances } from './check-instances.ts'
import type { HostParts } from './host-parts.ts'
import type { InstanceGuard } from './hosted-instance.ts'
import type { OutboundOptions } from './outbound/outbound-options.ts'
import { createPacers } from './outbound/pace.ts'

export interface OutboundOf {
  readonly parts: HostParts
  readonly instances: CheckedInstances
  readonly guard: InstanceGuard
  /** Whether other processes may run the same instances. */
  readonly areShared: boolean
}

/** What the outbound halves of a rate group share. */
export function createOutboundOptions({ parts, instances, guard, areShared }: OutboundOf): OutboundOptions {
  const { store, signals, tracing, metrics, steadyNow, inbox, archive } = parts
  const all = [...instances.valid, ...instances.misconfigured]
  return {
    ...{ store, signals, tracing, metrics, guard, steadyNow },
    inbox: { entriesAfter: inbox.entriesAfter, statusesOf: inbox.statusesOf, events: archive.byNumbers },
    graceMs: areShared ? callTimeoutMs : 0,
    pacerOf: createPacers(),
    instancesOf: (group) => all.filter(({ rateGroup }) => rateGroup === group).map(({ name }) => name)
  }
}
