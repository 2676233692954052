import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, lstat, open as openFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

export interface SaveOptions {
  /** Replace a file that is there. */
  readonly overwrite: boolean
}

/**
 * Writes a stream to a file, complete or not at all: under another name first. Returns its size; undefined if
 * there is something with this name that may not be replaced: only a regular file ever is.
 */
export async function saveFile(
  path: string,
  open: () => Promise<ReadableStream<Uint8Array>>,
  { overwrite }: SaveOptions
): Promise<number | undefined> {
  const there = await kindOf(path)
  // A device or a link, replaced by a file, could harm the machine.
  if (there === 'other' || (there === 'file' && !overwrite)) return undefined
  const folder = dirname(path)
  const part = join(folder, `.${randomUUID()}.part`)
  const file = await openFile(part, 'wx').catch((error) => {
    throw Object.assign(error, { path: folder })
  })
  try {
    const target = file.createWriteStream({ flush: true })
    await pipeline(await open(), target)
    if (overwrite) await rename(part, path)
    else if (!(await moveNew(part, path))) return undefined
    return target.bytesWritten
  } finally {
    await file.close()
    await rm(part, { force: true })
  }
}

async function kindOf(path: string): Promise<'file' | 'nothing' | 'other'> {
  return lstat(path).then(
    (found) => (found.isFile() ? 'file' : 'other'),
    ({ code }: NodeJS.ErrnoException) => (code === 'ENOENT' ? 'nothing' : 'other')
  )
}

/** Gives a file its name unless that is taken; returns whether it did. */
async function moveNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw error
      return copyFile(from, to, constants.COPYFILE_EXCL) // Some file systems have no links.
    })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
