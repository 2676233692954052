import type { Control } from '#bus/control/control.ts'
import type { Freshness } from '#bus/control/follow-acts.ts'
import type { Publishing } from '#bus/publishing/publish.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { Signals } from '#engines/signals/signals.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import type { Metrics } from '#engines/telemetry/metrics.ts'
import type { Tracing } from '#engines/telemetry/tracing.ts'
import type { SigningKey } from '#protocol/trust/jwk.ts'
import type { Connector } from '../connector.ts'
import type { Deliveries } from './deliveries.ts'
import type { EntrySource } from './entry-source.ts'
import type { Outbox } from './outbox.ts'

/** Shared by all instances. */
export interface HostOptions {
  readonly control: Pick<Control, 'state' | 'keyOf'>
  /** Throws while the process cannot know whether rights have been withdrawn. */
  readonly freshness: Pick<Freshness, 'check'>
  readonly publishing: Publishing
  readonly outbox: Outbox
  readonly deliveries: Deliveries
  readonly recipientStatuses: RecipientStatuses
  readonly inbox: EntrySource
  readonly signals: Signals
  readonly metrics: Metrics
  readonly tracing: Tracing
  readonly logger: Logger
  readonly publicUrl: string
  readonly now: () => number
}

/** A configured and opened instance, and the system that it acts as. */
export interface Instance {
  readonly name: string
  readonly connector: Connector
  readonly consumes: readonly string[]
  /** `/agencies/<code>/systems/<name>`; the bus holds its private key. */
  readonly system: string
  readonly agency: string
  readonly key: InstanceKey
  /** Reads the key file again. */
  readonly readKey: () => Promise<InstanceKey>
}

/** The key an instance signs with. */
export interface InstanceKey {
  readonly signingKey: SigningKey
  /** RFC 7638. Identifies the key; its `kid` does not. */
  readonly thumbprint: string
}
