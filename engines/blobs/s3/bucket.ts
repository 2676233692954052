import type { Readable } from 'node:stream'
import type { ByteRange } from '../blob-store.ts'

export interface StoredObject {
  readonly key: string
  /** Bytes. */
  readonly size: number
  /** Another after every write. */
  readonly etag: string
}

/**
 * The few things asked of a bucket. Every call ends within the engine's time
 * limit and rejects with `BUS_STORE_UNAVAILABLE`, or with the reason of its
 * signal. Keys are without the engine's prefix.
 */
export interface Bucket {
  /** Bytes of an object; undefined where there is none. */
  size(key: string): Promise<number | undefined>
  /** Rejects with `BUS_NOT_FOUND`; the stream fails with `BUS_STORE_UNAVAILABLE` where it stands still. */
  open(key: string, range?: ByteRange): Promise<Readable>
  /** Gives its etag. With a digest (hex) the service compares it with what came, and refuses anything else. */
  put(
    key: string,
    bytes: Buffer,
    options?: { readonly sha256?: string; readonly signal?: AbortSignal }
  ): Promise<string>
  /** Harmless where there are none. */
  remove(keys: readonly string[]): Promise<void>
  /** By key, in order. */
  list(prefix: string): AsyncIterable<StoredObject>
  /** What stands between the prefix and the next `/`, once each. */
  folders(prefix: string): AsyncIterable<string>
  /** An object in parts; nobody sees it before it is complete. */
  beginUpload(key: string): Promise<PartsUpload>
  /** Forgets uploads in parts that were begun before then (milliseconds since the epoch) and not completed. */
  forgetUploads(before: number): Promise<void>
  close(): void
}

/** Parts count in the order of the calls, of which several may be under way; all but the last have 5 MiB at least. */
export interface PartsUpload {
  add(bytes: Buffer, signal: AbortSignal): Promise<void>
  addCopy(key: string): Promise<void>
  complete(): Promise<void>
  /** Forgets it; failures are kept quiet, since `forgetUploads` comes round. */
  abort(): Promise<void>
}
