import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, writeFile } from 'node:fs/promises'

/**
 * Files in folders that others can write to: only regular files are read, links
 * are never followed, and existing files are never written to.
 */

/** What a path refers to. The identity of a regular file changes with its content, and when another file replaces it. */
export type FoundFile =
  | { readonly kind: 'plain'; readonly identity: string }
  | { readonly kind: 'gone' | 'odd' }

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
    return { kind: codeOf(error) === 'ENOENT' ? 'gone' : 'odd' }
  }
}

/** A file with two names counts as a link: one may create a hard link to a file that one cannot read. */
function kindOf(stat: Stat): FoundFile {
  if (!stat.isFile() || stat.nlink > 1n) return { kind: 'odd' }
  return { kind: 'plain', identity: `${stat.ino}:${stat.mtimeNs}:${stat.size}` }
}

/** Milliseconds since the epoch. */
export function modifiedAt(identity: string): number {
  return Number(identity.split(':')[1]) / 1e6
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

async function readUpTo(file: FileHandle, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  const stream = file.createReadStream({ autoClose: false, end: maxBytes - 1 })
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** Creates a file. Rejects if anything has this name already, a link included. */
export async function writeNew(
  path: string,
  content: string | AsyncIterable<string>,
  signal?: AbortSignal
): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await writeFile(file, content, { ...(signal ? { signal } : {}) })
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** Eight random hexadecimal digits, for names that nobody can predict. */
export function unforeseen(): string {
  return randomBytes(4).toString('hex')
}

/** Cuts a name to a number of bytes of UTF-8, between characters. A short extension is kept. */
export function shortened(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name
  const [ending = ''] = /\.[^.]{1,16}$/.exec(name) ?? []
  let stem = ''
  for (const character of name.slice(0, name.length - ending.length)) {
    if (Buffer.byteLength(stem + character + ending) > maxBytes) break
    stem += character
  }
  return stem + ending
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
