import type { BusError } from '#protocol/errors/bus-error.ts'
import type { EventDraft, InboundItem, ItemBase } from '../../connector.ts'

/** An item as the host stores it: a publishing check may have found a fault in its event. */
export type ItemToStore = InboundItem | RejectedItem

/** An item whose event the bus would not accept. It keeps its event. */
export interface RejectedItem extends ItemBase {
  readonly event: EventDraft
  readonly fault: BusError
}
