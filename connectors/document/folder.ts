import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BusError } from '#protocol/errors/bus-error.ts'

/**
 * The folders that the agency's document system shares with the bus. It puts packages for the bus into `in`
 * and finds packages from the bus in `out`. A package that was read goes to `sent`; one that cannot be used
 * goes to `refused`, with the reason beside it.
 */
export interface PackageFolder {
  /** The next package that is completely written; undefined if there is none. */
  next(): Promise<DroppedPackage | undefined>
  /** Moves a package that was published. Harmless if it was moved before. */
  sent(reference: string): Promise<void>
  /** Moves a package that cannot be used and writes the reason beside it. */
  refused(reference: string, reason: string): Promise<void>
  /** Writes a complete package, under the same name for the same event. */
  put(name: string, bytes: Buffer): Promise<void>
  /** A problem of the folders, if any. */
  check(): Promise<string | undefined>
}

export interface DroppedPackage {
  /** Identifies this file: a later file of the same name has another reference. */
  readonly reference: string
  readonly bytes: Buffer
}

/** A file whose size and time have not changed for this long counts as complete. */
const quietMs = 2000
const maxPackageBytes = 73_400_320
const folders = ['in', 'out', 'sent', 'refused', 'writing'] as const

export async function openPackageFolder(root: string): Promise<PackageFolder> {
  for (const name of folders) await mkdir(join(root, name), { recursive: true }).catch(unreachable)
  const seen = new Map<string, { readonly identity: string; readonly since: number }>()

  /** Unchanged since the last look, or, for a file renamed into place, modified long enough ago. */
  const isQuiet = (name: string, identity: string): boolean => {
    if (Date.now() - modifiedAt(identity) >= quietMs) return true
    const known = seen.get(name)
    const now = performance.now()
    if (known?.identity === identity) return now - known.since >= quietMs
    seen.set(name, { identity, since: now })
    return false
  }

  /** Moves the file of a reference, unless it is gone or another file has its name. */
  const move = async (reference: string, to: 'sent' | 'refused'): Promise<string | undefined> => {
    const name = nameIn(reference)
    const from = join(root, 'in', name)
    if ((await identityOf(from)) !== identityIn(reference)) return undefined
    const target = join(
      root,
      to,
      `${createHash('sha256').update(reference).digest('hex').slice(0, 8)}-${name}`
    )
    await rename(from, target).catch(unreachable)
    seen.delete(name)
    return target
  }

  return {
    async next() {
      const names = (await readdir(join(root, 'in')).catch(unreachable)).filter(isPackageName).sort()
      for (const known of seen.keys()) if (!names.includes(known)) seen.delete(known)
      for (const name of names) {
        const path = join(root, 'in', name)
        const identity = await identityOf(path)
        if (identity === undefined || !isQuiet(name, identity)) continue
        const { size } = await stat(path)
        const bytes =
          size > maxPackageBytes ? Buffer.alloc(maxPackageBytes + 1) : await readFile(path).catch(unreachable)
        if ((await identityOf(path)) === identity) return { reference: `${identity} ${name}`, bytes }
      }
      return undefined
    },

    async sent(reference) {
      await move(reference, 'sent')
    },

    async refused(reference, reason) {
      const target = await move(reference, 'refused')
      if (target) await writeFile(`${target}.ly-do.txt`, `${reason}\n`).catch(unreachable)
    },

    async put(name, bytes) {
      const writing = join(root, 'writing', name)
      const file = await open(writing, 'w').catch(unreachable)
      try {
        await file.writeFile(bytes)
        await file.datasync()
      } finally {
        await file.close()
      }
      await rename(writing, join(root, 'out', name)).catch(unreachable)
    },

    async check() {
      try {
        const probe = join(root, 'writing', '.check')
        await writeFile(probe, '')
        await rm(probe)
        return undefined
      } catch (error) {
        return String(error)
      }
    }
  }
}

function isPackageName(name: string): boolean {
  return /\.(?:edxml|xml)$/i.test(name) && !name.startsWith('.')
}

async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { size, mtimeNs, ino, isFile } = await bigStat(path)
    return isFile ? `${ino}:${mtimeNs}:${size}` : undefined
  } catch {
    return undefined // It was removed meanwhile.
  }
}

async function bigStat(
  path: string
): Promise<{ size: bigint; mtimeNs: bigint; ino: bigint; isFile: boolean }> {
  const found = await stat(path, { bigint: true })
  return { size: found.size, mtimeNs: found.mtimeNs, ino: found.ino, isFile: found.isFile() }
}

/** Milliseconds since the epoch. */
function modifiedAt(identity: string): number {
  return Number(identity.split(':')[1]) / 1e6
}

function identityIn(reference: string): string {
  return reference.slice(0, reference.indexOf(' '))
}

function nameIn(reference: string): string {
  return reference.slice(reference.indexOf(' ') + 1)
}

function unreachable(cause: unknown): never {
  throw new BusError('BUS_PEER_UNREACHABLE', 'folder-unreachable', {
    cause,
    values: { problem: String(cause) }
  })
}
