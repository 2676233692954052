import {
  createDeliveryActs,
  type DeliveryAct,
  type DeliveryActs,
  type DeliveryActsOptions
} from './outbound/delivery-acts.ts'

export type { DeliveryAct }

/** What people do to connectors and their deliveries. */
export interface ConnectorActs {
  readonly deliveries: DeliveryActs
}

export function createConnectorActs(options: DeliveryActsOptions): ConnectorActs {
  return { deliveries: createDeliveryActs(options) }
}
