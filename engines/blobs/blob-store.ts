import type { Readable } from 'node:stream'

/** Part of a blob, in bytes from 0. Both ends are included, as in HTTP, and lie within the blob. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * Stores bytes under their SHA-256: 64 lower-case hex digits. Check the form of a digest that comes from
 * outside first; any other text throws a `TypeError`. Knows nothing of agencies or events. Every engine
 * passes `tests/contracts/blob-store.contract.ts`.
 */
export interface BlobStore {
  /**
   * Stores a blob. Resolves once it would survive a power cut. Reads the whole stream even if the blob is
   * stored already, so that the sender cannot tell, but not beyond `size`. Holds a few chunks in memory,
   * never the whole.
   *
   * Rejects with `BUS_ATTACHMENT_INVALID` if size or digest are not as announced, with
   * `BUS_STORE_UNAVAILABLE` if the bytes cannot be stored, with the stream's own error if it breaks, and
   * with the signal's reason if it aborts. After a rejection nothing of this upload is kept; a blob stored
   * earlier under the digest stays.
   */
  put(sha256: string, size: number, bytes: Readable, signal: AbortSignal): Promise<void>

  /** Number of bytes stored under a digest; undefined if there are none. Rejects with `BUS_STORE_UNAVAILABLE`. */
  size(sha256: string): Promise<number | undefined>

  /**
   * Opens a blob, or a part of it. Rejects with `BUS_NOT_FOUND` if there is none. An opened blob can be
   * read to its end even if it is removed meanwhile. The caller reads the stream to its end or destroys it.
   */
  open(sha256: string, range?: ByteRange): Promise<Readable>

  /** Removes a blob. Harmless if there is none. */
  remove(sha256: string): Promise<void>

  /** Bytes that can still be stored; undefined if that is not known. */
  free(): Promise<number | undefined>

  readonly unfinished: UnfinishedBlobs

  /**
   * Every stored digest, in no order; called by the sweep. A blob that is added or removed meanwhile may be
   * listed or not. Unfinished uploads are not listed.
   */
  list(): AsyncIterable<string>
}

/**
 * Uploads in progress, kept across restarts under a name that the caller chooses (`[A-Za-z0-9.-]{1,128}`).
 * The caller ensures that one process has only one writer of a name at a time. Another process may write
 * under the same name: an upload may fail by that, but what becomes a blob always has its digest. Every
 * method rejects with `BUS_STORE_UNAVAILABLE` if the disk or service fails.
 */
export interface UnfinishedBlobs {
  /** Starts an empty upload; discards what was stored under the name. */
  begin(name: string): Promise<void>
  /** Number of bytes so far; undefined if no upload was started. */
  length(name: string): Promise<number | undefined>
  /**
   * Appends bytes and resolves with the new length. Keeps the bytes that arrived before the stream broke or
   * the signal aborted. Rejects with `BUS_ATTACHMENT_INVALID` if the upload would grow beyond `limit`, and
   * with `BUS_UPLOAD_CONFLICT` if there is no upload, for example since another process discarded it.
   */
  append(
    name: string,
    bytes: Readable,
    options: { readonly limit: number; readonly signal: AbortSignal }
  ): Promise<number>
  /**
   * Turns the upload, to which this process appended last, into the blob of a digest. Resolves once that
   * would survive a power cut. If the digest differs, rejects with `BUS_ATTACHMENT_INVALID` and discards the
   * upload. Rejects with `BUS_UPLOAD_CONFLICT` if another process has begun, continued or discarded it.
   */
  finish(name: string, sha256: string): Promise<void>
  discard(name: string): Promise<void>
  /** Every name, in no order. */
  list(): AsyncIterable<string>
}
