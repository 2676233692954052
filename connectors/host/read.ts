import type { Store } from '#engines/store/store.ts'
import { createDeliveryReads, type DeliveryReads, type ShownDelivery } from './outbound/read-deliveries.ts'

export type { ShownDelivery }

/** What other rooms read of connectors. */
export interface ConnectorReads {
  readonly deliveries: DeliveryReads
}

export interface ConnectorReadsOptions {
  readonly store: Store
  /** Milliseconds since the epoch, of a clock that is never set. */
  readonly steadyNow: () => number
}

export function createConnectorReads({ store, steadyNow }: ConnectorReadsOptions): ConnectorReads {
  return { deliveries: createDeliveryReads(store, steadyNow) }
}
