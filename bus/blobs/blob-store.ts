import type { Readable } from 'node:stream'

/**
 * Bytes by their SHA-256 (64 lower-case hex digits). Knows nothing of agencies
 * or events. Engines pass `tests/contracts/blob-store.contract.ts`.
 */
export interface BlobStore {
  /**
   * Takes bytes whole: resolves once they would survive a power cut. Reads all
   * of the stream even where the bytes are already there, so that nobody learns
   * so. Rejects with `BUS_ATTACHMENT_INVALID` where size or digest are not as
   * announced and with `BUS_STORE_UNAVAILABLE` where they cannot be stored;
   * then nothing is kept. Rejects with the signal's reason when it aborts.
   */
  put(sha256: string, size: number, bytes: Readable, signal: AbortSignal): Promise<void>

  /** How many bytes are stored under a digest; undefined where none are. */
  size(sha256: string): Promise<number | undefined>

  /** The bytes; reject with `BUS_NOT_FOUND` where there are none. */
  open(sha256: string): Promise<Readable>

  /** Takes bytes away; harmless where there are none. */
  remove(sha256: string): Promise<void>
}
