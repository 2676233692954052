import type { RecordId, StoredRecord } from '#engines/event-log/event-log.ts'
import { inChunks } from '#engines/store/chunks.ts'
import { statementsOf } from '#engines/store/statements.ts'
import type { Tables } from '#engines/store/store.ts'
import { valuesTable } from '#engines/store/values-table.ts'
import type { Proof } from '#protocol/events/proof.ts'
import type { ArchiveTables } from '../archive/archive-tables.ts'
import { type FindNumbers, nameKey, numbersOfKeys } from '../archive/key-runs.ts'
import { pathIn } from '../archive/stored-proofs.ts'
import type { ArchiveLogTables } from './archive-log-tables.ts'

export type HeldTables = ArchiveTables & ArchiveLogTables
type StoredByName = ReadonlyMap<string, StoredRecord>

export function nameOf({ source, id }: RecordId): string {
  return `${source} ${id}`
}

/** What is stored under these names as events in the archive. */
export async function heldEvents(
  db: Tables<HeldTables>,
  names: readonly RecordId[],
  find: FindNumbers = numbersOfKeys
): Promise<StoredByName> {
  const numbers = await find(db, names.map(nameKey))
  const rows = await inChunks(numbers, (some) =>
    db
      .selectFrom('archiveEvents as e')
      .select(['e.source', 'e.id', 'e.hash', 'e.recordedTime', 'e.receiptToken as receipt'])
      .select(['e.receiptIndex as leaf', 'e.receiptSize as size', 'e.receiptPath as path'])
      .where('e.number', 'in', some)
      .execute()
  )
  const asked = new Set(names.map(nameOf))
  return byName(
    rows.filter((row) => asked.has(nameOf(row))),
    (some) => db.selectFrom('archiveTokens').selectAll().where('number', 'in', some).execute()
  )
}

/** What is stored under these names as entries of the log. */
export async function heldEntries(db: Tables<HeldTables>, names: readonly RecordId[]): Promise<StoredByName> {
  const rows = await inChunks(names, async (some) => {
    const parameters = some.flatMap(({ source, id }) => [source, id])
    const found = await db.executeQuery<Row>({ ...entriesOf(db, some.length), parameters })
    return found.rows
  })
  return byName(rows, (some) => db.selectFrom('logTokens').selectAll().where('number', 'in', some).execute())
}

const entriesOf = statementsOf<HeldTables>((db, count) =>
  db
    .with('asked(source, id)', () => namesOf(count))
    .selectFrom('asked')
    .innerJoin('logEntries as e', (on) =>
      on.onRef('e.source', '=', 'asked.source').onRef('e.id', '=', 'asked.id')
    )
    .select(['e.source', 'e.id', 'e.hash', 'e.recordedTime', 'e.receipt', 'e.leaf', 'e.size', 'e.path'])
)

interface Row extends RecordId, Omit<StoredRecord, 'receipt'>, Pick<Proof, 'size'> {
  /** Number of the receipt's token. */
  readonly receipt: number
  readonly leaf: number
  /** As `pathIn` reads it. */
  readonly path: string
}

interface Token {
  readonly number: number
  readonly token: string
  /** Only in the archive. */
  readonly nodes?: Uint8Array | null
}

/** Tokens are read once each: the events of a batch share theirs, with all nodes. */
async function byName(
  rows: readonly Row[],
  readTokens: (some: readonly number[]) => Promise<readonly Token[]>
): Promise<StoredByName> {
  const numbers = [...new Set(rows.map(({ receipt }) => receipt))]
  const found = await inChunks(numbers, readTokens)
  const tokens = new Map(found.map((token) => [token.number, token]))
  return new Map(
    rows.map(({ hash, recordedTime, receipt, leaf: index, size, path, ...name }) => {
      const { token = '', nodes = null } = tokens.get(receipt) ?? {}
      return [
        nameOf(name),
        { hash, recordedTime, receipt: { token, index, size, path: pathIn(path, nodes) } }
      ]
    })
  )
}

function namesOf(count: number) {
  return valuesTable(
    Array.from({ length: count }, () => ({ source: '', id: '' })),
    ['source', 'id']
  )
}
