import type { RecordId, StoredRecord } from '#engines/event-log/event-log.ts'
import { inChunks } from '#engines/store/chunks.ts'
import { statementsOf } from '#engines/store/statements.ts'
import type { Tables } from '#engines/store/store.ts'
import { valuesTable } from '#engines/store/values-table.ts'
import type { Proof } from '#protocol/events/proof.ts'
import type { ArchiveTables } from '../archive/archive-tables.ts'
import { pathIn } from '../archive/stored-proofs.ts'
import type { ArchiveLogTables } from './archive-log-tables.ts'

export type HeldTables = ArchiveTables & ArchiveLogTables
type StoredByName = ReadonlyMap<string, StoredRecord>

export function nameOf({ source, id }: RecordId): string {
  return `${source} ${id}`
}

/** What is stored under these names as events in the archive. */
export const heldEvents = heldBy((db, count) =>
  db
    .with('asked(source, id)', () => namesOf(count))
    .selectFrom('asked')
    .innerJoin('archiveEvents as e', (on) =>
      on.onRef('e.source', '=', 'asked.source').onRef('e.id', '=', 'asked.id')
    )
    .innerJoin('archiveTokens as t', 't.number', 'e.receiptToken')
    .select(['e.source', 'e.id', 'e.hash', 'e.recordedTime', 't.token', 't.nodes'])
    .select(['e.receiptIndex as leaf', 'e.receiptSize as size', 'e.receiptPath as path'])
)

/** What is stored under these names as entries of the log. */
export const heldEntries = heldBy((db, count) =>
  db
    .with('asked(source, id)', () => namesOf(count))
    .selectFrom('asked')
    .innerJoin('logEntries as e', (on) =>
      on.onRef('e.source', '=', 'asked.source').onRef('e.id', '=', 'asked.id')
    )
    .innerJoin('logTokens as t', 't.number', 'e.receipt')
    .select(['e.source', 'e.id', 'e.hash', 'e.recordedTime', 't.token', 'e.leaf', 'e.size', 'e.path'])
)

interface Row extends RecordId, Omit<StoredRecord, 'receipt'>, Pick<Proof, 'token' | 'size'> {
  readonly leaf: number
  /** As `pathIn` reads it. */
  readonly path: string
  /** Only of an archived event. */
  readonly nodes?: Uint8Array | null
}

function heldBy(build: Parameters<typeof statementsOf<HeldTables>>[0]) {
  const statementFor = statementsOf(build)
  return async (db: Tables<HeldTables>, names: readonly RecordId[]): Promise<StoredByName> => {
    const rows = await inChunks(names, async (some) => {
      const parameters = some.flatMap(({ source, id }) => [source, id])
      const found = await db.executeQuery<Row>({ ...statementFor(db, some.length), parameters })
      return found.rows
    })
    return new Map(
      rows.map(({ hash, recordedTime, token, leaf: index, size, path, nodes = null, ...name }) => [
        nameOf(name),
        { hash, recordedTime, receipt: { token, index, size, path: pathIn(path, nodes) } }
      ])
    )
  }
}

function namesOf(count: number) {
  return valuesTable(
    Array.from({ length: count }, () => ({ source: '', id: '' })),
    ['source', 'id']
  )
}
