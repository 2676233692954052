import type { Readable } from 'node:stream'
import type { ByteRange } from '../blob-store.ts'

export interface StoredObject {
  readonly key: string
  /** Size in bytes. */
  readonly size: number
  /** Changes with every write. */
  readonly etag: string
}

/**
 * The operations used on a bucket. Every call has a time limit; it rejects with `BUS_STORE_UNAVAILABLE`, or
 * with the reason of its signal. Keys are without the engine's prefix.
 */
export interface Bucket {
  /** Size of an object in bytes; undefined if there is none. */
  size(key: string): Promise<number | undefined>
  /** Rejects with `BUS_NOT_FOUND`. The stream fails with `BUS_STORE_UNAVAILABLE` if no bytes arrive for too long. */
  open(key: string, range?: ByteRange): Promise<Readable>
  /** Returns the etag. With a digest (hex), the service rejects bytes that do not match it. */
  put(
    key: string,
    bytes: Buffer,
    options?: { readonly sha256?: string; readonly signal?: AbortSignal }
  ): Promise<string>
  /** Harmless if there are none. */
  remove(keys: readonly string[]): Promise<void>
  /** In the order of their keys. */
  list(prefix: string): AsyncIterable<StoredObject>
  /** The distinct texts between the prefix and the next `/`. */
  folders(prefix: string): AsyncIterable<string>
  /** Starts an object in parts; it is visible only when complete. */
  beginUpload(key: string): Promise<PartsUpload>
  /** Aborts uploads in parts that were started before an instant (milliseconds since the epoch) and not completed. */
  forgetUploads(before: number): Promise<void>
  close(): void
}

/**
 * Parts are numbered in the order of the calls, several of which may be in progress. All parts but the last
 * have at least 5 MiB.
 */
export interface PartsUpload {
  add(bytes: Buffer, signal: AbortSignal): Promise<void>
  addCopy(key: string): Promise<void>
  complete(): Promise<void>
  /** Aborts the upload. Ignores failures, since `forgetUploads` aborts it later. */
  abort(): Promise<void>
}
