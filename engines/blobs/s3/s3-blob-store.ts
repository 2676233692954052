import { createHash } from 'node:crypto'
import { reachFailpoint } from '../../telemetry/failpoints.ts'
import type { BlobStore } from '../blob-store.ts'
import { announced, checkDigest, isDigest, placeOf } from '../upload.ts'
import type { Bucket } from './bucket.ts'
import { completeAs } from './complete-as.ts'
import { inParts } from './in-parts.ts'
import { openBucket } from './open-bucket.ts'
import type { S3Config } from './s3-config.ts'
import { createS3UnfinishedBlobs } from './unfinished-blobs.ts'

export interface S3BlobStoreOptions {
  readonly config: S3Config
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export interface S3BlobStore extends BlobStore {
  /** Closes the connections. */
  close(): void
}

/** S3 requires at least 5 MiB; each upload in progress has two parts in memory. */
const partBytes = 8_388_608
/** After a day, an upload in parts that another process started is no longer in progress. */
const abandonedAfterMs = 86_400_000

/**
 * Opens a bucket as a blob store for any number of processes. Blobs are at `<first two digits>/<sha256>`
 * and visible only when they are complete and match their digest. Rejects with `BUS_STORE_UNAVAILABLE` or
 * `BUS_CONFIG_INVALID`.
 */
export async function openS3BlobStore({ config, now }: S3BlobStoreOptions): Promise<S3BlobStore> {
  const bucket = await openBucket(config)
  await bucket.forgetUploads(now() - abandonedAfterMs)

  const put: BlobStore['put'] = async (sha256, size, bytes, signal) => {
    const key = placeOf(sha256)
    const hash = createHash('sha256')
    const parts = inParts(announced(bytes, { size, signal, hash }), Math.min(size, partBytes))
    if (size > partBytes) {
      await completeAs(bucket, { key, size }, async (upload) => {
        let sending = Promise.resolve()
        try {
          for await (const part of parts) {
            await sending
            reachFailpoint('blobs.in-upload')
            sending = upload.add(part, signal)
            sending.catch(() => {}) // Awaited before the next part or after the last.
          }
          checkDigest(hash, sha256)
        } finally {
          await sending
        }
      })
      return
    }
    let whole: Buffer = Buffer.alloc(0)
    for await (const part of parts) whole = part
    checkDigest(hash, sha256)
    await bucket.put(key, whole, { sha256, signal })
  }

  return {
    unfinished: createS3UnfinishedBlobs({ bucket, partBytes, put }),
    put,
    size: async (sha256) => bucket.size(placeOf(sha256)),
    open: async (sha256, range) => bucket.open(placeOf(sha256), range),
    remove: async (sha256) => bucket.remove([placeOf(sha256)]),
    free: async () => undefined,
    list: () => digestsIn(bucket),
    close: () => bucket.close()
  }
}

async function* digestsIn(bucket: Bucket): AsyncGenerator<string> {
  for await (const { key } of bucket.list('')) {
    const digest = key.slice(3)
    if (isDigest(digest) && key === placeOf(digest)) yield digest
  }
}
