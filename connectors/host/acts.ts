import { createInstanceActs, type InstanceActs } from './control/instance-acts.ts'
import {
  createDeliveryActs,
  type DeliveryAct,
  type DeliveryActor,
  type DeliveryActs,
  type DeliveryActsOptions
} from './outbound/delivery-acts.ts'

export type { DeliveryAct, DeliveryActor }

/** What people do to connectors and their deliveries. */
export interface ConnectorActs {
  readonly instances: InstanceActs
  readonly deliveries: DeliveryActs
}

export function createConnectorActs(options: DeliveryActsOptions): ConnectorActs {
  return { instances: createInstanceActs(options), deliveries: createDeliveryActs(options) }
}
