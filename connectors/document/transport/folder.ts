import { lstat, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { BusError } from '#protocol/errors/bus-error.ts'
import { visible } from '#protocol/errors/visible-text.ts'
import { maxPackageBytes } from '../edxml/xml-bytes.ts'
import { byTime, headBytes, shortHeadBytes, timeIn, traceEnd, type WaitingPackage } from './package-order.ts'
import {
  errnoOf,
  identityAt,
  lookAt,
  modifiedAt,
  moveFile,
  readPlain,
  shortened,
  unforeseen,
  writeNew
} from './plain-files.ts'

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
/** How long a file of another name is left without a word: it may get its name once it is written. */
const otherNameMs = 60_000
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

  /** A path in one of the folders. Rejects if the folder is missing or is a link. */
  const pathIn = async (folder: Folder, name = ''): Promise<string> => {
    const path = join(root, folder)
    const found = await lstat(path).catch(unreachable)
    if (!found.isDirectory()) unreachable(`${path} is not a folder`)
    return join(path, name)
  }

  /** Unchanged since the last look, or, for a file renamed into place, modified long enough ago. */
  const isQuiet = (name: string, identity: string, forMs = quietMs): boolean => {
    if (Date.now() - modifiedAt(identity) >= forMs) return true
    const known = seen.get(name)
    const now = performance.now()
    if (known?.identity === identity) return now - known.since >= forMs
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
      if (errnoOf(error) !== 'ENOENT') leave(name, `it cannot be read: ${errnoOf(error) || error}`)
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
    if (!isQuiet(name, identity)) return undefined
    if (!isPackageName(name)) {
      if (isQuiet(name, identity, otherNameMs)) leave(name, 'its name ends neither in .edxml nor in .xml')
      return undefined
    }
    const known = before.get(name)
    if (known?.identity === identity) return known
    const short = await read(folder, { name, identity }, shortHeadBytes)
    const isWhole = short === undefined || short.length <= shortHeadBytes || traceEnd(short) !== undefined
    const head = isWhole ? short : await read(folder, { name, identity }, headBytes)
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

  /** Where a package was moved to before; undefined if it was not. */
  const movedTo = async (reference: string, to: Folder): Promise<string | undefined> => {
    const ending = `-${keptName(reference)}`
    const folder = await pathIn(to)
    for (const name of (await readdir(folder)).filter((one) => one.endsWith(ending))) {
      if ((await identityAt(join(folder, name))) === identityIn(reference)) return name
    }
    return undefined
  }

  /**
   * Moves the file a reference names, unless another has taken its name, and then writes the reason beside it. If it
   * was moved before, perhaps before a crash, it is found by what it is.
   */
  const move = async (reference: string, to: Folder, reason?: string): Promise<void> => {
    try {
      const from = await pathIn('in', nameIn(reference))
      const isThere = (await identityAt(from)) === identityIn(reference)
      const target = isThere ? `${unforeseen()}-${keptName(reference)}` : undefined
      if (target !== undefined) await moveFile(from, await pathIn(to, target))
      waiting = waiting.filter(({ name }) => name !== nameIn(reference))
      const moved = reason === undefined ? undefined : (target ?? (await movedTo(reference, to)))
      if (moved === undefined || reason === undefined) return
      const file = await pathIn(to, moved + reasonEnding)
      if ((await lookAt(file)).kind === 'gone') await writeNew(file, `${visible(reason)}\n`)
    } catch (error) {
      if (error instanceof BusError) throw error
      unreachable(error)
    }
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
        await moveFile(writing, await pathIn('out', name))
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

/** A package's name as it is kept, after some random digits and before the ending of the reason. */
function keptName(reference: string): string {
  return shortened(nameIn(reference), maxNameBytes - unforeseen().length - 1 - reasonEnding.length)
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
