import type { Readable } from 'node:stream'
import { BusError } from '#protocol/errors/bus-error.ts'
import { unavailable } from '../upload.ts'
import type { Bucket, StoredObject } from './bucket.ts'
import { createPartsUpload } from './parts-upload.ts'
import { createClient, createRun } from './s3-client.ts'
import type { S3Config } from './s3-config.ts'
import { watched } from './watched.ts'

const removedAtOnce = 1000

/**
 * Rejects with `BUS_STORE_UNAVAILABLE` if the bucket cannot be used, and with `BUS_CONFIG_INVALID` if the
 * settings are wrong.
 */
export async function openBucket(config: S3Config): Promise<Bucket> {
  const { bucket: Bucket, prefix, timeoutMs } = config
  const sdk = await import('@aws-sdk/client-s3').catch((cause: unknown) => {
    throw new BusError('BUS_CONFIG_INVALID', 's3-client-not-installed', { cause })
  })
  const client = createClient(sdk, config)
  const run = createRun(timeoutMs)

  await client.send(new sdk.HeadBucketCommand({ Bucket }), abortAfter(timeoutMs)).catch((cause: unknown) => {
    client.destroy()
    const values = { bucket: Bucket, endpoint: config.endpoint, problem: problemOf(cause) }
    throw new BusError('BUS_STORE_UNAVAILABLE', 'bucket-not-usable', { cause, waitMs: 2000, values })
  })

  const pages = async function* (Prefix: string, Delimiter?: string) {
    for (let token: string | undefined; ; ) {
      const page = await run((abortSignal) =>
        client.send(new sdk.ListObjectsV2Command({ Bucket, Prefix, Delimiter, ContinuationToken: token }), {
          abortSignal
        })
      )
      yield page
      if (!page.IsTruncated) return
      token = page.NextContinuationToken
    }
  }

  return {
    async size(key) {
      const command = new sdk.HeadObjectCommand({ Bucket, Key: prefix + key })
      try {
        const { ContentLength } = await run((abortSignal) => client.send(command, { abortSignal }))
        return ContentLength
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },

    async open(key, range) {
      const Range = range && `bytes=${range.start}-${range.end}`
      const answered = new AbortController() // The limit is for the start of the answer; its bytes may take longer.
      const timer = setTimeout(() => answered.abort(), timeoutMs)
      try {
        const command = new sdk.GetObjectCommand({ Bucket, Key: prefix + key, Range })
        const { Body } = await client.send(command, { abortSignal: answered.signal })
        return watched(Body as Readable, timeoutMs)
      } catch (error) {
        if (error instanceof sdk.NoSuchKey) throw new BusError('BUS_NOT_FOUND', 'not-found', { cause: error })
        return unavailable(error)
      } finally {
        clearTimeout(timer)
      }
    },

    async put(key, bytes, { sha256, signal } = {}) {
      const ChecksumSHA256 = sha256 && Buffer.from(sha256, 'hex').toString('base64')
      const command = new sdk.PutObjectCommand({ Bucket, Key: prefix + key, Body: bytes, ChecksumSHA256 })
      const { ETag = '' } = await run((abortSignal) => client.send(command, { abortSignal }), { signal })
      return ETag
    },

    async remove(keys) {
      for (let from = 0; from < keys.length; from += removedAtOnce) {
        const Objects = keys.slice(from, from + removedAtOnce).map((key) => ({ Key: prefix + key }))
        const command = new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } })
        const { Errors = [] } = await run((abortSignal) => client.send(command, { abortSignal }))
        if (Errors.length > 0) unavailable(Errors[0])
      }
    },

    async *list(under) {
      for await (const { Contents = [] } of pages(prefix + under)) {
        for (const { Key = '', Size = 0, ETag = '' } of Contents) {
          yield { key: Key.slice(prefix.length), size: Size, etag: ETag } satisfies StoredObject
        }
      }
    },

    async *folders(under) {
      for await (const { CommonPrefixes = [] } of pages(prefix + under, '/')) {
        for (const { Prefix = '' } of CommonPrefixes) yield Prefix.slice(prefix.length + under.length, -1)
      }
    },

    beginUpload: (key) => createPartsUpload({ sdk, client, run, Bucket, prefix, timeoutMs }, key),

    async forgetUploads(before) {
      for (let KeyMarker: string | undefined, UploadIdMarker: string | undefined; ; ) {
        const list = new sdk.ListMultipartUploadsCommand({
          Bucket,
          Prefix: prefix,
          KeyMarker,
          UploadIdMarker
        })
        const page = await run((abortSignal) => client.send(list, { abortSignal }))
        for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
          if (Initiated && Initiated.getTime() >= before) continue
          const abort = new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId })
          await run((abortSignal) => client.send(abort, { abortSignal }))
        }
        if (!page.IsTruncated) return
        KeyMarker = page.NextKeyMarker
        UploadIdMarker = page.NextUploadIdMarker
      }
    },

    close: () => client.destroy()
  }
}

function abortAfter(timeoutMs: number): { readonly abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(timeoutMs) }
}

/** An answer without a body, as to HEAD, has no error code. */
function isMissing(error: unknown): boolean {
  const cause = error instanceof BusError ? error.cause : error
  return statusOf(cause) === 404
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode
}

function problemOf(error: unknown): string {
  const status = statusOf(error)
  const name = error instanceof Error ? error.name : String(error)
  return status === undefined ? name : `${status} ${name}`
}
