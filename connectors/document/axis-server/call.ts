import type { ConnectorIo, Received } from '../../connector.ts'
import type { Reading } from '../poll.ts'
import type { AxisServerSettings } from '../settings.ts'
import type { Turns } from './turns.ts'

export interface Asked {
  readonly settings: AxisServerSettings
  readonly reading: Reading
  /** Of the instance, by the subject of a package. */
  readonly turns: Turns
  readonly io: ConnectorIo
}

/** A verified request. */
export interface Call extends Asked {
  readonly header: (name: string) => string
  readonly request: Request
}

/** An answer to a request that brings no items. */
export function answered(response: Response): Received {
  return { items: [], respond: () => response }
}

/** The instance's agency, as people know it. */
export function nameOf({ agency, agencyName }: ConnectorIo): string {
  return `${agencyName()} (${agency})`
}
