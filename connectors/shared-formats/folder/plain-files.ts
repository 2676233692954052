import { constants } from 'node:fs'
import { type FileHandle, lstat, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Files in folders that others can write to: only regular files are read, links
 * are never followed, and existing files are never written to.
 */

/** What a name refers to. The identity of a file changes with its content, and when another file replaces it. */
export type FoundFile =
  | { readonly kind: 'plain'; readonly identity: string; readonly modifiedAt: number }
  | { readonly kind: 'gone' | 'odd' }

export type FileContent = string | AsyncIterable<string>

interface Stat {
  readonly ino: bigint
  readonly mtimeNs: bigint
  readonly size: bigint
  readonly nlink: bigint
  isFile(): boolean
}

export async function lookAt(path: string): Promise<FoundFile> {
  try {
    return kindOf(await lstat(path, { bigint: true }))
  } catch (error) {
    return { kind: errnoOf(error) === 'ENOENT' ? 'gone' : 'odd' }
  }
}

/**
 * The identity of a regular file, however many names it has; undefined if there is none. Rejects if it cannot be
 * looked at.
 */
export async function identityAt(path: string): Promise<string | undefined> {
  try {
    const stat = await lstat(path, { bigint: true })
    return stat.isFile() ? identityOf(stat) : undefined
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function identityOf({ ino, mtimeNs, size }: Stat): string {
  return `${ino}:${mtimeNs}:${size}`
}

/** A file with two names counts as a link: one may create a hard link to a file that one cannot read. */
function kindOf(stat: Stat): FoundFile {
  if (!stat.isFile() || stat.nlink > 1n) return { kind: 'odd' }
  return { kind: 'plain', identity: identityOf(stat), modifiedAt: Number(stat.mtimeNs) / 1e6 }
}

/**
 * Reads the file that `lookAt` described: `maxBytes` and one more if it is
 * larger. Undefined if it has changed since or another file has its name.
 */
export async function readPlain(
  path: string,
  identity: string,
  maxBytes: number
): Promise<Buffer | undefined> {
  // O_NONBLOCK: if a pipe has the name now, opening it must not wait for a writer.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    if (!(await isStill(file, identity))) return undefined
    const bytes = await readUpTo(file, maxBytes + 1)
    return (await isStill(file, identity)) ? bytes : undefined
  } finally {
    await file.close()
  }
}

async function isStill(file: FileHandle, identity: string): Promise<boolean> {
  const found = kindOf(await file.stat({ bigint: true }))
  return found.kind === 'plain' && found.identity === identity
}

const chunkBytes = 1_048_576

async function readUpTo(file: FileHandle, maxBytes: number): Promise<Buffer> {
  const { size } = await file.stat()
  const bytes = Buffer.alloc(Math.min(size, maxBytes))
  let length = 0
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, Math.min(bytes.length - length, chunkBytes), length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.subarray(0, length)
}

/** Creates a file, or nothing. Rejects if anything has this name already, a link included. */
export async function writeNew(path: string, content: FileContent, signal?: AbortSignal): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await writeFile(file, content, { ...(signal ? { signal } : {}) })
    await file.datasync()
  } catch (error) {
    await rm(path, { force: true }).catch(() => {}) // A disk that is full gives its space back.
    throw error
  } finally {
    await file.close()
  }
}

/** Renames a file into another folder, durably: both folders are written to the disk before it resolves. */
export async function moveFile(from: string, to: string): Promise<void> {
  await rename(from, to)
  for (const folder of new Set([dirname(to), dirname(from)])) await syncFolder(folder)
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EPERM'].includes(errnoOf(error))) throw error // Some network shares cannot do it.
  } finally {
    await handle.close()
  }
}

export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
