import { existsSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { lastNumber as lastArchived } from '#bus/archive/append-events.ts'
import { ownForm } from '#bus/archive/archive-form.ts'
import { addMissingKeys } from '#bus/archive/key-runs.ts'
import { hashIndex } from '#bus/archive/key-tables.ts'
import type { ArchiveLogTables } from '#bus/archive-log/archive-log-tables.ts'
import { insertEntries, onlyShard } from '#bus/archive-log/entries.ts'
import { type HeldTables, heldEvents, nameOf } from '#bus/archive-log/held-names.ts'
import { type ControlTables, lastNumber } from '#bus/control/control-tables.ts'
import { readPositions } from '#consumers/projector/positions.ts'
import type { ProjectorTables } from '#consumers/projector/projector-tables.ts'
import { activityTopic } from '#engines/event-log/activity-topic.ts'
import { inChunks } from '#engines/store/chunks.ts'
import { deleteNote, readNote, writeNote } from '#engines/store/meta.ts'
import type { Store, StoreTransaction, Tables } from '#engines/store/store.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { schemaIdOf } from '#protocol/events/payload-codec.ts'
import { dataFormat, readFormat, starts, writeFormat } from './data-format.ts'
import { type FiledRecord, type LogFile, logFileName, openLogFile } from './log-file.ts'

export interface TakeOverOptions {
  /** The data folder, which this process has locked. */
  readonly folder: string
  readonly store: Store
  readonly logger: Logger
}

/** How far it has come. */
interface TakeOver {
  /** Of the last record taken over. */
  readonly position: number
  /** How many of them are events in the archive. */
  readonly archived: number
  /** Where the projector was. */
  readonly projected: number
}

const noteName = 'logTakeOver'

/**
 * Takes over the log of an earlier release, which is a file of its own: its events are in the archive already and are
 * compared with it; everything else becomes entries of the log, at the same positions. The file is then renamed and
 * kept. Until the last transaction, which notes the new format, the earlier release can run on the folder; its table of
 * events was written anew when the store was opened, with an index of hashes in place of their constraint.
 *
 * Call it before the log is opened. Interrupted at any point, it goes on when it is called again. Rejects with
 * `BUS_CONFIG_INVALID` if log and store do not match, or the file is missing.
 */
export async function takeOverLog({ folder, store, logger }: TakeOverOptions): Promise<void> {
  const file = join(folder, logFileName)
  const projected = (await readPositions(store)).get(onlyShard) ?? 0
  const isOfToday = ((await readFormat(store))?.format ?? 0) >= dataFormat
  await store.transaction(addMissingKeys, starts)
  if (!isOfToday && existsSync(file)) {
    logger.info({ file }, 'taking over the event log of an earlier release; the bus starts when this is done')
    const log = openLogFile(file)
    try {
      const { position, archived } = await takeOver(log, { folder, store, projected })
      logger.info(
        { records: position, events: archived },
        'the event log of the earlier release is taken over'
      )
    } finally {
      log.close()
    }
  } else if (!isOfToday && projected > 0) {
    throw new BusError('BUS_CONFIG_INVALID', 'log-file-missing', { values: { folder } })
  }
  await store.transaction(dropHashIndex, starts)
  if (existsSync(file)) renameKept(file)
  for (const name of readdirSync(folder)) {
    if (keptName.test(name))
      logger.warn(
        { file: join(folder, name) },
        'the event log of an earlier release is no longer used: store.sqlite has all of it; delete the file once you have a new backup'
      )
  }
}

interface Taking extends Pick<TakeOverOptions, 'folder' | 'store'> {
  readonly projected: number
}

async function takeOver(log: LogFile, taking: Taking): Promise<TakeOver> {
  const { store } = taking
  let done = await begin(log, taking)
  for (;;) {
    const records = log.after(done.position)
    if (records.length === 0) break
    done = await store.transaction(async (transaction) => {
      const next = await takeOverSome(transaction, records, { ...taking, done })
      await writeNote(transaction, noteName, next)
      reachFailpoint('take-over.before-commit')
      return next
    })
    reachFailpoint('take-over.after-commit')
  }
  await store.transaction(async (transaction) => {
    const archived = await lastArchived(transaction.tables())
    const isAll =
      done.position === log.last() && done.position >= done.projected && done.archived === archived
    if (!isAll) refuse(taking, done.position + 1)
    await finish(transaction, log)
    reachFailpoint('take-over.before-finish')
  })
  reachFailpoint('take-over.after-finish')
  return done
}

async function dropHashIndex(transaction: StoreTransaction): Promise<void> {
  await transaction.tables<HeldTables>().schema.dropIndex(hashIndex).ifExists().execute()
}

/** Where to go on. If the earlier release has run since, from the start: it may have projected what was copied. */
function begin(log: LogFile, { folder, store, projected }: Taking): Promise<TakeOver> {
  return store.transaction(async (transaction) => {
    const noted = await readNote<TakeOver>(transaction, noteName)
    if (noted?.projected === projected) return noted
    const acts = await lastNumber(transaction.tables<ControlTables>())
    if (acts === 0 && log.last() > 0) refuse({ folder }, 1)
    const db = transaction.tables<ArchiveLogTables>()
    for (const table of ['logEntries', 'logTokens', 'logOffsets'] as const)
      await db.deleteFrom(table).execute()
    return { position: 0, archived: 0, projected }
  })
}

async function takeOverSome(
  transaction: StoreTransaction,
  records: readonly FiledRecord[],
  { folder, projected, done }: Taking & { readonly done: TakeOver }
): Promise<TakeOver> {
  const db = transaction.tables<HeldTables>()
  const events = records.filter(({ entry }) => entry.topic !== activityTopic).map(({ entry }) => entry)
  const archived = await heldEvents(db, events)
  const bySchema = new Map<number, string[]>()
  const copied: FiledRecord[] = []
  const waiting: number[] = []
  let { position } = done
  for (const record of records) {
    const { entry, tokens, isNamed } = record
    position += 1
    if (entry.position !== position || !isNamed) refuse({ folder }, position)
    const isEvent = entry.topic !== activityTopic
    const held = isEvent ? archived.get(nameOf(entry)) : undefined
    if (!held) {
      copied.push(record)
      if (isEvent && position <= projected) waiting.push(position)
      continue
    }
    const { token, index, size, path } = held.receipt
    const isSame =
      held.hash === entry.hash &&
      held.recordedTime === entry.recordedTime &&
      token === tokens[0]?.token &&
      index === entry.leaf &&
      size === entry.size &&
      path.join(' ') === entry.path
    const schemaId = schemaIdOf(entry.value)
    if (!isSame || schemaId === undefined) refuse({ folder }, position)
    const hashes = bySchema.get(schemaId) ?? []
    bySchema.set(schemaId, hashes)
    hashes.push(entry.hash)
  }
  await checkQuarantined(transaction.tables<ProjectorTables>(), waiting, folder)
  for (const [schemaId, hashes] of bySchema) {
    const found = await inChunks(hashes, (some) =>
      ownForm.index.ofHashes(db, some).select('number').execute()
    )
    const numbers = found.map(({ number }) => number)
    await inChunks(numbers, (some) =>
      db.updateTable('archiveEvents').set({ schemaId }).where('number', 'in', some).execute()
    )
  }
  await copy(transaction, copied)
  const count = [...bySchema.values()].reduce((sum, { length }) => sum + length, 0)
  return { position, archived: done.archived + count, projected }
}

/** What the projector has passed and not archived is in quarantine. */
async function checkQuarantined(
  db: Tables<ProjectorTables>,
  positions: readonly number[],
  folder: string
): Promise<void> {
  const found = await inChunks(positions, (some) =>
    db
      .selectFrom('projectorQuarantine')
      .select('position')
      .where('shard', '=', onlyShard)
      .where('position', 'in', some)
      .execute()
  )
  const quarantined = new Set(found.map(({ position }) => position))
  const lost = positions.find((position) => !quarantined.has(position))
  if (lost !== undefined) refuse({ folder }, lost)
}

async function copy(transaction: StoreTransaction, records: readonly FiledRecord[]): Promise<void> {
  const tokens = new Map(records.flatMap((record) => record.tokens.map((one) => [one.number, one] as const)))
  await insertEntries(
    transaction,
    records.map(({ entry }) => entry)
  )
  await inChunks([...tokens.values()], (some) =>
    transaction
      .tables<ArchiveLogTables>()
      .insertInto('logTokens')
      .values(some)
      .onConflict((on) => on.column('number').doNothing()) // Records of two slices may share it.
      .execute()
  )
}

async function finish(transaction: StoreTransaction, log: LogFile): Promise<void> {
  const db = transaction.tables<ArchiveLogTables & ProjectorTables>()
  await inChunks(log.offsets(), (some) => db.insertInto('logOffsets').values(some).execute())
  const entries = await db
    .selectFrom('logEntries')
    .select((e) => e.fn.max('position').as('last'))
    .executeTakeFirst()
  const last = Number(entries?.last ?? 0)
  // A position beyond the last entry would be that of another log.
  await db
    .updateTable('projectorPositions')
    .set({ position: last })
    .where('log', '=', onlyShard)
    .where('position', '>', last)
    .execute()
  await deleteNote(transaction, noteName)
  await writeFormat(transaction)
}

const keptName = /^log\.sqlite\.taken-over(?:\.\d+)?$/

/** Renames what belongs to the file, and last the file: it is still a database. */
function renameKept(file: string): void {
  const first = `${file}.taken-over`
  let kept = first
  for (let n = 2; existsSync(kept); n += 1) kept = `${first}.${n}`
  for (const part of ['-wal', '-shm', '']) {
    if (existsSync(file + part)) renameSync(file + part, kept + part)
    reachFailpoint('take-over.renamed')
  }
}

function refuse({ folder }: Pick<TakeOverOptions, 'folder'>, position: number): never {
  throw new BusError('BUS_CONFIG_INVALID', 'log-file-differs', { values: { folder, position } })
}
