import { cp, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { backup as copyDatabase, DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { createArchive } from '#bus/archive/archive.ts'
import { listedDigests } from '#bus/attachments/listed-digests.ts'
import { adoptActs } from '#bus/control/act-journal.ts'
import { readPositions } from '#consumers/projector/positions.ts'
import { placeOf } from '#engines/blobs/upload.ts'
import { openSqliteEventLog } from '#engines/event-log/sqlite/sqlite-event-log.ts'
import { startEpoch } from '#engines/store/meta.ts'
import { lockFolder } from '#engines/store/sqlite/folder-lock.ts'
import { kyselyOn } from '#engines/store/sqlite/kysely-on-sqlite.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { Tables } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { tablesOfAllParts } from '#runtime/tables.ts'
import { unfinishedRestoreIn } from '#runtime/unfinished-restore.ts'
import { giveToOwner, hasMore, moveAside, refuseNewerBackup } from './replaced-data.ts'

export interface BackupOptions {
  /** Folder of the bus's attachments; by default the one in the data folder. False leaves them out. */
  readonly attachments?: string | false
}

/**
 * Copies a data folder, even while the bus runs: store, then log, then attachments, then keys. The log is
 * copied after the store, so that it contains everything that the store has taken from it. Fails if the
 * target folder exists, or if an attachment that an event lists is not there.
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
  for (const name of ['store.sqlite', 'log.sqlite']) await copyOf(join(folder, name), join(unfinished, name))
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
  const manifest = { format: 1, madeAt: new Date().toISOString() }
  await writeFile(join(unfinished, 'backup.json'), `${JSON.stringify(manifest)}\n`)
  await flush(unfinished)
  await rename(unfinished, to)
}

export interface RestoreOptions extends BackupOptions {
  /** The backup. */
  readonly from: string
  /** The data folder it is restored into. */
  readonly folder: string
  /** Keeps the existing log: it may have events accepted after the backup. */
  readonly keepLog: boolean
  /** Replaces also data that the backup lacks, and keeps them aside. */
  readonly replace?: boolean
}

/**
 * Replaces the content of a data folder with a backup, and starts a new epoch. The bus must not be running.
 * Nothing is replaced if the folder has records that the backup lacks, unless `replace` says so: then they
 * are kept in the folder `aside`. Existing attachments stay; nothing is replaced if one is missing that an
 * event lists. Acts that the log has and the store lacks are added to the store here; events when the bus
 * starts.
 */
export async function restore({
  from,
  folder,
  attachments = join(folder, 'attachments'),
  keepLog,
  replace = false
}: RestoreOptions): Promise<{ readonly restoredTo: string; readonly aside?: string }> {
  for (const name of ['backup.json', 'store.sqlite', 'log.sqlite'])
    if (!(await exists(join(from, name)))) refuse('backup-missing', from)
  const format = formatIn(await readFile(join(from, 'backup.json'), 'utf8'))
  if (format === undefined) refuse('backup-missing', from)
  if (format !== 1) refuse('backup-of-other-format', from)
  refuseNewerBackup(from)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const unlock = lockFolder(folder)
  const unfinished = unfinishedRestoreIn(folder)
  try {
    if (attachments !== false) {
      await checkAttachments(join(from, 'store.sqlite'), [join(from, 'attachments'), attachments])
    }
    const isMore = !keepLog && hasMore(folder, from)
    if (isMore && !replace) refuse('restore-loses-records', folder)
    await writeFile(unfinished, '')
    await flush(unfinished)
    const aside = isMore ? await moveAside(folder) : undefined
    for (const name of ['store.sqlite', 'log.sqlite']) {
      const keep = name === 'log.sqlite' && keepLog && (await exists(join(folder, name)))
      if (keep) continue
      for (const left of [name, `${name}-wal`, `${name}-shm`]) await rm(join(folder, left), { force: true })
      await copyOf(join(from, name), join(folder, name))
    }
    if (attachments !== false) await mergeAttachments(join(from, 'attachments'), attachments)
    await cp(join(from, 'keys'), join(folder, 'keys'), { recursive: true, force: !keepLog })
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

/** The format that a manifest names; undefined if it is damaged. */
function formatIn(manifest: string): unknown {
  try {
    return (JSON.parse(manifest) as { readonly format?: unknown } | null)?.format
  } catch {
    return undefined
  }
}

/** Adds the acts that the log has and the store lacks, and starts an epoch. */
async function startNewEpoch(folder: string): Promise<{ readonly restoredTo: string }> {
  const store = openSqliteStore({ folder, parts: tablesOfAllParts, onFatal: fail })
  const log = await openSqliteEventLog({ folder, onFatal: fail })
  try {
    const positions = await readPositions(store)
    const ends = await log.ends()
    if ([...positions].some(([shard, position]) => (ends.get(shard) ?? 0) < position)) {
      refuse('restore-log-older', folder)
    }
    await adoptActs(store, log, positions)
    const last = await createArchive(store).last()
    const restoredTo = last?.recordedTime ?? new Date(0).toISOString()
    await startEpoch(store, { event: last?.number ?? 0, to: restoredTo })
    return { restoredTo }
  } finally {
    await log.close()
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
  // Nobody writes to it, and SQLite adds no files beside it.
  const unchanged = new URL('?immutable=1', pathToFileURL(store))
  const db = kyselyOn(new DatabaseSync(unchanged, { readOnly: true }))
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
    | 'restore-log-older'
    | 'restore-loses-records',
  path: string
): never {
  throw new BusError('BUS_CONFIG_INVALID', fault, { values: { path } })
}
