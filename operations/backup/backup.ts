import { cp, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { backup as copyDatabase, DatabaseSync } from 'node:sqlite'
import { createArchive } from '#bus/archive/archive.ts'
import { openArchiveLog } from '#bus/archive-log/archive-log.ts'
import { listedDigests } from '#bus/attachments/listed-digests.ts'
import { adoptActs } from '#bus/control/act-journal.ts'
import { readPositions } from '#consumers/projector/positions.ts'
import { placeOf } from '#engines/blobs/upload.ts'
import { startEpoch } from '#engines/store/meta.ts'
import { lockFolder } from '#engines/store/sqlite/folder-lock.ts'
import { kyselyOn } from '#engines/store/sqlite/kysely-on-sqlite.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { Tables } from '#engines/store/store.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { dataFormat, formatIn } from '#runtime/data-format.ts'
import { logFileName } from '#runtime/log-file.ts'
import { tablesOnOneMachine } from '#runtime/tables.ts'
import { takeOverLog } from '#runtime/take-over-log.ts'
import { unfinishedRestoreIn } from '#runtime/unfinished-restore.ts'
import { unchanging, withDatabase } from './databases.ts'
import { hasMore } from './has-more.ts'
import { giveToOwner, moveAside, refuseNewerBackup } from './replaced-data.ts'

export interface BackupOptions {
  /** Folder of the bus's attachments; by default the one in the data folder. False leaves them out. */
  readonly attachments?: string | false
}

/** Formats of a backup, by where the log is. */
const formats = { logInFile: 1, logInStore: 2 } as const

const databases: Readonly<Record<number, readonly string[]>> = {
  [formats.logInFile]: ['store.sqlite', logFileName],
  [formats.logInStore]: ['store.sqlite']
}

/**
 * Copies a data folder, even while the bus runs: store, then attachments, then keys. Of a folder that an earlier release
 * has left, the log is copied after the store, so that it contains everything that the store has taken from it. Fails if
 * the target folder exists, or if an attachment that an event lists is not there.
 */
export async function backUp(
  folder: string,
  to: string,
  { attachments = join(folder, 'attachments') }: BackupOptions = {}
): Promise<void> {
  if (await exists(to)) refuse('backup-exists', to)
  if (!(await exists(join(folder, 'store.sqlite')))) refuse('backup-nothing-there', folder)
  const unfinished = `${to}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  const format = await copyDatabases(folder, unfinished)
  if (attachments !== false) {
    const copied = join(unfinished, 'attachments')
    await mergeAttachments(attachments, copied)
    await checkAttachments(join(unfinished, 'store.sqlite'), [copied], attachments)
  }
  const copiedKeys = join(unfinished, 'keys')
  await mkdir(copiedKeys, { mode: 0o700 })
  // A link would lead to the key of the data folder, and be lost with it.
  if (await exists(join(folder, 'keys')))
    await cp(join(folder, 'keys'), copiedKeys, { recursive: true, dereference: true })
  const manifest = { format, madeAt: new Date().toISOString() }
  await writeFile(join(unfinished, 'backup.json'), `${JSON.stringify(manifest)}\n`)
  await flush(unfinished)
  await rename(unfinished, to)
}

export interface RestoreOptions extends BackupOptions {
  /** The backup. */
  readonly from: string
  /** The data folder it is restored into. */
  readonly folder: string
  /** Replaces also data that the backup lacks, and keeps them aside. */
  readonly replace?: boolean
}

/**
 * Replaces the content of a data folder with a backup, and starts a new epoch. The bus must not be running.
 * Nothing is replaced if the folder has records that the backup lacks, unless `replace` says so: then they
 * are kept in the folder `aside`. Existing attachments stay; nothing is replaced if one is missing that an
 * event lists. If an earlier release made the backup, its log is taken over: acts that the log has and the store
 * lacks are added to the store here; events when the bus starts.
 */
export async function restore({
  from,
  folder,
  attachments = join(folder, 'attachments'),
  replace = false
}: RestoreOptions): Promise<{ readonly restoredTo: string; readonly aside?: string }> {
  const names = await databasesOf(from)
  refuseNewerBackup(from)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const unlock = lockFolder(folder)
  const unfinished = unfinishedRestoreIn(folder)
  try {
    if (attachments !== false) {
      await checkAttachments(join(from, 'store.sqlite'), [join(from, 'attachments'), attachments])
    }
    const isMore = hasMore(folder, from)
    if (isMore && !replace) refuse('restore-loses-records', folder)
    await writeFile(unfinished, '')
    await flush(unfinished)
    const aside = isMore ? await moveAside(folder) : undefined
    for (const name of ['store.sqlite', logFileName])
      for (const left of [name, `${name}-wal`, `${name}-shm`]) await rm(join(folder, left), { force: true })
    for (const name of names) await copyOf(join(from, name), join(folder, name))
    if (attachments !== false) await mergeAttachments(join(from, 'attachments'), attachments)
    await cp(join(from, 'keys'), join(folder, 'keys'), { recursive: true })
    const begun = await startNewEpoch(folder)
    await rm(unfinished)
    await flush(folder)
    await giveToOwner(folder)
    if (attachments !== false) await giveToOwner(attachments)
    return { ...begun, ...(aside === undefined ? {} : { aside }) }
  } finally {
    unlock()
  }
}

/** Copies the databases of a data folder. Returns the format of the backup. */
async function copyDatabases(folder: string, to: string): Promise<number> {
  const [copy, log] = [join(to, 'store.sqlite'), join(folder, logFileName)]
  await copyOf(join(folder, 'store.sqlite'), copy)
  const noted = withDatabase(unchanging(copy), formatIn)?.format
  const isThere = await exists(log)
  if (noted === undefined ? !isThere : noted >= dataFormat) return formats.logInStore
  if (!isThere) throw new BusError('BUS_CONFIG_INVALID', 'log-file-missing', { values: { folder } })
  await copyOf(log, join(to, logFileName))
  return formats.logInFile
}

/** The names of the databases in a backup. */
async function databasesOf(from: string): Promise<readonly string[]> {
  const manifest = await readFile(join(from, 'backup.json'), 'utf8').catch(() => '')
  const format = formatOf(manifest)
  if (format === undefined) refuse('backup-missing', from)
  const names = databases[Number(format)] ?? refuse('backup-of-other-format', from)
  for (const name of names) if (!(await exists(join(from, name)))) refuse('backup-missing', from)
  return names
}

/** The format that a manifest names; undefined if it is damaged. */
function formatOf(manifest: string): unknown {
  try {
    return (JSON.parse(manifest) as { readonly format?: unknown } | null)?.format
  } catch {
    return undefined
  }
}

/** Takes over the log of an earlier release with the acts that its store lacks, and starts an epoch. */
async function startNewEpoch(folder: string): Promise<{ readonly restoredTo: string }> {
  const store = openSqliteStore({ folder, parts: tablesOnOneMachine, onFatal: fail })
  try {
    await takeOverLog({ folder, store, logger: createLogger({ level: 'silent' }) })
    const log = await openArchiveLog({ store })
    await adoptActs(store, log, await readPositions(store))
    await log.close()
    const last = await createArchive(store).last()
    const restoredTo = last?.recordedTime ?? new Date(0).toISOString()
    await startEpoch(store, { event: last?.number ?? 0, to: restoredTo })
    return { restoredTo }
  } finally {
    await store.close()
  }
}

/** All in one step: SQLite restarts a copy in several steps whenever another process writes. */
const allPages = 2_147_483_647

/** Makes a consistent, checked copy of a database; others may keep writing. */
async function copyOf(file: string, to: string): Promise<void> {
  const source = new DatabaseSync(file, { readOnly: true })
  await copyDatabase(source, to, { rate: allPages })
  source.close()
  const copy = new DatabaseSync(to)
  const found = copy.prepare('PRAGMA integrity_check').get()?.integrity_check
  copy.close()
  if (found !== 'ok') refuse('backup-unsound', file)
  await flush(to)
}

/** Fails if an attachment that an event lists is in none of these folders. `store` is the file of a backup. */
async function checkAttachments(
  store: string,
  folders: readonly string[],
  path = folders.join(', ')
): Promise<void> {
  const db = kyselyOn(new DatabaseSync(unchanging(store), { readOnly: true }))
  let missing = 0
  try {
    for await (const sha256 of listedDigests({ reader: <T>() => db as Tables<T> })) {
      const found = await Promise.all(folders.map((folder) => exists(join(folder, placeOf(sha256)))))
      if (!found.includes(true)) missing += 1
    }
  } finally {
    await db.destroy()
  }
  if (missing === 0) return
  throw new BusError('BUS_CONFIG_INVALID', 'backup-attachments-missing', { values: { missing, path } })
}

/** Copies the missing blobs. A blob is named by its digest, so an existing one is the same. */
async function mergeAttachments(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const shard of await readdir(from).catch(() => [])) {
    if (!/^[0-9a-f]{2}$/.test(shard)) continue
    await mkdir(join(to, shard), { recursive: true })
    for (const name of await readdir(join(from, shard))) {
      const target = join(to, shard, name)
      if (await exists(target)) continue
      const isThere = await copyUnlessGone(join(from, shard, name), `${target}.unfinished`)
      if (!isThere) continue
      await flush(`${target}.unfinished`)
      await rename(`${target}.unfinished`, target)
    }
  }
}

/** A running bus may delete attachments meanwhile. */
async function copyUnlessGone(from: string, to: string): Promise<boolean> {
  try {
    await cp(from, to)
    return true
  } catch (error) {
    if (await exists(from)) throw error
    return false
  }
}

async function flush(path: string): Promise<void> {
  for (const one of [path, dirname(path)]) {
    const handle = await open(one)
    await handle.sync()
    await handle.close()
  }
}

function fail(error: unknown): void {
  throw error
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false
  )
}

function refuse(
  fault:
    | 'backup-exists'
    | 'backup-missing'
    | 'backup-nothing-there'
    | 'backup-of-other-format'
    | 'backup-unsound'
    | 'restore-loses-records',
  path: string
): never {
  throw new BusError('BUS_CONFIG_INVALID', fault, { values: { path } })
}
