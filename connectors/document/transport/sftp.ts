import { posix } from 'node:path'
import type { Stats } from 'ssh2'
import type { BusError } from '#protocol/errors/bus-error.ts'
import type { FoundFile } from '../../shared-formats/folder/plain-files.ts'
import { faults } from '../faults.ts'
import type { SftpSettings } from '../settings.ts'
import { type ExpectedFile, type Folder, folders, type PackageFiles } from './package-files.ts'
import { openFolders } from './package-folder.ts'
import { connectSftp, type SftpConnection } from './sftp-connection.ts'
import { readSftpCredentials } from './sftp-credentials.ts'
import { type Handle, isStatus, readUpTo, status, writeAll } from './sftp-transfers.ts'
import type { TellLeft, Transport } from './transport.ts'

/** More files than a folder is expected to have; what a server lists without an end must not fill the memory. */
const maxFiles = 100_000

/** The package folders on a server that is reached by SFTP. */
export async function openSftpFolders(
  settings: SftpSettings,
  tellLeft: TellLeft,
  signal: AbortSignal
): Promise<Transport> {
  const connection = await connectSftp(settings, await readSftpCredentials(settings), signal)
  try {
    const { folder, quietSeconds } = settings
    const make = (path: string): Promise<void> =>
      connection.ask<void>((sftp, done) => sftp.mkdir(path, (error) => done(error, undefined))).catch(left)
    await make(folder)
    await Promise.all(folders.map((name) => make(posix.join(folder, name))))
    return await openFolders(filesAt(connection, folder), { tellLeft, quietMs: quietSeconds * 1000 })
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** It is there already, or what stands in its place is reported when it is used. */
function left(error: unknown): void {
  if (!isStatus(error)) throw error
}

function filesAt(connection: SftpConnection, root: string): PackageFiles {
  const statOf = (path: string): Promise<Stats | undefined> =>
    connection
      .ask<Stats>((sftp, done) => sftp.lstat(path, done))
      .catch((error: unknown) => {
        if (isStatus(error, status.noSuchFile)) return undefined
        throw error
      })
  const toFault = (cause: unknown): BusError => {
    const problem = cause instanceof Error ? cause.message : String(cause)
    return faults.sftpFolder({ cause, values: { host: connection.host, problem } })
  }
  /** Rejects if the folder is missing or is a link. */
  const checkFolder = async (folder: Folder): Promise<void> => {
    const path = posix.join(root, folder)
    if (!(await statOf(path))?.isDirectory()) throw toFault(`${path} is not a folder`)
  }
  const pathOf = (folder: Folder, name: string): string => posix.join(root, folder, name)
  /** Both are on their way at once; what was read elsewhere, by a link, is not given. */
  const checking = async <T>(folder: Folder, work: Promise<T>): Promise<T> => {
    const [checked, result] = await Promise.allSettled([checkFolder(folder), work])
    if (checked.status === 'rejected') throw checked.reason
    if (result.status === 'rejected') throw result.reason
    return result.value
  }
  const withHandle = async <T>(
    path: string,
    flags: 'r' | 'wx',
    work: (handle: Handle) => Promise<T>
  ): Promise<T> => {
    const handle = await connection.ask<Buffer>((sftp, done) => sftp.open(path, flags, done))
    try {
      return await work({ connection, handle })
    } finally {
      await connection
        .ask<void>((sftp, done) => sftp.close(handle, (error) => done(error, undefined)))
        .catch(() => {}) // It ends with the connection.
    }
  }
  const remove = (path: string): Promise<void> =>
    connection.ask<void>((sftp, done) => sftp.unlink(path, (error) => done(error, undefined)))

  return {
    hasOwnClock: false,
    identifiesAny: false,
    list: (folder) => checking(folder, listFiles(connection, posix.join(root, folder))),
    async lookAt(folder, name) {
      const stats = await checking(folder, statOf(pathOf(folder, name)))
      return stats ? foundOf(stats) : { kind: 'gone' }
    },
    async identityAt(folder, name) {
      const stats = await checking(folder, statOf(pathOf(folder, name)))
      return stats?.isFile() ? identityOf(stats) : undefined
    },
    read: (folder, name, expected, signal) =>
      checking(
        folder,
        withHandle(pathOf(folder, name), 'r', (file) => readFile(file, expected, signal)).catch(
          (error: unknown) => {
            if (isStatus(error, status.noSuchFile)) return undefined
            throw error
          }
        )
      ),
    async write(folder, name, content, signal) {
      await checkFolder(folder)
      const path = pathOf(folder, name)
      await withHandle(path, 'wx', async (file) => {
        try {
          await writeAll(file, content, signal)
        } catch (error) {
          await remove(path).catch(() => {}) // A disk that is full gives its space back.
          throw error
        }
      })
    },
    async move(from, to) {
      await Promise.all([checkFolder(from[0]), checkFolder(to[0])])
      await rename(connection, pathOf(...from), pathOf(...to))
    },
    async remove(folder, name) {
      await checkFolder(folder)
      await remove(pathOf(folder, name))
    },
    toFault,
    close: () => connection.close()
  }
}

/** Undefined if it is not the file of this identity, before and after. */
async function readFile(
  { connection, handle }: Handle,
  { identity, maxBytes }: ExpectedFile,
  signal?: AbortSignal
): Promise<Buffer | undefined> {
  const isStill = async (): Promise<boolean> => {
    const stats = await connection.ask<Stats>((sftp, done) => sftp.fstat(handle, done))
    return stats.isFile() && identityOf(stats) === identity
  }
  const length = Math.min(sizeIn(identity), maxBytes + 1)
  const [isBefore, bytes] = await Promise.all([isStill(), readUpTo({ connection, handle }, length, signal)])
  return isBefore && bytes && (await isStill()) ? bytes : undefined
}

async function listFiles(connection: SftpConnection, path: string): Promise<ReadonlyMap<string, FoundFile>> {
  const found = new Map<string, FoundFile>()
  const handle = await connection.ask<Buffer>((sftp, done) => sftp.opendir(path, done))
  try {
    for (;;) {
      const some = await connection.ask<readonly { readonly filename: string; readonly attrs: Stats }[]>(
        (sftp, done) => sftp.readdir(handle, done as never)
      )
      for (const { filename, attrs } of some) {
        if (!filename.includes('/')) found.set(filename, foundOf(attrs))
      }
      if (found.size > maxFiles) {
        throw faults.sftpFolder({
          values: { host: connection.host, problem: `${path} has more than ${maxFiles} files` }
        })
      }
    }
  } catch (error) {
    if (isStatus(error, status.endOfFile)) return found
    throw error
  } finally {
    await connection
      .ask<void>((sftp, done) => sftp.close(handle, (error) => done(error, undefined)))
      .catch(() => {})
  }
}

/**
 * Replaces what has the name. A server without OpenSSH's rename cannot: then what is there has the same content,
 * since names of packages are those of their events, and others are never used twice.
 */
async function rename(connection: SftpConnection, from: string, to: string): Promise<void> {
  const plain = async (): Promise<void> => {
    try {
      await connection.ask<void>((sftp, done) => sftp.rename(from, to, (error) => done(error, undefined)))
    } catch (error) {
      const there = await connection.ask<Stats>((sftp, done) => sftp.lstat(to, done)).catch(() => undefined)
      if (!isStatus(error) || !there?.isFile()) throw error
      await connection.ask<void>((sftp, done) => sftp.unlink(from, (failure) => done(failure, undefined)))
    }
  }
  try {
    await connection.ask<void>((sftp, done) =>
      sftp.ext_openssh_rename(from, to, (error) => done(error, undefined))
    )
  } catch (error) {
    if (!isStatus(error, status.unsupported)) throw error
    await plain()
  }
}

function foundOf(stats: Stats): FoundFile {
  if (!stats.isFile()) return { kind: 'odd' }
  return { kind: 'plain', identity: identityOf(stats), modifiedAt: stats.mtime * 1000 }
}

/** SFTP tells neither the inode nor fractions of a second. */
function identityOf({ mtime, size }: Stats): string {
  return `${mtime}:${size}`
}

function sizeIn(identity: string): number {
  return Number(identity.split(':')[1])
}
