import { createHash } from 'node:crypto'
import type { BlobStore } from '#engines/blobs/blob-store.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'

export interface CopiedAttachments {
  readonly count: number
  readonly bytes: number
  /** All attachments in the target. */
  readonly digests: ReadonlySet<string>
}

const atOnce = 8

/**
 * Copies every missing blob. Both engines accept bytes only under their own digest; blobs already in the
 * target are read to check them.
 */
export async function copyAttachments(from: BlobStore, to: BlobStore): Promise<CopiedAttachments> {
  const stop = new AbortController()
  const digests = new Set<string>()
  let bytes = 0
  const copy = async (sha256: string): Promise<void> => {
    const size = (await from.size(sha256)) ?? 0
    if (!(await isWhole(to, sha256, size))) {
      await to.put(sha256, size, await from.open(sha256), stop.signal)
      reachFailpoint('migrate.attachment')
    }
    digests.add(sha256)
    bytes += size
  }
  const all = from.list()[Symbol.asyncIterator]()
  const lane = async (): Promise<void> => {
    for (let next = await all.next(); !next.done; next = await all.next()) {
      if (stop.signal.aborted) return
      await copy(next.value)
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, lane))
  } finally {
    stop.abort()
  }
  return { count: digests.size, bytes, digests }
}

/** The first blob in `store` that is not in `known`, if any. */
export async function firstStrange(store: BlobStore, known: BlobStore): Promise<string | undefined> {
  for await (const sha256 of store.list()) if ((await known.size(sha256)) === undefined) return sha256
  return undefined
}

async function isWhole(store: BlobStore, sha256: string, size: number): Promise<boolean> {
  if ((await store.size(sha256)) !== size) return false
  const hash = createHash('sha256')
  for await (const chunk of await store.open(sha256)) hash.update(chunk as Uint8Array)
  return hash.digest('hex') === sha256
}
