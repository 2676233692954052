import type { RecordId, StoredRecord } from '#engines/event-log/event-log.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Tables } from '#engines/store/store.ts'
import { valuesTable } from '#engines/store/values-table.ts'
import type { Proof } from '#protocol/events/proof.ts'
import type { ArchiveTables } from '../archive/archive-tables.ts'
import type { ArchiveLogTables } from './archive-log-tables.ts'

type Held = ReadonlyMap<string, StoredRecord>

export function nameOf({ source, id }: RecordId): string {
  return `${source} ${id}`
}

/** What is stored under these names, as events in the archive. */
export async function heldEvents(db: Tables<ArchiveTables>, names: readonly RecordId[]): Promise<Held> {
  const rows = await inChunks(names, (some) =>
    db
      .with('asked(source, id)', () => valuesTable(some.map(only), ['source', 'id']))
      .selectFrom('asked')
      .innerJoin('archiveEvents as e', (on) =>
        on.onRef('e.source', '=', 'asked.source').onRef('e.id', '=', 'asked.id')
      )
      .innerJoin('archiveTokens as t', 't.number', 'e.receiptToken')
      .select(['e.source', 'e.id', 'e.hash', 'e.recordedTime', 't.token'])
      .select(['e.receiptIndex as leaf', 'e.receiptSize as size', 'e.receiptPath as path'])
      .execute()
  )
  return toHeld(rows)
}

/** What is stored under these names, as entries of the log. */
export async function heldEntries(db: Tables<ArchiveLogTables>, names: readonly RecordId[]): Promise<Held> {
  const rows = await inChunks(names, (some) =>
    db
      .with('asked(source, id)', () => valuesTable(some.map(only), ['source', 'id']))
      .selectFrom('asked')
      .innerJoin('logEntries as e', (on) =>
        on.onRef('e.source', '=', 'asked.source').onRef('e.id', '=', 'asked.id')
      )
      .innerJoin('logTokens as t', 't.number', 'e.receipt')
      .select(['e.source', 'e.id', 'e.hash', 'e.recordedTime', 't.token', 'e.leaf', 'e.size', 'e.path'])
      .execute()
  )
  return toHeld(rows)
}

function only({ source, id }: RecordId): RecordId {
  return { source, id }
}

interface Row extends RecordId, Omit<StoredRecord, 'receipt'>, Pick<Proof, 'token' | 'size'> {
  readonly leaf: number
  readonly path: string
}

function toHeld(rows: readonly Row[]): Held {
  return new Map(
    rows.map(({ hash, recordedTime, token, leaf: index, size, path, ...name }) => [
      nameOf(name),
      { hash, recordedTime, receipt: { token, index, size, path: path === '' ? [] : path.split(' ') } }
    ])
  )
}
