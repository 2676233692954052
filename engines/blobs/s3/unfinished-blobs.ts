import { createHash, type Hash } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import { reachFailpoint } from '../../telemetry/failpoints.ts'
import type { UnfinishedBlobs } from '../blob-store.ts'
import { abortable, checkUnfinishedName, digestDiffers, placeOf, sizeDiffers } from '../upload.ts'
import type { Bucket } from './bucket.ts'
import { completeAs } from './complete-as.ts'
import { inParts } from './in-parts.ts'

export interface S3UnfinishedBlobsOptions {
  readonly bucket: Bucket
  /** Length of every part but the last. */
  readonly partBytes: number
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
 * An unfinished upload is a row of objects `unfinished/<name>/<offset>`. All but the last have the size
 * that S3 requires of a part, so that `finish` can have the service assemble them. A short last one is
 * replaced by a longer one at the next append.
 */
export function createS3UnfinishedBlobs({ bucket, partBytes }: S3UnfinishedBlobsOptions): UnfinishedBlobs {
  /** The digest of what this process has written from the first byte on, and the etags of those parts. */
  const running = new Map<string, { readonly hash: Hash; readonly etags: Map<number, string> }>()

  const keyOf = (name: string, offset: number): string =>
    `${folder}${name}/${String(offset).padStart(offsetDigits, '0')}`

  /** The parts that follow each other from the first byte on, and strays left by an interrupted removal. */
  const partsOf = async (name: string): Promise<{ parts: Part[]; stray: string[] }> => {
    checkUnfinishedName(name)
    const parts: Part[] = []
    const stray: string[] = []
    for await (const { key, size, etag } of bucket.list(`${folder}${name}/`)) {
      const offset = endOf(parts)
      if (key === keyOf(name, offset)) parts.push({ key, offset, size, etag })
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

  const digestOf = async (name: string, parts: readonly Part[]): Promise<string> => {
    const known = running.get(name)
    if (known && isOf(known.etags, parts)) return known.hash.copy().digest('hex')
    const hash = createHash('sha256')
    for (const part of parts) {
      for await (const chunk of await bucket.open(part.key)) hash.update(chunk as Uint8Array)
    }
    return hash.digest('hex')
  }

  return {
    discard,

    async length(name) {
      const { parts } = await partsOf(name)
      return parts.length === 0 ? undefined : endOf(parts)
    },

    async begin(name) {
      await discard(name)
      const etag = await bucket.put(keyOf(name, 0), Buffer.alloc(0))
      running.set(name, { hash: createHash('sha256'), etags: new Map([[0, etag]]) })
    },

    async append(name, bytes, { limit, signal }) {
      const { parts, stray } = await partsOf(name)
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
            const etag = await bucket.put(keyOf(name, offset), part)
            digest?.etags.set(offset, etag)
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
      const key = placeOf(sha256)
      const { parts } = await partsOf(name)
      const [first] = parts
      if (!first) throw new BusError('BUS_NOT_FOUND', 'not-found')
      const got = await digestOf(name, parts)
      if (got !== sha256) {
        await discard(name)
        digestDiffers(sha256, got)
      }
      if (parts.length === 1) await bucket.put(key, await read(first), { sha256 })
      else {
        await completeAs(bucket, { key, size: endOf(parts) }, async (upload) => {
          for (let from = 0; from < parts.length; from += copiedAtOnce) {
            const some = parts.slice(from, from + copiedAtOnce)
            await Promise.all(some.map((part) => upload.addCopy(part.key)))
          }
        })
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
function isOf(etags: ReadonlyMap<number, string>, parts: readonly Part[]): boolean {
  return etags.size === parts.length && parts.every(({ offset, etag }) => etags.get(offset) === etag)
}
