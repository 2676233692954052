import type { ArchivedEvent } from '#bus/archive/archived-event.ts'
import type { ListedAttachment } from '#bus/attachments/listed-attachment.ts'
import type { Grant } from '#bus/policy/visibility.ts'
import type { StoreTransaction } from '#engines/store/store.ts'

/** An archived event as passed to the views, with the agencies that may see it. */
export interface ProjectedEvent extends ArchivedEvent {
  readonly grants: readonly Grant[]
  /** From when on it is not delivered any more, in milliseconds since the epoch. */
  readonly expiresAt: number | undefined
  readonly attachments: readonly ListedAttachment[]
}

/** Adds events to the archive and to what is made of it; returns what is to be signalled of new inbox entries. */
export type AddEvents = (events: readonly ProjectedEvent[]) => Promise<ReadonlySet<string>>

/** Reads, in the transaction that then adds them or some of them, what adding events needs. */
export type BeginAdding = (
  transaction: StoreTransaction,
  events: readonly Pick<ProjectedEvent, 'grants'>[]
) => Promise<AddEvents>
