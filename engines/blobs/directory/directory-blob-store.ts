import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BusError } from '#protocol/errors/bus-error.ts'
import { reachFailpoint } from '../../telemetry/failpoints.ts'
import type { BlobStore } from '../blob-store.ts'
import { announced, checkDigest, isDigest, placeOf, unavailable } from '../upload.ts'
import { createUnfinishedBlobs } from './unfinished-blobs.ts'
import { flushFolder, isMissing, placeBlob, writeWhole } from './write-upload.ts'

export interface DirectoryBlobStoreOptions {
  /**
   * Blobs are at `<first two digits>/<sha256>`, uploads being written in `incoming`, unfinished uploads
   * that can be continued in `unfinished`.
   */
  readonly folder: string
  /** Whether other processes use the folder too. If not, `lockFolder` keeps it for this process. */
  readonly isShared?: boolean
}

/** A file that another process is still writing was modified within this time. */
const abandonedMs = 86_400_000
const shardName = /^[0-9a-f]{2}$/

/** Opens a folder as a blob store and removes what a dead process left behind. Rejects with `BUS_STORE_UNAVAILABLE`. */
export async function openDirectoryBlobStore({
  folder,
  isShared = false
}: DirectoryBlobStoreOptions): Promise<BlobStore> {
  const incoming = join(folder, 'incoming')
  const unfinished = join(folder, 'unfinished')
  await prepare(folder, incoming, unfinished).catch(unavailable)
  await takeAway(incoming, isShared ? Date.now() - abandonedMs : Number.POSITIVE_INFINITY).catch(unavailable)

  const pathOf = (sha256: string): string => join(folder, placeOf(sha256))

  return {
    unfinished: createUnfinishedBlobs({ folder: unfinished, pathOf }),

    async put(sha256, size, bytes, signal) {
      const path = pathOf(sha256)
      const arriving = join(incoming, randomUUID())
      const hash = createHash('sha256')
      const file = await open(arriving, 'wx', 0o600).catch(unavailable)
      try {
        for await (const chunk of announced(bytes, { size, signal, hash })) {
          await writeWhole(file, chunk)
          reachFailpoint('blobs.in-upload')
        }
        checkDigest(hash, sha256)
        await file.datasync().catch(unavailable)
        await file.close().catch(unavailable)
        await placeBlob(arriving, path).catch(unavailable)
      } finally {
        await file.close().catch(() => {}) // Closed already unless something failed.
        await rm(arriving, { force: true }).catch(() => {}) // What is left is removed at the next start.
      }
    },

    async size(sha256) {
      try {
        return (await stat(pathOf(sha256))).size
      } catch (error) {
        if (isMissing(error)) return undefined
        if (error instanceof TypeError) throw error
        return unavailable(error)
      }
    },

    async open(sha256, range) {
      const file = await open(pathOf(sha256)).catch((error: unknown) => {
        if (isMissing(error)) throw new BusError('BUS_NOT_FOUND', 'not-found', { cause: error })
        return unavailable(error)
      })
      return createReadStream('', { ...range, fd: file, autoClose: true })
    },

    async remove(sha256) {
      await rm(pathOf(sha256), { force: true }).catch(unavailable)
    },

    async free() {
      const { bavail, bsize } = await statfs(folder).catch(unavailable)
      return bavail * bsize
    },

    async *list() {
      for (const shard of await readdir(folder).catch(unavailable)) {
        if (!shardName.test(shard)) continue
        for (const name of await readdir(join(folder, shard)).catch(unavailable)) {
          if (isDigest(name)) yield name
        }
      }
    }
  }
}

/** Creates the folders and flushes their names to disk. */
async function prepare(folder: string, incoming: string, unfinished: string): Promise<void> {
  await mkdir(incoming, { recursive: true })
  await mkdir(unfinished, { recursive: true })
  await flushFolder(folder)
  await flushFolder(dirname(folder))
}

/** Removes uploads that were last written before an instant (milliseconds since the epoch). */
async function takeAway(incoming: string, before: number): Promise<void> {
  for (const name of await readdir(incoming)) {
    const found = await stat(join(incoming, name)).catch(() => undefined) // It may have been finished meanwhile.
    if (found && found.mtimeMs < before) await rm(join(incoming, name), { force: true })
  }
}
