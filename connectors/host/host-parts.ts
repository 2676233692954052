import type { Control } from '#bus/control/control.ts'
import type { Freshness } from '#bus/control/follow-acts.ts'
import type { Publishing } from '#bus/publishing/publish.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { EventTypes } from '#bus/registry/event-types.ts'
import type { Inbox } from '#consumers/inbox/read.ts'
import type { Signals } from '#engines/signals/signals.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import type { Metrics } from '#engines/telemetry/metrics.ts'
import type { Tracing } from '#engines/telemetry/tracing.ts'
import type { InstanceKey } from './authorization.ts'
import type { LentParts } from './create-io.ts'

/** What instances need of the bus, in every process that runs them or receives for them. */
export interface HostParts extends LentParts {
  readonly control: Pick<Control, 'state' | 'keyOf'>
  readonly freshness: Pick<Freshness, 'check'>
  readonly publishing: Publishing
  readonly recipientStatuses: RecipientStatuses
  readonly eventTypes: EventTypes
  readonly inbox: Inbox
  readonly signals: Signals
  readonly metrics: Metrics
  readonly tracing: Tracing
  readonly publicUrl: string
  readonly logger: Logger
  /** Reads a private key from a file. */
  readonly readKey: (file: string) => Promise<InstanceKey>
  /** Epoch of the store: every restore of a backup begins a new one. */
  readonly epoch: number
  readonly steadyNow: () => number
}

/** Name of the signal that items of an instance were stored, or that what it should do was changed. */
export const connectorsChanged = 'connectors'
