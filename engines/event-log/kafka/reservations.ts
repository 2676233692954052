import { nodesIn, type Proof } from '#protocol/events/proof.ts'
import { chunks, inChunks } from '../../store/chunks.ts'
import { insertOf } from '../../store/insert-rows.ts'
import type { Store, StoreTransaction, Tables } from '../../store/store.ts'
import { valuesTable } from '../../store/values-table.ts'
import type { NewRecord, RecordId, StoredRecord } from '../event-log.ts'
import type { ReservationTables } from './reservation-tables.ts'

/**
 * Result of a claim. `mine`: the caller appends the record, under this receipt; the receipt is an earlier
 * one if the caller took the record over. `held`: the log has it. `waiting`: another caller is appending it
 * now.
 */
export type Claim =
  | ({ readonly kind: 'mine' | 'held' } & Pick<NewRecord, 'recordedTime' | 'receipt'>)
  | { readonly kind: 'conflicting' }
  | { readonly kind: 'waiting' }

/**
 * Ids of a log that cannot look them up itself, kept in the store. An id is reserved by the first content
 * that claims it and becomes `held` when the log has confirmed the record. If the reserving process dies,
 * whoever sends the same content after the lease has ended takes the reservation over.
 */
export interface Reservations {
  /**
   * Returns one claim for each record, in order. If several records of a call have the same id, only the
   * first is claimed.
   */
  claim(records: readonly NewRecord[]): Promise<readonly Claim[]>
  /** Marks records as stored in the log. */
  commit(ids: readonly RecordId[]): Promise<void>
  /** This process no longer appends the record; it may be claimed here again at once. */
  release(id: RecordId): void
  /** Ends leases of this process before any later claim is decided, so that the next sender need not wait. If this fails, the leases expire. */
  releaseLease(ids: readonly RecordId[]): void
  /** What the log has under each id, in the order asked. */
  find(ids: readonly RecordId[]): Promise<readonly (StoredRecord | undefined)[]>
  /** The ids that are reserved but not confirmed. */
  uncommitted(ids: readonly RecordId[]): Promise<readonly RecordId[]>
}

export interface ReservationsOptions {
  readonly store: Store
  /** Identifies this run of the process. */
  readonly owner: string
  readonly now: () => number
}

type Row = ReservationTables['logIds']
type ReservedRow = Row & { readonly token: string }

/** Only this engine writes these tables, so they have a lane of their own. */
const lane = 'log-ids'
/**
 * How long only the process that reserved a record may append it, by the wall clock: longer than a record waits for the
 * batch before it and is then sent with its own.
 */
export const leaseMs = 5000

const insertIds = insertOf<Row>(
  'logIds',
  ['source', 'id', 'hash', 'recordedTime', 'receipt', 'leaf', 'size', 'path', 'state', 'owner', 'leaseUntil'],
  'ignore'
)

export function createReservations({ store, owner, now }: ReservationsOptions): Reservations {
  /** Records that this process is appending now. */
  const appending = new Set<string>()

  const claimIn = async (
    transaction: StoreTransaction,
    records: readonly NewRecord[]
  ): Promise<readonly Claim[]> => {
    const db = transaction.tables<ReservationTables>()
    const lease = { owner, leaseUntil: now() + leaseMs }
    const firsts = new Map(records.toReversed().map((record) => [nameOf(record), record]))
    const tokens = await numberTokens(transaction, [...firsts.values()])
    const rows = Array.from(firsts.values(), (record) => ({ ...toRow(record, tokens), ...lease }))
    if ((await insertIds(transaction, rows)) === records.length) {
      return records.map(({ recordedTime, receipt }) => ({ kind: 'mine', recordedTime, receipt }))
    }
    const found = await rowsOf(db, records)
    const mine = new Set<ReservedRow>()
    const unused = new Set(tokens.values())
    const claims = records.map((record): Claim => {
      const name = nameOf(record)
      const row = found.get(name)
      if (row?.hash !== record.hash) return { kind: 'conflicting' }
      const { recordedTime } = row
      if (row.state === 'held') return { kind: 'held', recordedTime, receipt: toProof(row) }
      const isFree = row.owner === owner ? !appending.has(name) : row.leaseUntil <= now() // Also if inserted just now.
      if (!isFree || mine.has(row)) return { kind: 'waiting' }
      mine.add(row)
      unused.delete(row.receipt)
      return { kind: 'mine', recordedTime, receipt: toProof(row) }
    })
    if (mine.size > 0)
      await setOf(transaction, [...mine])
        .set(lease)
        .execute()
    await inChunks([...unused], (some) => db.deleteFrom('logReceipts').where('number', 'in', some).execute())
    return claims
  }

  return {
    async claim(records) {
      if (records.length === 0) return []
      const claims = await store.transaction((transaction) => claimIn(transaction, records), { lane })
      for (const [index, { kind }] of claims.entries()) {
        const record = records[index]
        if (kind === 'mine' && record) appending.add(nameOf(record))
      }
      return claims
    },

    async commit(ids) {
      if (ids.length === 0) return
      await store.transaction((transaction) => setOf(transaction, ids).set({ state: 'held' }).execute(), {
        lane
      })
    },

    releaseLease(ids) {
      if (ids.length === 0) return
      const ending = store.transaction(
        (transaction) =>
          setOf(transaction, ids)
            .where('owner', '=', owner)
            .where('state', '=', 'reserved')
            .set({ leaseUntil: 0 })
            .execute(),
        { lane }
      )
      ending.catch(() => {}) // The leases expire anyway.
    },

    release: (id) => void appending.delete(nameOf(id)),

    async find(ids) {
      const rows = await rowsOf(store.reader<ReservationTables>(), ids)
      return ids.map((id) => {
        const row = rows.get(nameOf(id))
        return row?.state === 'held'
          ? { hash: row.hash, recordedTime: row.recordedTime, receipt: toProof(row) }
          : undefined
      })
    },

    async uncommitted(ids) {
      const rows = await rowsOf(store.reader<ReservationTables>(), ids)
      return [...rows.values()].filter(({ state }) => state === 'reserved')
    }
  }
}

/** For records that the log has lost: whoever sends the same content again has it appended, under its first receipt. */
export async function reopen(store: Store, ids: readonly RecordId[]): Promise<void> {
  for (const some of chunks(ids)) {
    await store.transaction(
      (transaction) => setOf(transaction, some).set({ state: 'reserved', leaseUntil: 0 }).execute(),
      { lane }
    )
  }
}

function setOf(transaction: StoreTransaction, ids: readonly RecordId[]) {
  return asking(
    transaction.tables<ReservationTables>(),
    ids.map(({ source, id }) => ({ source, id }))
  )
    .updateTable('logIds')
    .from('asked')
    .whereRef('logIds.source', '=', 'asked.source')
    .whereRef('logIds.id', '=', 'asked.id')
}

/** The ids as a table to join. */
function asking(db: Tables<ReservationTables>, ids: readonly RecordId[]) {
  return db.with('asked(source, id)', () => valuesTable(ids, ['source', 'id']))
}

async function rowsOf(
  db: Tables<ReservationTables>,
  ids: readonly RecordId[]
): Promise<ReadonlyMap<string, ReservedRow>> {
  if (ids.length === 0) return new Map()
  const rows = await asking(db, ids)
    .selectFrom('asked')
    .innerJoin('logIds', (join) =>
      join.onRef('logIds.source', '=', 'asked.source').onRef('logIds.id', '=', 'asked.id')
    )
    .innerJoin('logReceipts', 'logReceipts.number', 'logIds.receipt')
    .selectAll('logIds')
    .select('logReceipts.token')
    .execute()
  return new Map(rows.map((row) => [nameOf(row), row]))
}

async function numberTokens(
  transaction: StoreTransaction,
  records: readonly NewRecord[]
): Promise<ReadonlyMap<string, number>> {
  const tokens = [...new Set(records.map(({ receipt }) => receipt.token))]
  const rows = await transaction
    .tables<ReservationTables>()
    .insertInto('logReceipts')
    .values(tokens.map((token) => ({ token }) as ReservationTables['logReceipts']))
    .returning(['number', 'token'])
    .execute()
  return new Map(rows.map(({ number, token }) => [token, number]))
}

function toRow(
  { source, id, hash, recordedTime, receipt }: NewRecord,
  tokens: ReadonlyMap<string, number>
): Omit<Row, 'owner' | 'leaseUntil'> {
  return {
    source,
    id,
    hash,
    recordedTime,
    receipt: tokens.get(receipt.token) ?? 0,
    leaf: receipt.index,
    size: receipt.size,
    path: receipt.path.join(' '),
    state: 'reserved'
  }
}

function toProof({ token, leaf, size, path }: ReservedRow): Proof {
  return { token, index: leaf, size, path: nodesIn(path) }
}

export function nameOf({ source, id }: RecordId): string {
  return `${source} ${id}`
}
