import type { ActSource } from '#bus/control/act-records.ts'
import type { Store } from '#engines/store/store.ts'
import { createInstanceActRecords } from './control/instance-act-records.ts'
import { createInstanceReads, type InstanceReads } from './control/read-instances.ts'
import {
  createQuarantineReads,
  type QuarantineReads,
  type ShownQuarantined
} from './inbound/read-quarantine.ts'
import { createDeliveryActRecords } from './outbound/delivery-act-records.ts'
import { createDeliveryReads, type DeliveryReads, type ShownDelivery } from './outbound/read-deliveries.ts'
import { createStuckReads, type StuckReads } from './outbound/read-stuck.ts'

export type { ShownDelivery, ShownQuarantined }

/** What other rooms read of connectors. */
export interface ConnectorReads {
  readonly instances: InstanceReads
  readonly deliveries: DeliveryReads
  readonly quarantine: QuarantineReads
  readonly stuck: StuckReads
  /** What people did to connectors, quarantined items and deliveries. */
  readonly acts: readonly ActSource[]
}

export interface ConnectorReadsOptions {
  readonly store: Store
  readonly now: () => number
  /** Milliseconds since the epoch, of a clock that is never set. */
  readonly steadyNow: () => number
}

export function createConnectorReads({ store, now, steadyNow }: ConnectorReadsOptions): ConnectorReads {
  return {
    instances: createInstanceReads(store, now),
    deliveries: createDeliveryReads(store, steadyNow),
    quarantine: createQuarantineReads(store),
    stuck: createStuckReads(store),
    acts: [createInstanceActRecords(store), createDeliveryActRecords(store)]
  }
}
