import { randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { BusError } from '#protocol/errors/bus-error.ts'
import { visible } from '#protocol/errors/visible-text.ts'
import {
  errnoOf,
  identityAt,
  lookAt,
  moveFile,
  readPlain,
  writeNew
} from '../../shared-formats/folder/plain-files.ts'
import { faults } from '../faults.ts'
import type { CsvSettings } from '../settings.ts'

/** A list that its writer has finished. */
export interface WaitingList {
  readonly name: string
  readonly identity: string
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number
}

export type ListEnd = 'accepted' | 'refused'

/** The folder in which the staff system puts its lists. */
export interface ListFolder {
  /** Oldest first; and the names of what is no plain file, or is of the future, and is never read. */
  waiting(): Promise<{ readonly lists: readonly WaitingList[]; readonly unusable: readonly string[] }>
  /** At most one byte more than `maxBytes`; undefined if it changed meanwhile. */
  read(list: WaitingList, maxBytes: number): Promise<Buffer | undefined>
  /** Moves a list, with the reason beside it if there is one. Does nothing if it is not there. */
  end(list: Pick<WaitingList, 'name' | 'identity'>, end: ListEnd, reason?: string): Promise<void>
  /** Rejects if the folders cannot be used. */
  check(): Promise<void>
}

const folders = ['in', 'accepted', 'refused']
/** Names of files that are still being written or copied. */
const unfinished = /^[.~]|~$|\.(?:tmp|part|partial|filepart|crdownload|swp|lock)$/i
const reasonEnding = '.ly-do.txt'
const maxNameBytes = 200

const dayMs = 86_400_000
/** Clocks differ by less. */
const futureMs = 60_000

export type ListFolderOptions = Pick<CsvSettings, 'folder' | 'quietSeconds' | 'keepDays'>

/** Opens the folder, and makes those in it that are missing. */
export async function openListFolder({
  folder: root,
  quietSeconds,
  keepDays
}: ListFolderOptions): Promise<ListFolder> {
  const inFaults = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (error instanceof BusError) throw error
      throw unreachable(errnoOf(error) || String(error), error)
    }
  }
  const pathIn = async (folder: string, name = ''): Promise<string> => {
    const path = join(root, folder)
    if (!(await lstat(path)).isDirectory()) throw unreachable(`${folder} is not a folder`)
    return join(path, name)
  }
  await inFaults(async () => {
    for (const folder of folders) await mkdir(join(root, folder), { recursive: true, mode: 0o700 })
  })
  return {
    waiting: () =>
      inFaults(async () => {
        const names = (await readdir(await pathIn('in'))).filter((name) => !unfinished.test(name))
        const lists: WaitingList[] = []
        const unusable: string[] = []
        for (const name of names) {
          const file = await lookAt(join(root, 'in', name))
          const ageMs = file.kind === 'plain' ? Date.now() - file.modifiedAt : 0
          if ((file.kind !== 'plain' && file.kind !== 'gone') || ageMs < -futureMs) unusable.push(name)
          else if (file.kind === 'plain' && ageMs >= quietSeconds * 1000)
            lists.push({ name, identity: file.identity, modifiedAt: file.modifiedAt })
        }
        lists.sort((a, b) => a.modifiedAt - b.modifiedAt || (a.name < b.name ? -1 : 1))
        return { lists, unusable }
      }),
    read: ({ name, identity }, maxBytes) =>
      inFaults(async () => readPlain(await pathIn('in', name), identity, maxBytes)),
    end: ({ name, identity }, end, reason) =>
      inFaults(async () => {
        const from = await pathIn('in', name)
        if ((await identityAt(from)) !== identity) return
        const kept = `${randomBytes(4).toString('hex')}-${shortened(name)}`
        await moveFile(from, await pathIn(end, kept))
        if (reason !== undefined)
          await writeNew(await pathIn(end, kept + reasonEnding), `${visible(reason)}\n`)
        await removeOld(await pathIn(end), Date.now() - keepDays * dayMs)
      }),
    check: () =>
      inFaults(async () => {
        for (const folder of folders) {
          const probe = await pathIn(folder, `.lienthong-${randomBytes(4).toString('hex')}`)
          await writeNew(probe, '')
          await rm(probe)
        }
      })
  }
}

/** Removes what was put into a folder before an instant. */
async function removeOld(folder: string, before: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const file = await lstat(path)
    if (file.isFile() && file.ctimeMs < before) await rm(path)
  }
}

function shortened(name: string): string {
  let kept = name
  while (Buffer.byteLength(kept) > maxNameBytes) kept = kept.slice(1)
  return kept
}

function unreachable(problem: string, cause?: unknown): BusError {
  return faults.folderUnreachable({ cause, values: { problem } })
}
