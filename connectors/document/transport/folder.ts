import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { BusError } from '#protocol/errors/bus-error.ts'
import { visible } from '#protocol/errors/visible-text.ts'
import { byTime, headBytes, timeIn, type WaitingPackage } from './package-order.ts'
import { codeOf, lookAt, modifiedAt, readPlain, shortened, unforeseen, writeNew } from './plain-files.ts'

/**
 * The folders that the agency's document system shares with the bus. It puts packages for the bus into `in`
 * and finds packages from the bus in `out`. A package that was read goes to `sent`; one that cannot be used
 * goes to `refused`, with the reason beside it.
 */
export interface PackageFolder {
  /**
   * The package that was written first of those that are completely written and not taken yet; undefined if there
   * is none.
   */
  next(isTaken?: (reference: string) => boolean): Promise<DroppedPackage | undefined>
  /** Moves a package that was published. Harmless if it was moved before. */
  sent(reference: string): Promise<void>
  /** Moves a package that cannot be used and writes the reason beside it. */
  refused(reference: string, reason: string): Promise<void>
  /**
   * Writes a complete package, under the same name for the same event. Rejects if the signal aborts; then
   * there is nothing of it in `out`.
   */
  put(name: string, bytes: AsyncIterable<string>, signal: AbortSignal): Promise<void>
  /** A problem of the folders, if any. */
  check(): Promise<string | undefined>
}

export interface DroppedPackage {
  /** Identifies this file: a later file of the same name has another reference. */
  readonly reference: string
  readonly bytes: Buffer
}

/** Reports an entry of `in` that is not read and stays there, and why. */
export type TellLeft = (name: string, reason: string) => void

/** A file whose size and time have not changed for this long is taken to be whole. */
const quietMs = 2000
/** How long the order of the packages that wait holds, before it is looked at again. */
const orderMs = 1000
const maxPackageBytes = 73_400_320
/** Of a name, on the file systems there are. */
const maxNameBytes = 255
const reasonEnding = '.ly-do.txt'
/** Prefix of files that the bus is writing: the document system may use the same folder. */
const unfinished = '.lienthong-'

const folders = ['in', 'out', 'sent', 'refused', 'writing'] as const
type Folder = (typeof folders)[number]

export async function openPackageFolder(root: string, tellLeft: TellLeft): Promise<PackageFolder> {
  await mkdir(root, { recursive: true }).catch(unreachable)
  for (const name of folders) await mkdir(join(root, name)).catch(() => {}) // What stands in its place is reported when it is used.
  const seen = new Map<string, { readonly identity: string; readonly since: number }>()
  const reported = new Set<string>()
  let waiting: WaitingPackage[] = []
  let orderedAt = 0
  /** New names of packages that are being moved, by reference. */
  const targets = new Map<string, string>()

  /** A path in one of the folders. Rejects if the folder is missing or is a link. */
  const pathIn = async (folder: Folder, name = ''): Promise<string> => {
    const path = join(root, folder)
    const found = await lstat(path).catch(unreachable)
    if (!found.isDirectory()) unreachable(`${path} is not a folder`)
    return join(path, name)
  }

  /** Unchanged since the last look, or, for a file renamed into place, modified long enough ago. */
  const isQuiet = (name: string, identity: string): boolean => {
    if (Date.now() - modifiedAt(identity) >= quietMs) return true
    const known = seen.get(name)
    const now = performance.now()
    if (known?.identity === identity) return now - known.since >= quietMs
    seen.set(name, { identity, since: now })
    return false
  }

  /** Reports an entry that is not read: once, and again only after it was away. */
  const leave = (name: string, reason: string): void => {
    if (reported.has(name)) return
    reported.add(name)
    tellLeft(name, reason)
  }

  /** Undefined if it has changed, or cannot be read. */
  const read = async (
    folder: string,
    { name, identity }: Pick<WaitingPackage, 'name' | 'identity'>,
    maxBytes: number
  ): Promise<Buffer | undefined> => {
    try {
      return await readPlain(join(folder, name), identity, maxBytes)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') leave(name, `it cannot be read: ${codeOf(error) || error}`)
      return undefined
    }
  }

  /** The package with this name, if it is a regular file and its writer has finished; without its content. */
  const look = async (
    folder: string,
    name: string,
    before: ReadonlyMap<string, WaitingPackage>
  ): Promise<WaitingPackage | undefined> => {
    const found = await lookAt(join(folder, name))
    if (found.kind === 'gone' && name.includes('\ufffd')) leave(name, 'its name is not UTF-8')
    if (found.kind === 'odd' && isQuiet(name, found.kind)) leave(name, 'it is a link, or no plain file')
    if (found.kind !== 'plain') return undefined
    const { identity } = found
    if (!isPackageName(name) || !isQuiet(name, identity)) return undefined
    const known = before.get(name)
    if (known?.identity === identity) return known
    const head = await read(folder, { name, identity }, headBytes)
    return { name, identity, writtenAt: (head && timeIn(head)) ?? modifiedAt(identity) }
  }

  /** Looks at the whole folder, in the order in which its packages are to be taken. */
  const order = async (folder: string): Promise<void> => {
    const there = new Set((await readdir(folder).catch(unreachable)).filter(isShown))
    for (const known of seen.keys()) if (!there.has(known)) seen.delete(known)
    for (const known of reported) if (!there.has(known)) reported.delete(known)
    const before = new Map(waiting.map((one) => [one.name, one]))
    const found: WaitingPackage[] = []
    for (const name of there) {
      const one = await look(folder, name, before)
      if (one) found.push(one)
    }
    waiting = found.sort(byTime)
    orderedAt = performance.now()
  }

  /** Chooses the new name of a package and writes the reason beside it; later calls return the same name. */
  const targetOf = async (reference: string, to: Folder, reason?: string): Promise<string> => {
    const known = targets.get(reference)
    if (known !== undefined) return known
    const prefix = `${unforeseen()}-`
    const target = prefix + shortened(nameIn(reference), maxNameBytes - prefix.length - reasonEnding.length)
    if (reason !== undefined) {
      const file = await pathIn(to, target + reasonEnding)
      await writeNew(file, `${visible(reason)}\n`).catch(unreachable)
    }
    targets.set(reference, target)
    return target
  }

  /** Moves the file a reference names, unless it is gone or another has taken its name. */
  const move = async (reference: string, to: Folder, reason?: string): Promise<void> => {
    const from = await pathIn('in', nameIn(reference))
    const found = await lookAt(from)
    if (found.kind !== 'plain' || found.identity !== identityIn(reference)) return
    const target = await pathIn(to, await targetOf(reference, to, reason))
    await rename(from, target).catch(unreachable)
    targets.delete(reference)
    seen.delete(nameIn(reference))
    waiting = waiting.filter(({ name }) => name !== nameIn(reference))
  }

  /** Removes files that were unfinished when the process ended. */
  const tidy = async (): Promise<void> => {
    for (const name of await readdir(await pathIn('writing'))) {
      if (name.startsWith(unfinished)) await rm(await pathIn('writing', name))
    }
  }
  await tidy().catch(() => {}) // They do no harm.

  return {
    async next(isTaken = () => false) {
      const folder = await pathIn('in')
      if (waiting.length === 0 || performance.now() - orderedAt >= orderMs) await order(folder)
      for (const one of [...waiting]) {
        const reference = `${one.identity} ${one.name}`
        if (isTaken(reference)) continue
        const found = await lookAt(join(folder, one.name))
        const isStill = found.kind === 'plain' && found.identity === one.identity
        const bytes = isStill ? await read(folder, one, maxPackageBytes) : undefined
        if (bytes) return { reference, bytes }
        waiting = waiting.filter((other) => other !== one)
      }
      return undefined
    },

    sent: (reference) => move(reference, 'sent'),
    refused: (reference, reason) => move(reference, 'refused', reason),

    async put(name, bytes, signal) {
      const writing = await pathIn('writing', unfinished + unforeseen())
      try {
        await writeNew(writing, bytes, signal)
        await rename(writing, await pathIn('out', name))
      } catch (error) {
        await rm(writing, { force: true }).catch(() => {}) // Removed at the next start.
        if (error instanceof BusError || signal.aborted) throw error
        unreachable(error)
      }
    },

    async check() {
      try {
        for (const folder of folders) await pathIn(folder)
        const probe = await pathIn('writing', unfinished + unforeseen())
        await writeNew(probe, '')
        await rm(probe)
        return undefined
      } catch (error) {
        return String(error)
      }
    }
  }
}

function isShown(name: string): boolean {
  return !name.startsWith('.')
}

function isPackageName(name: string): boolean {
  return /\.(?:edxml|xml)$/i.test(name)
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
