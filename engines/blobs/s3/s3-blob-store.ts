import { createHash, type Hash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { reachFailpoint } from '../../telemetry/failpoints.ts'
import type { BlobStore } from '../blob-store.ts'
import { abortable, digestDiffers, isDigest, placeOf, sizeDiffers } from '../upload.ts'
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
  /** Lets its connections go. */
  close(): void
}

/** At least 5 MiB, which S3 asks of a part; two of them are held for each upload under way. */
const partBytes = 8_388_608
/** An upload in parts that another process began may still be going on; after a day it is not. */
const abandonedAfterMs = 86_400_000

/**
 * Opens a bucket as a blob store, for any number of processes. Blobs are at
 * `<first two digits>/<sha256>` and are seen only once they are whole and their
 * digest is right. Rejects with `BUS_STORE_UNAVAILABLE` or `BUS_CONFIG_INVALID`.
 */
export async function openS3BlobStore({ config, now }: S3BlobStoreOptions): Promise<S3BlobStore> {
  const bucket = await openBucket(config)
  await bucket.forgetUploads(now() - abandonedAfterMs)

  return {
    unfinished: createS3UnfinishedBlobs({ bucket, partBytes }),

    async put(sha256, size, bytes, signal) {
      const key = placeOf(sha256)
      const hash = createHash('sha256')
      const parts = inParts(announced(bytes, { size, signal, hash }), Math.min(size, partBytes))
      const check = (): void => {
        const got = hash.digest('hex')
        if (got !== sha256) digestDiffers(sha256, got)
      }
      if (size > partBytes) {
        await completeAs(bucket, { key, size }, async (upload) => {
          let sending = Promise.resolve()
          try {
            for await (const part of parts) {
              await sending
              reachFailpoint('blobs.in-upload')
              sending = upload.add(part, signal)
              sending.catch(() => {}) // Awaited before the next part, or after the last.
            }
            check()
          } finally {
            await sending
          }
        })
        return
      }
      let whole: Buffer = Buffer.alloc(0)
      for await (const part of parts) whole = part
      check()
      await bucket.put(key, whole, { sha256, signal })
    },

    size: async (sha256) => bucket.size(placeOf(sha256)),
    open: async (sha256, range) => bucket.open(placeOf(sha256), range),
    remove: async (sha256) => bucket.remove([placeOf(sha256)]),
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

interface Announced {
  readonly size: number
  readonly signal: AbortSignal
  readonly hash: Hash
}

/** The stream as it was announced; cut off as soon as it is longer. */
async function* announced(bytes: Readable, { size, signal, hash }: Announced): AsyncGenerator<Uint8Array> {
  let got = 0
  for await (const chunk of abortable(bytes, signal)) {
    got += chunk.length
    if (got > size) sizeDiffers(size, got)
    hash.update(chunk)
    yield chunk
  }
  if (got !== size) sizeDiffers(size, got)
}
