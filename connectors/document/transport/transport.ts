import type { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo, Delivered, LookedUp } from '../../connector.ts'

/** How packages come from the document system and go to it: through folders, over SFTP or over the axis. */
export interface Transport {
  /** The first package, in their order, that is complete and not taken yet; undefined if there is none. */
  next(isTaken: (reference: string) => boolean, signal: AbortSignal): Promise<WaitingPackage | undefined>
  /** Tells the document system that a package was published. Harmless if it was told before. */
  sent(reference: string, signal: AbortSignal): Promise<void>
  /** Tells it that a package cannot be used, and why. */
  refused(reference: string, reason: string, signal: AbortSignal): Promise<void>
  /**
   * Gives a complete package, which the document system sees once for the same event. Rejects if the signal aborts;
   * then nothing of it can be seen.
   */
  put(given: PackageToPut, signal: AbortSignal): Promise<Delivered | undefined>
  /**
   * Asks whether a package is there already. Without it, giving one again changes nothing. `hasTwin` says whether
   * another package of the same sender and number may be there.
   */
  readonly lookUp?: (given: PackageToPut, hasTwin: HasTwin, io: ConnectorIo) => Promise<LookedUp>
  /** Rejects with what is wrong outside. */
  check(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

export interface WaitingPackage {
  /** Names this version of the package: a later one of the same name has another reference. */
  readonly reference: string
  readonly bytes: Buffer
  /** Set if it can be no package; then it has no bytes. */
  readonly fault?: BusError
}

export interface PackageToPut {
  /** The same for the same event. */
  readonly name: string
  /** OrganId of the sender. */
  readonly from: string
  readonly isStatus: boolean
  /** When the bus recorded its event, in milliseconds since the epoch. */
  readonly recordedAt: number
  /** Number and notation of the document, as they are printed: `15/SMA-VP`. */
  readonly notation: string
  /** The text of the package; may be read more than once. */
  readonly open: () => AsyncIterable<string>
}

/** `since`: milliseconds since the epoch; what a person ended before is known not to be meant. */
export type HasTwin = (since: number) => Promise<boolean>

/** Reports what is not read and stays where it is, and why. */
export type TellLeft = (name: string, reason: string) => void
