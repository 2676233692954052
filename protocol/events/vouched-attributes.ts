import { BusError } from '../errors/bus-error.ts'
import type { BusEvent } from './event.ts'
import type { DeliveredEvent } from './event-stages.ts'

/** What the bus adds beside an event. Inside an event, a recipient could take it for the bus's word. */
const added: Readonly<Record<Exclude<keyof DeliveredEvent['added'], 'traceparent'>, true>> = {
  recordedtime: true,
  agreement: true,
  unsigned: true,
  hosted: true
}

/** What the bus's own connectors have checked or computed. Recipients rely on it. */
const ofConnectors: readonly string[] = [
  'packagesignature',
  'packagesigner',
  'packagesignersha256',
  'senddeadline'
]

const ofTheBus: ReadonlySet<string> = new Set(Object.keys(added))
const vouched: ReadonlySet<string> = new Set([...ofTheBus, ...ofConnectors])

/**
 * Throws `BUS_ATTRIBUTE_INVALID` for an attribute that only the bus may set. A publisher whose key the bus
 * holds is one of its own connectors: it may set theirs.
 */
export function checkVouchedAttributes(event: BusEvent, { hosted }: { readonly hosted: boolean }): void {
  const refused = hosted ? ofTheBus : vouched
  for (const attribute of Object.keys(event)) {
    if (refused.has(attribute)) {
      throw new BusError('BUS_ATTRIBUTE_INVALID', 'attribute-of-the-bus', { values: { attribute } })
    }
  }
}
