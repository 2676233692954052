import { mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type ArchiveLog, openArchiveLog } from '#bus/archive-log/archive-log.ts'
import type { BlobStore } from '#engines/blobs/blob-store.ts'
import { openDirectoryBlobStore } from '#engines/blobs/directory/directory-blob-store.ts'
import { openS3BlobStore } from '#engines/blobs/s3/s3-blob-store.ts'
import type { EventLog } from '#engines/event-log/event-log.ts'
import { relayedSignals } from '#engines/signals/relay.ts'
import { createSignals, type Signals } from '#engines/signals/signals.ts'
import { type DiskSpace, endlessSpace, watchDiskSpace } from '#engines/store/disk-space.ts'
import { lockFolder } from '#engines/store/sqlite/folder-lock.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { watchFile } from '#engines/store/sqlite/watch-file.ts'
import type { Store, WorkingStore } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { appendingWriter } from './appending-writer.ts'
import type { Config } from './config.ts'
import { refuseNewerFormat } from './data-format.ts'
import { areShared } from './engines-config.ts'
import { refuseMoved } from './moved-marker.ts'
import { tablesOfAllParts, tablesOnOneMachine } from './tables.ts'
import { takeOverLog } from './take-over-log.ts'
import { trustKeysOf } from './trust-keys.ts'
import { refuseUnfinishedRestore } from './unfinished-restore.ts'
import { uploadSpaceOf } from './upload-space.ts'

/** The opened engines. */
export interface Engines {
  readonly store: Store
  readonly log: EventLog
  /** The same, if the bus is on one machine: it enters events as it appends them. */
  readonly archiveLog: ArchiveLog | undefined
  /** The same as the store, if the bus is on one machine. */
  readonly workingStore: WorkingStore | undefined
  readonly blobs: BlobStore
  readonly signals: Signals
  /** On the disk of the data folder. */
  readonly space: DiskSpace
  /** On the disk of the attachments; the same object if that is the same disk. */
  readonly uploadSpace: DiskSpace
  /** Throws if files of the data folder were moved, deleted or replaced. */
  readonly checkFiles: () => void
  /** Bytes of the write-ahead log of each file of the data folder. */
  readonly walBytes: () => ReadonlyMap<string, number>
  /** Whether other processes may use them too. */
  readonly areShared: boolean
  /** Closes all of them, the store last. */
  close(): Promise<void>
}

export interface EngineOptions {
  readonly config: Config
  readonly logger: Logger
  /** Ends the process at once: the content of the disk is unknown. */
  readonly onFatal: (error: unknown) => void
}

export function openEngines(options: EngineOptions): Promise<Engines> {
  return areShared(options.config) ? openShared(options) : openOnOneMachine(options)
}

async function openOnOneMachine({ config, logger, onFatal }: EngineOptions): Promise<Engines> {
  const { folder, reserveMb } = config.data
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  refuseUnfinishedRestore(folder)
  refuseMoved(folder)
  const opened = createOpened()
  try {
    opened.add(lockFolder(folder))
    const reserveBytes = reserveMb === undefined ? undefined : reserveMb * 1_048_576
    const space = watchDiskSpace({ folder, reserveBytes })
    const store = openSqliteStore({
      folder,
      parts: tablesOnOneMachine,
      writer: appendingWriter,
      onFatal,
      space
    })
    opened.add(() => store.close())
    await refuseNewerFormat(store)
    await takeOverLog({ folder, store, logger })
    const log = await openArchiveLog({ store })
    opened.add(() => log.close())
    const blobs = await openBlobs(config, opened)
    const attachmentsFolder = config.attachments.s3 ? undefined : folderOf(config)
    const uploadSpace = uploadSpaceOf({ dataFolder: folder, attachmentsFolder, space, reserveBytes })
    const signals = createSignals()
    return {
      store,
      log,
      archiveLog: log,
      workingStore: store,
      blobs,
      signals,
      space,
      uploadSpace,
      ...dataFiles(folder),
      areShared: false,
      close: opened.close
    }
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** What is looked at of the file that a bus on one machine writes. */
function dataFiles(folder: string): Pick<Engines, 'checkFiles' | 'walBytes'> {
  const name = 'store.sqlite'
  const file = join(folder, name)
  return {
    checkFiles: watchFile(file),
    walBytes: () => new Map([[name, statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0]])
  }
}

async function openShared({ config, logger }: EngineOptions): Promise<Engines> {
  const { kafka } = config.eventLog
  const { postgres } = config.store
  if (!kafka || !postgres) throw new TypeError('engines that are shared are Kafka and PostgreSQL')
  await trustKeysOf(config, { areShared: true, mayCreate: false }) // Fails before anything is opened or created.
  // A bus on one machine does without the libraries of these engines.
  const { checkedTopics, openKafkaEventLog, openPostgresRelay, openPostgresStore } = await import(
    './shared-engines.ts'
  )
  const { topics } = await checkedTopics(kafka, logger)
  const opened = createOpened()
  try {
    const store = await openPostgresStore({ config: postgres, parts: tablesOfAllParts, logger })
    opened.add(() => store.close())
    await refuseNewerFormat(store)
    const relay = await openPostgresRelay({ config: postgres, logger })
    opened.add(() => relay.close())
    const log = await openKafkaEventLog({ config: kafka, topics, store, logger, now: Date.now })
    opened.add(() => log.close())
    const blobs = await openBlobs(config, opened)
    return {
      store,
      log,
      archiveLog: undefined,
      workingStore: undefined,
      blobs,
      signals: relayedSignals(createSignals(), relay),
      space: endlessSpace,
      uploadSpace: endlessSpace,
      checkFiles: () => {},
      walBytes: () => new Map(),
      areShared: true,
      close: opened.close
    }
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** Opens the attachments' engine as configured. */
export async function openBlobs({ attachments, data }: Config, opened: Opened): Promise<BlobStore> {
  if (!attachments.s3) {
    const folder = folderOf({ attachments, data })
    return openDirectoryBlobStore({ folder, isShared: attachments.folder !== undefined })
  }
  const blobs = await openS3BlobStore({ config: attachments.s3, now: Date.now })
  opened.add(() => blobs.close())
  return blobs
}

/** The folder that the attachments are in. Throws `BUS_CONFIG_INVALID` if they are in S3. */
export function attachmentsFolder(config: Config): string {
  const { s3 } = config.attachments
  if (s3)
    throw new BusError('BUS_CONFIG_INVALID', 'backup-attachments-in-s3', { values: { bucket: s3.bucket } })
  return folderOf(config)
}

function folderOf({ attachments, data }: Pick<Config, 'attachments' | 'data'>): string {
  return resolve(attachments.folder ?? join(data.folder, 'attachments'))
}

type Opened = ReturnType<typeof createOpened>

/** Collects what was opened, to be closed in the opposite order. */
export function createOpened() {
  const closes: (() => unknown)[] = []
  return {
    add: (close: () => unknown): void => void closes.push(close),
    async close(): Promise<void> {
      for (const close of closes.splice(0).reverse()) await close()
    }
  }
}
