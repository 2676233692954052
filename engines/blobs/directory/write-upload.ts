import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { unavailable } from '../upload.ts'

/**
 * Makes a file, whose digest is known and to which nobody writes any more, the blob of that digest. A blob
 * that is there already stays. Flushes both folders, so that the name survives a power cut.
 */
export async function placeBlob(from: string, to: string): Promise<void> {
  const folder = dirname(to)
  await mkdir(folder, { recursive: true })
  const { size } = await stat(from)
  const there = await stat(to).catch((error: unknown) => {
    if (!isMissing(error)) throw error
  })
  if (there?.size === size) await rm(from)
  else await rename(from, to)
  await flushFolder(folder)
  await flushFolder(dirname(folder))
}

/** Flushes the names in a folder to disk. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** A write may take only part of a chunk, for example on a nearly full disk; the rest is then written or fails. */
export async function writeWhole(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let rest = chunk
  while (rest.length > 0) {
    const { bytesWritten } = await file.write(rest).catch(unavailable)
    rest = rest.subarray(bytesWritten)
  }
}
