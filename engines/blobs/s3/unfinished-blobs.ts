import { createHash, type Hash, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { BusError } from '#protocol/errors/bus-error.ts'
import { reachFailpoint } from '../../telemetry/failpoints.ts'
import type { BlobStore, UnfinishedBlobs } from '../blob-store.ts'
import { abortable, checkUnfinishedName, digestDiffers, placeOf, sizeDiffers } from '../upload.ts'
import type { Bucket } from './bucket.ts'
import { completeAs } from './complete-as.ts'
import { inParts } from './in-parts.ts'

export interface S3UnfinishedBlobsOptions {
  readonly bucket: Bucket
  /** Length of every part but the last. */
  readonly partBytes: number
  /** Stores a blob from bytes that are checked while they are sent. */
  readonly put: BlobStore['put']
}

interface Part {
  readonly key: string
  readonly offset: number
  readonly size: number
  readonly etag: string
}

const folder = 'unfinished/'
const offsetDigits = 13
const copiedAtOnce = 8

/**
 * An unfinished upload is a row of objects `unfinished/<name>/<offset>~<writer>`. All but the last have the
 * size that S3 requires of a part, so that `finish` can have the service assemble them. A short last one is
 * replaced by a longer one at the next append.
 *
 * A process writes only objects with its own writer id. So the digest that a process computes while it writes
 * is that of its objects, also while the service assembles them. An upload that has objects of another process
 * is read, checked and sent again, since that process may still replace them, even by bytes of the same etag.
 */
export function createS3UnfinishedBlobs({
  bucket,
  partBytes,
  put
}: S3UnfinishedBlobsOptions): UnfinishedBlobs {
  const writer = randomUUID()
  /** The digest of what this process has written from the first byte on, and the etags of those objects. */
  const running = new Map<string, { readonly hash: Hash; readonly etags: Map<string, string> }>()

  const keyOf = (name: string, offset: number): string =>
    `${folder}${name}/${String(offset).padStart(offsetDigits, '0')}~${writer}`

  /**
   * The parts that follow each other from the first byte on; of two at one offset the longer, or ours. Strays
   * are left by an interrupted removal or replacement.
   */
  const partsOf = async (name: string): Promise<{ parts: Part[]; stray: string[] }> => {
    checkUnfinishedName(name)
    const under = `${folder}${name}/`
    const parts: Part[] = []
    const stray: string[] = []
    for await (const { key, size, etag } of bucket.list(under)) {
      const offset = Number(key.slice(under.length, under.length + offsetDigits))
      const last = parts.at(-1)
      if (last?.offset === offset) {
        const isBetter = size > last.size || (size === last.size && key === keyOf(name, offset))
        stray.push(isBetter ? last.key : key)
        if (isBetter) parts[parts.length - 1] = { key, offset, size, etag }
      } else if (offset === endOf(parts)) parts.push({ key, offset, size, etag })
      else stray.push(key)
    }
    return { parts, stray }
  }

  const discard = async (name: string): Promise<void> => {
    running.delete(name)
    const { parts, stray } = await partsOf(name)
    await bucket.remove([...stray, ...parts.map(({ key }) => key)])
  }

  const read = async (part: Part): Promise<Buffer> =>
    Buffer.concat((await (await bucket.open(part.key)).toArray()) as Uint8Array[])

  /** The digest, if this process has written all of the parts. */
  const knownDigest = (name: string, parts: readonly Part[]): string | undefined => {
    const known = running.get(name)
    return known && isOf(known.etags, parts) ? known.hash.copy().digest('hex') : undefined
  }

  const assemble = async (parts: readonly Part[], sha256: string): Promise<void> => {
    const key = placeOf(sha256)
    const [first, second] = parts
    if (first && !second) {
      await bucket.put(key, await read(first), { sha256 })
      return
    }
    await completeAs(bucket, { key, size: endOf(parts) }, async (upload) => {
      for (let from = 0; from < parts.length; from += copiedAtOnce) {
        const some = parts.slice(from, from + copiedAtOnce)
        await Promise.all(some.map((part) => upload.addCopy(part.key)))
      }
    })
  }

  const bytesOf = async function* (parts: readonly Part[]): AsyncGenerator<Uint8Array> {
    for (const part of parts) yield* (await bucket.open(part.key)) as AsyncIterable<Uint8Array>
  }

  return {
    discard,

    async length(name) {
      const { parts } = await partsOf(name)
      return parts.length === 0 ? undefined : endOf(parts)
    },

    async begin(name) {
      await discard(name)
      const key = keyOf(name, 0)
      const etag = await bucket.put(key, Buffer.alloc(0))
      running.set(name, { hash: createHash('sha256'), etags: new Map([[key, etag]]) })
    },

    async append(name, bytes, { limit, signal }) {
      const { parts, stray } = await partsOf(name)
      if (parts.length === 0) throw new BusError('BUS_UPLOAD_CONFLICT', 'upload-superseded')
      await bucket.remove(stray)
      const known = running.get(name)
      const digest = known && isOf(known.etags, parts) ? known : undefined
      if (!digest) running.delete(name)

      const last = parts.at(-1)
      const short = last && last.size < partBytes ? last : undefined
      let offset = short ? short.offset : endOf(parts)
      let length = endOf(parts)
      let brokeOff: { readonly error: unknown } | undefined

      const wholePrefix = async function* (): AsyncGenerator<Uint8Array> {
        if (short) yield await read(short)
        try {
          for await (const chunk of abortable(bytes, signal)) {
            if (length + chunk.length > limit) sizeDiffers(limit, length + chunk.length)
            length += chunk.length
            digest?.hash.update(chunk)
            yield chunk
          }
        } catch (error) {
          brokeOff = { error } // The bytes before it are still to be stored.
        }
      }
      try {
        for await (const part of inParts(wholePrefix(), Math.min(partBytes, Math.max(limit - offset, 1)))) {
          if (offset + part.length > endOf(parts)) {
            const key = keyOf(name, offset)
            const etag = await bucket.put(key, part)
            digest?.etags.set(key, etag)
          }
          offset += part.length
          reachFailpoint('blobs.in-upload')
        }
      } catch (error) {
        running.delete(name) // The digest may cover more than what is stored.
        throw error
      }
      if (brokeOff) throw brokeOff.error
      return length
    },

    async finish(name, sha256) {
      const { parts } = await partsOf(name)
      if (parts.length === 0) throw new BusError('BUS_UPLOAD_CONFLICT', 'upload-superseded')
      const known = knownDigest(name, parts)
      try {
        if (known === sha256) await assemble(parts, sha256)
        else if (known !== undefined) digestDiffers(sha256, known)
        else await put(sha256, endOf(parts), Readable.from(bytesOf(parts)), new AbortController().signal)
      } catch (error) {
        if (error instanceof BusError && error.code === 'BUS_ATTACHMENT_INVALID') await discard(name)
        throw error
      }
      await discard(name)
    },

    list: () => bucket.folders(folder)
  }
}

function endOf(parts: readonly Part[]): number {
  const last = parts.at(-1)
  return last ? last.offset + last.size : 0
}

/** Whether the stored parts are exactly those that were written. */
function isOf(etags: ReadonlyMap<string, string>, parts: readonly Part[]): boolean {
  return etags.size === parts.length && parts.every(({ key, etag }) => etags.get(key) === etag)
}
