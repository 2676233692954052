import type { Readable } from 'node:stream'

/** Part of a blob, in bytes from 0, both ends included as in HTTP; within the blob's size. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * Bytes by their SHA-256 (64 lower-case hex digits; whoever takes a digest from
 * outside checks its form first, anything else is a `TypeError`). Knows nothing
 * of agencies or events. Engines pass `tests/contracts/blob-store.contract.ts`.
 */
export interface BlobStore {
  /**
   * Takes bytes whole: resolves once they would survive a power cut. Reads all
   * of the stream even where the bytes are already there, so that nobody learns
   * so, but no further than `size`. Rejects with `BUS_ATTACHMENT_INVALID` where
   * size or digest are not as announced, with `BUS_STORE_UNAVAILABLE` where
   * they cannot be stored, with the stream's own error where it breaks off, and
   * with the signal's reason when it aborts. After a rejection nothing of this
   * upload is kept; what was there before under the digest stays. Holds a few
   * chunks in memory, never the whole.
   */
  put(sha256: string, size: number, bytes: Readable, signal: AbortSignal): Promise<void>

  /** How many bytes are stored under a digest; undefined where none are. Rejects with `BUS_STORE_UNAVAILABLE`. */
  size(sha256: string): Promise<number | undefined>

  /**
   * The bytes, or a part of them; rejects with `BUS_NOT_FOUND` where there are
   * none. What was opened can be read to its end, also when it is removed
   * meanwhile. The caller reads it or destroys it.
   */
  open(sha256: string, range?: ByteRange): Promise<Readable>

  /** Takes bytes away; harmless where there are none. */
  remove(sha256: string): Promise<void>

  readonly unfinished: UnfinishedBlobs

  /**
   * Every digest stored, in no order, for the sweep. One that comes or goes
   * meanwhile may be named or not; uploads under way are not.
   */
  list(): AsyncIterable<string>
}

/**
 * Bytes on their way to being a blob, kept across restarts under a name the
 * caller chooses (`[A-Za-z0-9.-]{1,128}`). One writer a name at a time: the
 * caller sees to that. Where the disk refuses, `BUS_STORE_UNAVAILABLE`.
 */
export interface UnfinishedBlobs {
  /** Begins, without bytes; what there was under the name is gone. */
  begin(name: string): Promise<void>
  /** Bytes so far; undefined where none was begun. */
  length(name: string): Promise<number | undefined>
  /**
   * Adds bytes at the end and gives the new length. What came before the stream
   * broke off or the signal aborted stays. Rejects with `BUS_ATTACHMENT_INVALID`
   * where it would become longer than `limit`.
   */
  append(
    name: string,
    bytes: Readable,
    options: { readonly limit: number; readonly signal: AbortSignal }
  ): Promise<number>
  /**
   * Makes it the blob of a digest; resolves once that would survive a power cut.
   * Where the digest is another, rejects with `BUS_ATTACHMENT_INVALID`, and it is gone.
   */
  finish(name: string, sha256: string): Promise<void>
  discard(name: string): Promise<void>
  /** Every name, in no order. */
  list(): AsyncIterable<string>
}
