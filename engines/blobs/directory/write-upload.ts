import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { reachFailpoint } from '../../telemetry/failpoints.ts'
import { abortable, sizeDiffers, unavailable } from '../upload.ts'

export interface UploadOptions {
  readonly file: FileHandle
  /** Number of bytes announced. */
  readonly size: number
  readonly signal: AbortSignal
}

/** Writes the stream and returns its digest, hex. Stops as soon as it is longer than announced. */
export async function writeUpload(bytes: Readable, options: UploadOptions): Promise<string> {
  const { file, size, signal } = options
  const hash = createHash('sha256')
  let written = 0
  for await (const chunk of abortable(bytes, signal)) {
    written += chunk.length
    if (written > size) sizeDiffers(size, written)
    hash.update(chunk)
    await writeWhole(file, chunk)
    reachFailpoint('blobs.in-upload')
  }
  if (written !== size) sizeDiffers(size, written)
  return hash.digest('hex')
}

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
