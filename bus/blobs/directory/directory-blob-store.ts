import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BusError } from '../../errors/bus-error.ts'
import type { Failpoints } from '../../telemetry/failpoints.ts'
import type { BlobStore } from '../blob-store.ts'
import { flushFolder, moveInto, unavailable, writeUpload } from './write-upload.ts'

export interface DirectoryBlobStoreOptions {
  /**
   * Blobs lie in it as `<first two digits>/<sha256>`, unfinished ones in
   * `incoming`. It is this process's alone: `lockFolder` sees to that.
   */
  readonly folder: string
  readonly failpoints: Failpoints
}

const shardName = /^[0-9a-f]{2}$/
const digest = /^[0-9a-f]{64}$/

/**
 * Opens a folder as a blob store; what a process that died left unfinished is
 * taken away. Rejects with `BUS_STORE_UNAVAILABLE`.
 */
export async function openDirectoryBlobStore({
  folder,
  failpoints
}: DirectoryBlobStoreOptions): Promise<BlobStore> {
  const incoming = join(folder, 'incoming')
  await prepare(folder, incoming).catch(unavailable)

  const pathOf = (sha256: string): string => {
    if (!digest.test(sha256)) throw new TypeError('a blob is named by 64 lower-case hex digits')
    return join(folder, sha256.slice(0, 2), sha256)
  }

  return {
    async put(sha256, size, bytes, signal) {
      const path = pathOf(sha256)
      const unfinished = join(incoming, randomUUID())
      const file = await open(unfinished, 'wx', 0o600).catch(unavailable)
      try {
        const found = await writeUpload(bytes, { file, size, signal, failpoints })
        if (found !== sha256) {
          throw new BusError('BUS_ATTACHMENT_INVALID', 'attachment-digest-differs', {
            values: { expected: sha256, got: found }
          })
        }
        await file.datasync().catch(unavailable)
        await file.close().catch(unavailable)
        await moveInto(unfinished, path).catch(unavailable)
      } finally {
        await file.close().catch(() => {}) // Closed already where all went well.
        await rm(unfinished, { force: true }).catch(() => {}) // What stays behind goes at the next start.
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

    async *list() {
      for (const shard of await readdir(folder).catch(unavailable)) {
        if (!shardName.test(shard)) continue
        for (const name of await readdir(join(folder, shard)).catch(unavailable)) {
          if (digest.test(name)) yield name
        }
      }
    }
  }
}

/** Makes the folders, so that their names survive too, and takes away what was left unfinished. */
async function prepare(folder: string, incoming: string): Promise<void> {
  await mkdir(incoming, { recursive: true })
  await flushFolder(folder)
  await flushFolder(dirname(folder))
  for (const name of await readdir(incoming)) await rm(join(incoming, name), { force: true })
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
