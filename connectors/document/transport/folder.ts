import { lstat, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { BusError } from '#protocol/errors/bus-error.ts'
import {
  type FoundFile,
  identityAt,
  lookAt,
  moveFile,
  readPlain,
  writeNew
} from '../../shared-formats/folder/plain-files.ts'
import { type Folder, folders, type PackageFiles } from './package-files.ts'
import { openFolders } from './package-folder.ts'
import type { TellLeft, Transport } from './transport.ts'

/** The package folders on this machine, or on a share that it has mounted. */
export async function openPackageFolder(root: string, tellLeft: TellLeft): Promise<Transport> {
  await mkdir(root, { recursive: true }).catch((error: unknown) => {
    throw unreachable(error)
  })
  for (const name of folders) await mkdir(join(root, name)).catch(() => {}) // What stands in its place is reported when it is used.
  return openFolders(filesIn(root), { tellLeft })
}

function filesIn(root: string): PackageFiles {
  /** A path in one of the folders. Rejects if the folder is missing or is a link. */
  const pathIn = async (folder: Folder, name = ''): Promise<string> => {
    const path = join(root, folder)
    if (!(await lstat(path)).isDirectory()) throw unreachable(`${path} is not a folder`)
    return join(path, name)
  }
  return {
    hasOwnClock: true,
    identifiesAny: true,
    async list(folder) {
      const path = await pathIn(folder)
      const found = new Map<string, FoundFile>()
      for (const name of await readdir(path)) found.set(name, await lookAt(join(path, name)))
      return found
    },
    lookAt: async (folder, name) => lookAt(await pathIn(folder, name)),
    identityAt: async (folder, name) => identityAt(await pathIn(folder, name)),
    read: async (folder, name, { identity, maxBytes }) =>
      readPlain(await pathIn(folder, name), identity, maxBytes),
    write: async (folder, name, content, signal) => writeNew(await pathIn(folder, name), content, signal),
    move: async (from, to) => moveFile(await pathIn(...from), await pathIn(...to)),
    remove: async (folder, name) => rm(await pathIn(folder, name), { force: true }),
    toFault: unreachable,
    async close() {}
  }
}

function unreachable(cause: unknown): BusError {
  const values = { problem: String(cause) }
  return new BusError('BUS_PEER_UNREACHABLE', 'folder-unreachable', { cause, values })
}
