import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, lstat, open } from 'node:fs/promises'

/**
 * Files in folders that others write to as well: only plain files are read, no
 * link is followed, and nothing is written into a file that was there before.
 */

/** What stands under a name. A plain file's identity changes with its content and when another takes its name. */
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

/** A file with a second name may be anyone's: whoever may not read it may still have linked it. */
function kindOf(stat: Stat): FoundFile {
  if (!stat.isFile() || stat.nlink > 1n) return { kind: 'odd' }
  return { kind: 'plain', identity: `${stat.ino}:${stat.mtimeNs}:${stat.size}` }
}

/** Milliseconds since the epoch. */
export function modifiedAt(identity: string): number {
  return Number(identity.split(':')[1]) / 1e6
}

/**
 * The bytes of the very file that was looked at, of a larger one `maxBytes` and
 * one more; undefined where it has changed or another has taken its name.
 */
export async function readPlain(
  path: string,
  identity: string,
  maxBytes: number
): Promise<Buffer | undefined> {
  // Where a pipe has taken the name, opening it must not wait for its writer.
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

/** Writes a file that was not there: where anything stands under the name, a link too, it fails. */
export async function writeNew(path: string, content: string | Buffer): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(content)
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** Eight hexadecimal digits that nobody can foretell. */
export function unforeseen(): string {
  return randomBytes(4).toString('hex')
}

/** A name cut to so many bytes, between its characters; what comes after its last dot stays where it is short. */
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
