import type { Metrics } from '#engines/telemetry/metrics.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { InstanceReads } from './read-instances.ts'

/** Sets the metrics of some instances to what the store has now. */
export async function measureInstances(
  names: ReadonlySet<string>,
  reads: InstanceReads,
  { metrics, now }: { readonly metrics: Metrics; readonly now: () => number }
): Promise<void> {
  const shown = names.size === 0 ? [] : await reads.list({ names: [...names] })
  const { connectorLag, connectorOldestUndelivered, connectorQuarantined, connectorInDoubt } = metrics
  for (const gauge of [connectorLag, connectorOldestUndelivered, connectorQuarantined, connectorInDoubt]) {
    gauge.reset() // Other processes tell of instances that they have taken over.
  }
  for (const { name: instance, counts, undeliveredSince } of shown) {
    const { toPublish, waiting, dead, inDoubt, quarantined } = counts
    const ageMs = undeliveredSince === undefined ? 0 : Math.max(0, now() - instantMs(undeliveredSince))
    connectorLag.set({ instance, direction: 'in' }, toPublish)
    connectorLag.set({ instance, direction: 'out' }, waiting + dead + inDoubt)
    connectorOldestUndelivered.set({ instance }, Math.round(ageMs / 1000))
    connectorQuarantined.set({ instance }, quarantined)
    connectorInDoubt.set({ instance }, inDoubt)
  }
}
