import type { S3Client } from '@aws-sdk/client-s3'
import type { PartsUpload } from './bucket.ts'
import type { Run, Sdk } from './s3-client.ts'

export interface PartsUploadOptions {
  readonly sdk: Sdk
  readonly client: S3Client
  readonly run: Run
  readonly Bucket: string
  readonly prefix: string
  readonly timeoutMs: number
}

/** Multiplies the time limit: the service assembles the parts before it answers. */
const completesWithin = 10

export async function createPartsUpload(options: PartsUploadOptions, key: string): Promise<PartsUpload> {
  const { sdk, client, run, Bucket, prefix, timeoutMs } = options
  const Key = prefix + key
  const { UploadId } = await run((abortSignal) =>
    client.send(new sdk.CreateMultipartUploadCommand({ Bucket, Key }), { abortSignal })
  )
  const etags: string[] = []
  let count = 0

  return {
    async add(bytes, signal) {
      const PartNumber = ++count
      const command = new sdk.UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: bytes })
      const { ETag = '' } = await run((abortSignal) => client.send(command, { abortSignal }), { signal })
      etags[PartNumber - 1] = ETag
    },

    async addCopy(from) {
      const PartNumber = ++count
      const CopySource = `${Bucket}/${prefix}${from}`
      const command = new sdk.UploadPartCopyCommand({ Bucket, Key, UploadId, PartNumber, CopySource })
      const { CopyPartResult } = await run((abortSignal) => client.send(command, { abortSignal }))
      etags[PartNumber - 1] = CopyPartResult?.ETag ?? ''
    },

    async complete() {
      const Parts = etags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }))
      const command = new sdk.CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts }
      })
      await run((abortSignal) => client.send(command, { abortSignal }), {
        timeoutMs: completesWithin * timeoutMs
      })
    },

    async abort() {
      const command = new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId })
      await run((abortSignal) => client.send(command, { abortSignal })).catch(() => {}) // See the port.
    }
  }
}
