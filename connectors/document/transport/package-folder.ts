import { createHash } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import { visible } from '#protocol/errors/visible-text.ts'
import { errnoOf, type FoundFile } from '../../shared-formats/folder/plain-files.ts'
import { maxPackageBytes } from '../edxml/xml-bytes.ts'
import { shortened, unforeseen } from './file-names.ts'
import { type ExpectedFile, type Folder, folders, type PackageFiles } from './package-files.ts'
import { byTime, headBytes, type OrderedPackage, shortHeadBytes, timeIn, traceEnd } from './package-order.ts'
import type { TellLeft, Transport } from './transport.ts'

export interface PackageFolderOptions {
  readonly tellLeft: TellLeft
  /** A file whose size and time have not changed for this long is taken to be whole. */
  readonly quietMs?: number
}

/** What is to be moved, and where to. */
interface Move {
  readonly reference: string
  readonly to: Folder
  /** Why the package is refused. */
  readonly reason?: string
  readonly signal: AbortSignal
}

/** How long the order of the packages that wait holds, before it is looked at again. */
const orderMs = 1000
/** Files that are looked at together: one after the other, each would wait for the network. */
const atOnce = 8
/** How long a file of another name is left without a word: it may get its name once it is written. */
const otherNameMs = 60_000
/** Of a name, on the file systems there are. */
const maxNameBytes = 255
const reasonEnding = '.ly-do.txt'
const notUtf8 = 'its name is not UTF-8'
/** Prefix of files that the bus is writing: the document system may use the same folder. */
const unfinished = '.lienthong-'

/**
 * The folders that the agency's document system shares with the bus. It puts packages for the bus into `in`
 * and finds packages from the bus in `out`. A package that was read goes to `sent`; one that cannot be used
 * goes to `refused`, with the reason beside it.
 */
export async function openFolders(files: PackageFiles, options: PackageFolderOptions): Promise<Transport> {
  const { tellLeft, quietMs = 2000 } = options
  const seen = new Map<string, { readonly identity: string; readonly since: number }>()
  const reported = new Set<string>()
  /** What was found of the packages that wait, by name: a look at many may take longer than one poll. */
  const known = new Map<string, OrderedPackage>()
  let waiting: OrderedPackage[] = []
  let orderedAt = 0

  /** Unchanged since the last look, or, for a file renamed into place, modified long enough ago. */
  const isQuiet = (name: string, identity: string, modifiedAt: number, forMs = quietMs): boolean => {
    if (files.hasOwnClock && Date.now() - modifiedAt >= forMs) return true
    const last = seen.get(name)
    const now = performance.now()
    if (last?.identity === identity) return now - last.since >= forMs
    seen.set(name, { identity, since: now })
    return false
  }

  /** Reports an entry that is not read: once, and again only after it was away. */
  const leave = (name: string, reason: string): void => {
    if (reported.has(name)) return
    reported.add(name)
    tellLeft(name, reason)
  }

  const forget = (name: string): void => {
    known.delete(name)
    waiting = waiting.filter((one) => one.name !== name)
  }

  /** Undefined if it has changed, or cannot be read. */
  const read = async (
    name: string,
    expected: ExpectedFile,
    signal: AbortSignal
  ): Promise<Buffer | undefined> => {
    try {
      const bytes = await files.read('in', name, expected, signal)
      if (!bytes && name.includes('\ufffd')) leave(name, notUtf8)
      return bytes
    } catch (error) {
      if (error instanceof BusError || signal.aborted) throw error
      const code = errnoOf(error)
      if (code !== 'ENOENT') leave(name, `it cannot be read: ${/^[A-Z]/.test(code) ? code : error}`)
      return undefined
    }
  }

  /** The package with this name, if it is a regular file and its writer has finished; without its content. */
  const look = async (
    name: string,
    found: FoundFile,
    signal: AbortSignal
  ): Promise<OrderedPackage | undefined> => {
    if (found.kind === 'gone' && name.includes('\ufffd')) leave(name, notUtf8)
    if (found.kind === 'odd' && isQuiet(name, found.kind, Number.POSITIVE_INFINITY)) {
      leave(name, 'it is a link, or no plain file')
    }
    if (found.kind !== 'plain') return undefined
    const { identity, modifiedAt } = found
    if (!isQuiet(name, identity, modifiedAt)) return undefined
    if (!isPackageName(name)) {
      if (isQuiet(name, identity, modifiedAt, otherNameMs)) {
        leave(name, 'its name ends neither in .edxml nor in .xml')
      }
      return undefined
    }
    const before = known.get(name)
    if (before?.identity === identity) return before
    const short = await read(name, { identity, maxBytes: shortHeadBytes }, signal)
    const isWhole = short === undefined || short.length <= shortHeadBytes || traceEnd(short) !== undefined
    const head = isWhole ? short : await read(name, { identity, maxBytes: headBytes }, signal)
    const reference = files.identifiesAny ? `${identity} ${name}` : undefined
    const writtenAt = (head && timeIn(head)) ?? modifiedAt
    const one: OrderedPackage = { name, identity, modifiedAt, reference, writtenAt }
    known.set(name, one)
    return one
  }

  /** Looks at the whole folder, in the order in which its packages are to be taken. */
  const order = async (signal: AbortSignal): Promise<void> => {
    const there = [...(await files.list('in'))].filter(([name]) => isShown(name))
    const names = new Set(there.map(([name]) => name))
    for (const past of [seen, reported, known]) {
      for (const name of past.keys()) if (!names.has(name)) past.delete(name)
    }
    const ordered: OrderedPackage[] = []
    for (let at = 0; at < there.length; at += atOnce) {
      signal.throwIfAborted()
      const some = there.slice(at, at + atOnce).map(([name, found]) => look(name, found, signal))
      ordered.push(...(await Promise.all(some)).filter((one) => one !== undefined))
    }
    waiting = ordered.sort(byTime)
    orderedAt = performance.now()
  }

  /** Whether a name is that of the very file that a reference names. */
  const isOf = async (folder: Folder, name: string, { reference, signal }: Move): Promise<boolean> => {
    const identity = await files.identityAt(folder, name)
    if (identity === undefined) return false
    if (files.identifiesAny) return reference.startsWith(`${identity} `)
    if (!reference.startsWith(`${identity}:`)) return false
    const bytes = await files.read(folder, name, { identity, maxBytes: maxPackageBytes }, signal)
    return bytes !== undefined && referenceOf(nameIn(reference), identity, bytes) === reference
  }

  /** Where a package was moved to before; undefined if it was not. */
  const movedTo = async (asked: Move): Promise<string | undefined> => {
    const { reference, to } = asked
    const ending = `-${keptName(reference)}`
    const names = [...(await files.list(to)).keys()]
    for (const name of names.filter((one) => one.endsWith(ending))) {
      if (await isOf(to, name, asked)) return name
    }
    return undefined
  }

  /**
   * Moves the file a reference names, unless another has taken its name, and then writes the reason beside it. If it
   * was moved before, perhaps before a crash, it is found by what it is.
   */
  const move = async (asked: Move): Promise<void> => {
    const { reference, to, reason } = asked
    const name = nameIn(reference)
    const target = (await isOf('in', name, asked)) ? `${unforeseen()}-${keptName(reference)}` : undefined
    if (target !== undefined) await files.move(['in', name], [to, target])
    forget(name)
    const moved = reason === undefined ? undefined : (target ?? (await movedTo(asked)))
    if (moved === undefined || reason === undefined) return
    const { kind } = await files.lookAt(to, moved + reasonEnding)
    if (kind === 'gone') await files.write(to, moved + reasonEnding, `${visible(reason)}\n`)
  }

  /** Removes files that were unfinished when the process ended. */
  const tidy = async (): Promise<void> => {
    for (const name of (await files.list('writing')).keys()) {
      if (name.startsWith(unfinished)) await files.remove('writing', name)
    }
  }

  const inFaults = async <T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw error instanceof BusError || signal?.aborted ? error : files.toFault(error)
    }
  }
  await tidy().catch(() => {}) // They do no harm.

  return {
    next: (isTaken, signal) =>
      inFaults(async () => {
        if (waiting.length === 0 || performance.now() - orderedAt >= orderMs) await order(signal)
        for (const one of [...waiting]) {
          if (one.reference !== undefined && isTaken(one.reference)) continue
          const { name, identity } = one
          const bytes = await read(name, { identity, maxBytes: maxPackageBytes }, signal)
          if (!bytes) {
            forget(name)
            continue
          }
          const reference = one.reference ?? referenceOf(name, identity, bytes)
          one.reference = reference
          if (!isTaken(reference)) return { reference, bytes }
        }
        return undefined
      }, signal),

    sent: (reference, signal) => inFaults(() => move({ reference, to: 'sent', signal }), signal),
    refused: (reference, reason, signal) =>
      inFaults(() => move({ reference, to: 'refused', reason, signal }), signal),

    put: ({ name, open }, signal) =>
      inFaults(async () => {
        const writing = unfinished + unforeseen()
        try {
          await files.write('writing', writing, open(), signal)
          await files.move(['writing', writing], ['out', name])
        } catch (error) {
          await files.remove('writing', writing).catch(() => {}) // Removed at the next start.
          throw error
        }
        return undefined
      }, signal),

    check: () =>
      inFaults(async () => {
        for (const folder of folders) await files.identityAt(folder, 'none')
        const probe = unfinished + unforeseen()
        await files.write('writing', probe, '')
        await files.remove('writing', probe)
      }),

    close: () => files.close()
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

/** Of a file whose identity does not tell it from any other: its content is in it. */
function referenceOf(name: string, identity: string, bytes: Buffer): string {
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 32)
  return `${identity}:${digest} ${name}`
}

function nameIn(reference: string): string {
  return reference.slice(reference.indexOf(' ') + 1)
}
