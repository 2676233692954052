import type { ConnectorIo, Received } from '../../connector.ts'
import type { Raw } from '../dialect/json.ts'
import type { OneStopSettings, ServerSettings } from '../settings.ts'

/** A call of a service, with a session. */
export interface Call {
  readonly body: Raw
  readonly settings: OneStopSettings & { readonly server: ServerSettings }
  readonly io: ConnectorIo
}

/** An answer to a request that brings no items. */
export function only(response: Response): Received {
  return { items: [], respond: () => response }
}
