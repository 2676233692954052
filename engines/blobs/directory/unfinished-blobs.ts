import { createHash, type Hash, randomUUID } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { copyFile, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { BusError } from '#protocol/errors/bus-error.ts'
import { reachFailpoint } from '../../telemetry/failpoints.ts'
import type { UnfinishedBlobs } from '../blob-store.ts'
import { abortable, checkUnfinishedName, digestDiffers, sizeDiffers, unavailable } from '../upload.ts'
import { flushFolder, isMissing, placeBlob, writeWhole } from './write-upload.ts'

export interface UnfinishedBlobsOptions {
  /** Each upload is a file here, `<name>~<writer>`. */
  readonly folder: string
  /** The path of the blob of a digest. */
  readonly pathOf: (sha256: string) => string
}

/**
 * A process writes only to files that it created, under its own writer id: to continue an upload of another
 * process it copies that file and removes it. So the digest that a process computes while it writes is that
 * of its file, and a file that has become a blob is open for writing nowhere. A process whose file is gone
 * has been superseded.
 */
export function createUnfinishedBlobs({ folder, pathOf }: UnfinishedBlobsOptions): UnfinishedBlobs {
  const writer = randomUUID()
  /** Digests of what this process has written from the first byte on. Another file is read again. */
  const running = new Map<string, { readonly hash: Hash; length: number }>()

  const ours = (name: string): string => {
    checkUnfinishedName(name)
    return join(folder, `${name}~${writer}`)
  }

  const filesOf = async (name: string): Promise<string[]> => {
    checkUnfinishedName(name)
    const files = await readdir(folder).catch(unavailable)
    return files.filter((file) => file.startsWith(`${name}~`)).map((file) => join(folder, file))
  }

  /** The file of an upload. A process that died while it copied another's file left a shorter one. */
  const longestOf = async (name: string): Promise<{ path: string; size: number } | undefined> => {
    let longest: { path: string; size: number } | undefined
    for (const path of [ours(name), ...(await filesOf(name))]) {
      const size = await sizeOf(path)
      if (size !== undefined && size > (longest?.size ?? -1)) longest = { path, size }
    }
    return longest
  }

  const removeOthers = async (name: string): Promise<void> => {
    for (const path of await filesOf(name)) {
      if (path !== ours(name)) await rm(path, { force: true }).catch(unavailable)
    }
  }

  const discard = async (name: string): Promise<void> => {
    running.delete(name)
    for (const path of await filesOf(name)) await rm(path, { force: true }).catch(unavailable)
  }

  /** Makes the upload this process's own. */
  const own = async (name: string): Promise<string> => {
    const path = ours(name)
    const longest = await longestOf(name)
    if (longest && longest.path !== path) {
      running.delete(name)
      await copyFile(longest.path, path, constants.COPYFILE_FICLONE).catch(async (cause: unknown) => {
        await rm(path, { force: true }).catch(() => {}) // The other's file is longer and stays the upload.
        supersededOr(cause)
      })
      await flushFolder(folder).catch(unavailable) // Before the other's is removed, of which this is a copy.
    }
    await removeOthers(name)
    return path
  }

  const digestOf = async (name: string, size: number): Promise<string> => {
    const known = running.get(name)
    if (known?.length === size) return known.hash.digest('hex')
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(ours(name))) hash.update(chunk as Uint8Array)
    return hash.digest('hex')
  }

  return {
    discard,

    length: async (name) => (await longestOf(name))?.size,

    async begin(name) {
      await discard(name)
      const file = await open(ours(name), 'wx', 0o600).catch(unavailable)
      await file.close().catch(unavailable)
      await flushFolder(folder).catch(unavailable)
      running.set(name, { hash: createHash('sha256'), length: 0 })
    },

    async append(name, bytes, { limit, signal }) {
      const file = await open(await own(name), constants.O_WRONLY | constants.O_APPEND).catch(supersededOr)
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
      const { size } = await stat(ours(name)).catch(supersededOr)
      const got = await digestOf(name, size).catch(supersededOr)
      running.delete(name)
      if (got !== sha256) {
        await discard(name)
        digestDiffers(sha256, got)
      }
      await placeBlob(ours(name), pathOf(sha256)).catch(supersededOr)
    },

    async *list() {
      const names = (await readdir(folder).catch(unavailable)).map((file) => file.split('~')[0] ?? '')
      yield* new Set(names)
    }
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    return isMissing(error) ? undefined : unavailable(error)
  }
}

/** Another process removed this one's file when it began the upload again, continued or discarded it. */
function supersededOr(cause: unknown): never {
  if (isMissing(cause)) throw new BusError('BUS_UPLOAD_CONFLICT', 'upload-superseded', { cause })
  return unavailable(cause)
}
