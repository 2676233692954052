import { type FileHandle, mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { unavailable } from '../upload.ts'

/** Renames a file within the store and flushes both folders, so that the name survives a power cut. */
export async function moveInto(from: string, to: string): Promise<void> {
  const folder = dirname(to)
  await mkdir(folder, { recursive: true })
  await rename(from, to)
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
