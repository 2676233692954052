import { randomUUID } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Bucket } from './bucket.ts'
import { openBucket } from './open-bucket.ts'
import type { S3Config } from './s3-config.ts'

/**
 * What would keep the bus from storing attachments in this bucket, each with how to fix it; empty if
 * nothing would. Leaves nothing behind.
 */
export async function bucketProblems(config: S3Config): Promise<readonly string[]> {
  let bucket: Bucket
  try {
    bucket = await openBucket(config)
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
  try {
    return await tried(bucket)
  } finally {
    bucket.close()
  }
}

async function tried(bucket: Bucket): Promise<readonly string[]> {
  const key = `doctor-${randomUUID()}`
  const bytes = Buffer.from('lienthong doctor')
  let step = 'write'
  try {
    await bucket.put(key, bytes)
    step = 'read'
    const read = await buffer(await bucket.open(key))
    if (!read.equals(bytes))
      return ['the bucket returned other bytes than were written: this S3 service cannot be used']
    step = 'list'
    const found = await Array.fromAsync(bucket.list(key))
    if (found.length !== 1)
      return ['the bucket does not list an object that was just written: this S3 service cannot be used']
    step = 'delete'
    await bucket.remove([key])
    return []
  } catch (error) {
    const cause = error instanceof BusError ? error.cause : error
    const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    return [
      `the access key cannot ${step} in the bucket (${message}): give it the rights to list, read, write and delete`
    ]
  }
}
