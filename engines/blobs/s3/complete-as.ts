import { unavailable } from '../upload.ts'
import type { Bucket, PartsUpload } from './bucket.ts'

/**
 * Makes an object of the parts that `fill` adds, once it has added them all; of
 * those of a `fill` that throws nothing is left. Resolves only when the service
 * says that it has an object of that size.
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
      if ((await bucket.size(key)) !== size) throw error // It may be complete though the answer was lost.
    })
    const found = await bucket.size(key)
    if (found !== size) unavailable(new TypeError(`${size} bytes were sent, ${found} are there`))
  } catch (error) {
    await upload.abort()
    throw error
  }
}
