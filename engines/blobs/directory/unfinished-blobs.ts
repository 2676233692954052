import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { reachFailpoint } from '../../telemetry/failpoints.ts'
import type { UnfinishedBlobs } from '../blob-store.ts'
import { abortable, checkUnfinishedName, digestDiffers, sizeDiffers, unavailable } from '../upload.ts'
import { flushFolder, isMissing, moveInto, writeWhole } from './write-upload.ts'

export interface UnfinishedBlobsOptions {
  /** Each upload is a file here, under its name. */
  readonly folder: string
  /** The path of the blob of a digest. */
  readonly pathOf: (sha256: string) => string
}

export function createUnfinishedBlobs({ folder, pathOf }: UnfinishedBlobsOptions): UnfinishedBlobs {
  /** Digests of what this process has written from the first byte on. After a restart the file is read again. */
  const running = new Map<string, { readonly hash: Hash; length: number }>()

  const fileOf = (name: string): string => {
    checkUnfinishedName(name)
    return join(folder, name)
  }

  const length = async (name: string): Promise<number | undefined> => {
    try {
      return (await stat(fileOf(name))).size
    } catch (error) {
      return isMissing(error) ? undefined : unavailable(error)
    }
  }

  const discard = async (name: string): Promise<void> => {
    running.delete(name)
    await rm(fileOf(name), { force: true }).catch(unavailable)
  }

  const digestOf = async (name: string): Promise<string> => {
    const known = running.get(name)
    if (known && known.length === (await length(name))) return known.hash.digest('hex')
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(fileOf(name))) hash.update(chunk as Uint8Array)
    return hash.digest('hex')
  }

  return {
    length,
    discard,

    async begin(name) {
      const file = await open(fileOf(name), 'w', 0o600).catch(unavailable)
      await file.close().catch(unavailable)
      await flushFolder(folder).catch(unavailable)
      running.set(name, { hash: createHash('sha256'), length: 0 })
    },

    async append(name, bytes, { limit, signal }) {
      const file = await open(fileOf(name), 'a').catch(unavailable)
      try {
        let written = (await file.stat().catch(unavailable)).size
        const digest = running.get(name)
        try {
          for await (const chunk of abortable(bytes, signal)) {
            if (written + chunk.length > limit) sizeDiffers(limit, written + chunk.length)
            await writeWhole(file, chunk)
            if (digest?.length === written) {
              digest.hash.update(chunk)
              digest.length += chunk.length
            }
            written += chunk.length
            reachFailpoint('blobs.in-upload')
          }
        } finally {
          await file.datasync().catch(async (cause: unknown) => {
            await discard(name) // What is on disk is unknown.
            unavailable(cause)
          })
        }
        return written
      } finally {
        await file.close().catch(unavailable)
      }
    },

    async finish(name, sha256) {
      const got = await digestOf(name)
      running.delete(name)
      if (got !== sha256) {
        await discard(name)
        digestDiffers(sha256, got)
      }
      await moveInto(fileOf(name), pathOf(sha256)).catch(unavailable)
    },

    async *list() {
      for (const name of await readdir(folder).catch(unavailable)) yield name
    }
  }
}
