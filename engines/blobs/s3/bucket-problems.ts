import { randomUUID } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Language } from '#protocol/errors/faults.ts'
import type { Bucket } from './bucket.ts'
import { openBucket } from './open-bucket.ts'
import type { S3Config } from './s3-config.ts'

/**
 * What would keep the bus from storing attachments in this bucket, each with how to fix it; empty if
 * nothing would. Leaves nothing behind.
 */
export async function bucketProblems(config: S3Config, language: Language): Promise<readonly string[]> {
  let bucket: Bucket
  try {
    bucket = await openBucket(config)
  } catch (error) {
    if (error instanceof BusError) return [error.text(language)]
    return [error instanceof Error ? error.message : String(error)]
  }
  try {
    return await tried(bucket, language)
  } finally {
    bucket.close()
  }
}

const steps = {
  write: { vi: 'ghi', en: 'write' },
  read: { vi: 'đọc', en: 'read' },
  list: { vi: 'liệt kê', en: 'list' },
  delete: { vi: 'xóa', en: 'delete' }
} as const

async function tried(bucket: Bucket, language: Language): Promise<readonly string[]> {
  const vi = language === 'vi'
  const key = `doctor-${randomUUID()}`
  const bytes = Buffer.from('lienthong doctor')
  let step: keyof typeof steps = 'write'
  try {
    await bucket.put(key, bytes)
    step = 'read'
    const read = await buffer(await bucket.open(key))
    if (!read.equals(bytes))
      return vi
        ? ['bucket trả về nội dung khác với nội dung đã ghi: không dùng được dịch vụ S3 này']
        : ['the bucket returned other bytes than were written: this S3 service cannot be used']
    step = 'list'
    const found = await Array.fromAsync(bucket.list(key))
    if (found.length !== 1)
      return vi
        ? ['bucket không liệt kê đối tượng vừa ghi: không dùng được dịch vụ S3 này']
        : ['the bucket does not list an object that was just written: this S3 service cannot be used']
    step = 'delete'
    await bucket.remove([key])
    return []
  } catch (error) {
    const cause = error instanceof BusError ? error.cause : error
    const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    return vi
      ? [
          `khóa truy cập không ${steps[step].vi} được trong bucket (${message}): hãy cấp quyền liệt kê, đọc, ghi và xóa`
        ]
      : [
          `the access key cannot ${steps[step].en} in the bucket (${message}): give it the rights to list, read, write and delete`
        ]
  }
}
