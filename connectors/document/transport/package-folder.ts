import { createHash } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import { visible } from '#protocol/errors/visible-text.ts'
import { errnoOf, type FoundFile } from '../../shared-formats/folder/plain-files.ts'
import { maxPackageBytes } from '../edxml/xml-bytes.ts'
import { shortened, unforeseen } from './file-names.ts'
import { type Folder, folders, type PackageFiles } from './package-files.ts'
import { byTime, headBytes, type OrderedPackage, shortHeadBytes, timeIn, traceEnd } from './package-order.ts'
import type { TellLeft, Transport } from './transport.ts'

export interface PackageFolderOptions {
  readonly tellLeft: TellLeft
  /** A file whose size and time have not changed for this long is taken to be whole. */
  readonly quietMs?: number
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
  let waiting: OrderedPackage[] = []
  let orderedAt = 0

  /** Unchanged since the last look, or, for a file renamed into place, modified long enough ago. */
  const isQuiet = (name: string, identity: string, modifiedAt: number, forMs = quietMs): boolean => {
    if (files.hasOwnClock && Date.now() - modifiedAt >= forMs) return true
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
  const read = async (name: string, identity: string, maxBytes: number): Promise<Buffer | undefined> => {
    try {
      return await files.read('in', name, { identity, maxBytes })
    } catch (error) {
      if (error instanceof BusError) throw error
      const code = errnoOf(error)
      if (code !== 'ENOENT') leave(name, `it cannot be read: ${/^[A-Z]/.test(code) ? code : error}`)
      return undefined
    }
  }

  /** The package with this name, if it is a regular file and its writer has finished; without its content. */
  const look = async (
    name: string,
    found: FoundFile,
    before: ReadonlyMap<string, OrderedPackage>
  ): Promise<OrderedPackage | undefined> => {
    if (found.kind === 'gone' && name.includes('\ufffd')) leave(name, 'its name is not UTF-8')
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
    const known = before.get(name)
    if (known?.identity === identity) return known
    const short = await read(name, identity, shortHeadBytes)
    const isWhole = short === undefined || short.length <= shortHeadBytes || traceEnd(short) !== undefined
    const head = isWhole ? short : await read(name, identity, headBytes)
    const reference = files.identifiesAny ? `${identity} ${name}` : undefined
    return { name, identity, modifiedAt, reference, writtenAt: (head && timeIn(head)) ?? modifiedAt }
  }

  /** Looks at the whole folder, in the order in which its packages are to be taken. */
  const order = async (): Promise<void> => {
    const there = [...(await files.list('in'))].filter(([name]) => isShown(name))
    const names = new Set(there.map(([name]) => name))
    for (const known of seen.keys()) if (!names.has(known)) seen.delete(known)
    for (const known of reported) if (!names.has(known)) reported.delete(known)
    const before = new Map(waiting.map((one) => [one.name, one]))
    const ordered: OrderedPackage[] = []
    for (let at = 0; at < there.length; at += atOnce) {
      const some = there.slice(at, at + atOnce).map(([name, found]) => look(name, found, before))
      ordered.push(...(await Promise.all(some)).filter((one) => one !== undefined))
    }
    waiting = ordered.sort(byTime)
    orderedAt = performance.now()
  }

  /** Where a package was moved to before; undefined if it was not. */
  const movedTo = async (reference: string, to: Folder): Promise<string | undefined> => {
    const ending = `-${keptName(reference)}`
    const names = [...(await files.list(to)).keys()]
    for (const name of names.filter((one) => one.endsWith(ending))) {
      if (isOf(reference, await files.identityAt(to, name))) return name
    }
    return undefined
  }

  /**
   * Moves the file a reference names, unless another has taken its name, and then writes the reason beside it. If it
   * was moved before, perhaps before a crash, it is found by what it is.
   */
  const move = async (reference: string, to: Folder, reason?: string): Promise<void> => {
    const name = nameIn(reference)
    const isThere = isOf(reference, await files.identityAt('in', name))
    const target = isThere ? `${unforeseen()}-${keptName(reference)}` : undefined
    if (target !== undefined) await files.move(['in', name], [to, target])
    waiting = waiting.filter((one) => one.name !== name)
    const moved = reason === undefined ? undefined : (target ?? (await movedTo(reference, to)))
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
    next: (isTaken) =>
      inFaults(async () => {
        if (waiting.length === 0 || performance.now() - orderedAt >= orderMs) await order()
        for (const one of [...waiting]) {
          if (one.reference !== undefined && isTaken(one.reference)) continue
          const bytes = await read(one.name, one.identity, maxPackageBytes)
          if (!bytes) {
            waiting = waiting.filter((other) => other !== one)
            continue
          }
          const reference = one.reference ?? `${one.identity}:${digestOf(bytes)} ${one.name}`
          one.reference = reference
          if (!isTaken(reference)) return { reference, bytes }
        }
        return undefined
      }),

    sent: (reference) => inFaults(() => move(reference, 'sent')),
    refused: (reference, reason) => inFaults(() => move(reference, 'refused', reason)),

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

/** Whether a reference names the file with this identity. */
function isOf(reference: string, identity: string | undefined): boolean {
  return identity !== undefined && [' ', ':'].some((end) => reference.startsWith(identity + end))
}

function nameIn(reference: string): string {
  return reference.slice(reference.indexOf(' ') + 1)
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32)
}
