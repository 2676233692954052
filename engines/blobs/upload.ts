import type { Hash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { BusError } from '#protocol/errors/bus-error.ts'

/** The stream; fails with the signal's reason when that aborts. */
export async function* abortable(bytes: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stop = (): void => {
    bytes.destroy(signal.reason instanceof Error ? signal.reason : undefined)
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    signal.throwIfAborted()
    yield* bytes as AsyncIterable<Uint8Array>
    signal.throwIfAborted()
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

export interface Announced {
  /** Number of bytes. */
  readonly size: number
  readonly signal: AbortSignal
  /** Receives all bytes. */
  readonly hash: Hash
}

/** The stream, checked against what was announced; stops as soon as it is longer. */
export async function* announced(
  bytes: Readable,
  { size, signal, hash }: Announced
): AsyncGenerator<Uint8Array> {
  let got = 0
  for await (const chunk of abortable(bytes, signal)) {
    got += chunk.length
    if (got > size) sizeDiffers(size, got)
    hash.update(chunk)
    yield chunk
  }
  if (got !== size) sizeDiffers(size, got)
}

/** Throws if the digest is not the expected one. */
export function checkDigest(hash: Hash, expected: string): void {
  const got = hash.digest('hex')
  if (got !== expected) digestDiffers(expected, got)
}

/** Turns a failure of the disk or the service into the store's error. */
export function unavailable(cause: unknown): never {
  throw new BusError('BUS_STORE_UNAVAILABLE', 'attachment-not-stored', { cause, waitMs: 2000 })
}

export function sizeDiffers(expected: number, got: number): never {
  throw new BusError('BUS_ATTACHMENT_INVALID', 'attachment-size-not-announced', { values: { expected, got } })
}

export function digestDiffers(expected: string, got: string): never {
  throw new BusError('BUS_ATTACHMENT_INVALID', 'attachment-digest-differs', { values: { expected, got } })
}

const digestGrammar = /^[0-9a-f]{64}$/
const nameGrammar = /^[A-Za-z0-9][A-Za-z0-9.-]{0,127}$/

export function isDigest(text: string): boolean {
  return digestGrammar.test(text)
}

/** The path of a blob. Its first two digits are a folder, so that no folder grows too large. */
export function placeOf(sha256: string): string {
  if (!isDigest(sha256)) throw new TypeError('a blob is named by 64 lower-case hex digits')
  return `${sha256.slice(0, 2)}/${sha256}`
}

export function checkUnfinishedName(name: string): void {
  if (!nameGrammar.test(name)) throw new TypeError('an unfinished blob is named by letters, digits, . and -')
}
