import { unavailable } from '../upload.ts'
import type { Bucket, PartsUpload } from './bucket.ts'

/**
 * Creates an object from the parts that `fill` adds. If `fill` throws, nothing of it is left. Resolves only
 * when the service says that the object has the size.
 */
export async function completeAs(
  bucket: Bucket,
  { key, size }: { readonly key: string; readonly size: number },
  fill: (upload: PartsUpload) => Promise<void>
): Promise<void> {
  const upload = await bucket.beginUpload(key)
  try {
    await fill(upload)
    await upload.complete().catch(async (error: unknown) => {
      if ((await bucket.size(key)) !== size) throw error // The object may be complete although the answer was lost.
    })
    const found = await bucket.size(key)
    if (found !== size) unavailable(new TypeError(`${size} bytes were sent, ${found} are there`))
  } catch (error) {
    await upload.abort()
    throw error
  }
}
