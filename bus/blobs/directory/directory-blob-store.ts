import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { BusError } from '../../errors/bus-error.ts'
import type { Failpoints } from '../../telemetry/failpoints.ts'
import type { BlobStore } from '../blob-store.ts'

export interface DirectoryBlobStoreOptions {
  /** Blobs lie in it as `<first two digits>/<sha256>`; unfinished ones in `incoming`. */
  readonly folder: string
  readonly failpoints: Failpoints
}

/** Opens a folder as a blob store; what an earlier process left unfinished is taken away. */
export async function openDirectoryBlobStore({
  folder,
  failpoints
}: DirectoryBlobStoreOptions): Promise<BlobStore> {
  const incoming = join(folder, 'incoming')
  await mkdir(incoming, { recursive: true })
  for (const name of await readdir(incoming)) await rm(join(incoming, name), { force: true })
  const pathOf = (sha256: string): string => join(folder, sha256.slice(0, 2), sha256)

  return {
    async put(sha256, size, bytes, signal) {
      const unfinished = join(incoming, randomUUID())
      const file = await open(unfinished, 'wx', 0o600).catch(unavailable)
      try {
        const found = await copy(bytes, { file, size, signal, failpoints })
        if (found !== sha256) {
          throw new BusError('BUS_ATTACHMENT_INVALID', 'attachment-digest-differs', {
            values: { expected: sha256, got: found }
          })
        }
        await file.datasync().catch(unavailable)
        await file.close()
        await moveInto(unfinished, pathOf(sha256)).catch(unavailable)
      } finally {
        await file.close().catch(() => {}) // Closed already where all went well.
        await rm(unfinished, { force: true })
      }
    },

    async size(sha256) {
      try {
        return (await stat(pathOf(sha256))).size
      } catch (error) {
        if (isMissing(error)) return undefined
        return unavailable(error)
      }
    },

    async open(sha256) {
      const file = await open(pathOf(sha256)).catch((error: unknown) => {
        if (isMissing(error)) throw new BusError('BUS_NOT_FOUND', 'not-found', { cause: error })
        return unavailable(error)
      })
      return createReadStream('', { fd: file, autoClose: true })
    },

    async remove(sha256) {
      await rm(pathOf(sha256), { force: true }).catch(unavailable)
    }
  }
}

interface CopyOptions {
  readonly file: FileHandle
  readonly size: number
  readonly signal: AbortSignal
  readonly failpoints: Failpoints
}

/** Writes the stream and gives its digest; cut off as soon as it is longer than announced. */
async function copy(bytes: Readable, { file, size, signal, failpoints }: CopyOptions): Promise<string> {
  const hash = createHash('sha256')
  let written = 0
  for await (const chunk of abortable(bytes, signal)) {
    written += chunk.length
    if (written > size) sizeDiffers(size, written)
    hash.update(chunk)
    await file.write(chunk).catch(unavailable)
    failpoints.reach('blobs.in-upload')
  }
  if (written !== size) sizeDiffers(size, written)
  return hash.digest('hex')
}

async function* abortable(bytes: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stop = (): void => {
    bytes.destroy(signal.reason instanceof Error ? signal.reason : undefined)
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    signal.throwIfAborted()
    yield* bytes as AsyncIterable<Uint8Array>
    signal.throwIfAborted()
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function sizeDiffers(expected: number, got: number): never {
  throw new BusError('BUS_ATTACHMENT_INVALID', 'attachment-size-not-announced', { values: { expected, got } })
}

/** Renames within the store and flushes the folders, so that the name survives too. */
async function moveInto(from: string, to: string): Promise<void> {
  const folder = dirname(to)
  await mkdir(folder, { recursive: true })
  await rename(from, to)
  for (const path of [folder, dirname(folder)]) {
    const handle = await open(path)
    await handle.sync()
    await handle.close()
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function unavailable(cause: unknown): never {
  throw new BusError('BUS_STORE_UNAVAILABLE', 'attachment-not-stored', { cause, waitMs: 2000 })
}
