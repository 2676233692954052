import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { EventTypes } from '#bus/registry/event-types.ts'
import type { StoreTransaction } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import type { ConnectorDefinition, ConnectorIo, Session } from '../connector.ts'
import type { Authorization } from './authorization.ts'

/** An instance whose settings were found correct, and what its halves share. */
export interface HostedInstance {
  readonly name: string
  readonly definition: ConnectorDefinition
  readonly settings: unknown
  /** `/agencies/<code>/systems/<name>`; the bus holds its private key. */
  readonly system: string
  readonly agency: string
  /** Instances that share an outside share this: it is the unit of the lease and of "no echo". */
  readonly rateGroup: string
  readonly pace: Pace
  readonly authorization: Authorization
  readonly outside: Outside
  /** What the host lends; `signal` is of one call. */
  readonly io: (signal: AbortSignal) => ConnectorIo
  readonly logger: Logger
  /** Days after which deliveries that have ended are removed. */
  readonly deliveryDays: number
  /** Events recorded before this instant, in milliseconds since the epoch, are not delivered. */
  readonly deliversFrom: number
  /**
   * When a backup was last restored since the instance began, in milliseconds since the epoch; null if none was. What
   * was recorded before may have been delivered after the backup was made.
   */
  readonly restoredAt: number | null
  readonly eventTypes: Pick<EventTypes, 'current'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** To be called after a transaction in which items were stored: they are published soon. */
  readonly itemsStored: () => void
  /** To be called after a transaction in which a report settled a delivery: its line may go on. */
  readonly deliveriesSettled: () => void
  /** Where the host writes that the agency received an event. */
  readonly recipientStatuses: Pick<RecipientStatuses, 'markDelivered'>
}

/**
 * Called in every transaction that writes for an instance. Throws `BUS_CONTROL_STALE` if this process runs it no
 * longer: another one has its lease, or it has another name or rate group now.
 */
export type InstanceGuard = (
  transaction: StoreTransaction,
  instance: Pick<HostedInstance, 'name' | 'rateGroup'>
) => Promise<void>

export interface Pace {
  /** Interval of polling, in milliseconds. */
  readonly everyMs: number
  /** Deliveries per second; undefined: no limit. */
  readonly ratePerSecond: number | undefined
  /** Lines that deliver at the same time. */
  readonly maxInFlight: number
}

/** The instance's connection to its outside, with its breaker. One session serves both halves. */
export interface Outside {
  /**
   * Runs work with the session; connects first where there is none. A failure of the outside closes the
   * session if its connection broke, and counts for the breaker. While the breaker is open it rejects with
   * `BUS_PEER_UNREACHABLE` and calls nothing.
   */
  use<T>(work: (session: Session) => Promise<T>): Promise<T>
  /** When it may be tried again, on the steady clock in milliseconds; undefined while it is not failing. */
  retryAt(): number | undefined
  close(): Promise<void>
}

/** What a failure of the outside means: see `failureOf`. */
export type Failure =
  /** No connection, no answer, no DNS, no TLS: not counted as an attempt. */
  | 'unreachable'
  /** Tried again by the schedule. */
  | 'later'
  /** The kind declares it refused. */
  | 'never'
  /** The outside does not take the credentials. */
  | 'credentials'
