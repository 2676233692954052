import type { Proof } from '#protocol/events/proof.ts'
import type { Store, StoreTransaction, Tables } from '../../store/store.ts'
import { valuesTable } from '../../store/values-table.ts'
import type { NewRecord, RecordId, StoredRecord } from '../event-log.ts'
import type { ReservationTables } from './reservation-tables.ts'

/**
 * What a reservation came to. `mine`: to be appended by whoever asked, under
 * this receipt, which is another's first where it was taken over. `waiting`:
 * somebody is appending it now.
 */
export type Claim =
  | ({ readonly kind: 'mine' | 'held' } & Pick<NewRecord, 'recordedTime' | 'receipt'>)
  | { readonly kind: 'conflicting' }
  | { readonly kind: 'waiting' }

/**
 * Ids of a log that cannot look for them itself, kept in the store. Each is
 * reserved by the first content, then held once the log has answered; a
 * reservation left behind is taken over when its lease ends, by whoever brings
 * the same content.
 */
export interface Reservations {
  /** One claim a record, in order; several of one id in a call are claimed once. */
  claim(records: readonly NewRecord[]): Promise<readonly Claim[]>
  /** They are in the log. */
  commit(ids: readonly RecordId[]): Promise<void>
  /** Nobody appends it any more here; it may be claimed again here at once. */
  release(id: RecordId): void
  /** Ends the leases of this process, ahead of what is claimed after it: whoever brings the content next need not wait. Where that fails they run out. */
  releaseLease(ids: readonly RecordId[]): void
  /** What is held, in the order asked. */
  find(ids: readonly RecordId[]): Promise<readonly (StoredRecord | undefined)[]>
  /** Those of these ids that are reserved and not held. */
  uncommitted(ids: readonly RecordId[]): Promise<readonly RecordId[]>
}

export interface ReservationsOptions {
  readonly store: Store
  /** Names this process; another each time it is started. */
  readonly owner: string
  readonly now: () => number
}

type Row = ReservationTables['logIds']
type ReservedRow = Row & { readonly token: string }

/** Only this engine writes these tables: they have a lane of their own. */
const lane = 'log-ids'
/** How long nobody else may append what a process has reserved, by the wall clock. */
export const leaseMs = 3000

export function createReservations({ store, owner, now }: ReservationsOptions): Reservations {
  /** Of this process, being appended now. */
  const appending = new Set<string>()

  const claimIn = async (
    transaction: StoreTransaction,
    records: readonly NewRecord[]
  ): Promise<readonly Claim[]> => {
    const db = transaction.tables<ReservationTables>()
    const known = await rowsOf(db, records)
    const fresh = new Map<string, NewRecord>()
    const overtaken: ReservedRow[] = []
    const claims = records.map((record): Claim => {
      const name = nameOf(record)
      const row = known.get(name)
      if (!row) {
        const first = fresh.get(name)
        if (first) return first.hash === record.hash ? { kind: 'waiting' } : { kind: 'conflicting' }
        fresh.set(name, record)
        return { kind: 'mine', recordedTime: record.recordedTime, receipt: record.receipt }
      }
      if (row.hash !== record.hash) return { kind: 'conflicting' }
      const { recordedTime } = row
      if (row.state === 'held') return { kind: 'held', recordedTime, receipt: toProof(row) }
      const isFree = row.owner === owner ? !appending.has(name) : row.leaseUntil <= now()
      if (!isFree || overtaken.includes(row)) return { kind: 'waiting' }
      overtaken.push(row)
      return { kind: 'mine', recordedTime, receipt: toProof(row) }
    })
    const lease = { owner, leaseUntil: now() + leaseMs }
    if (fresh.size > 0) {
      const tokens = await numberTokens(transaction, [...fresh.values()])
      const rows = [...fresh.values()].map((record) => ({ ...toRow(record, tokens), ...lease }))
      await db.insertInto('logIds').values(rows.sort(byName)).execute()
    }
    for (const { source, id } of overtaken.sort(byName)) {
      await db.updateTable('logIds').set(lease).where('source', '=', source).where('id', '=', id).execute()
    }
    return claims
  }

  return {
    async claim(records) {
      const claims = await store.transaction((transaction) => claimIn(transaction, records), { lane })
      for (const [index, { kind }] of claims.entries()) {
        const record = records[index]
        if (kind === 'mine' && record) appending.add(nameOf(record))
      }
      return claims
    },

    async commit(ids) {
      if (ids.length === 0) return
      await store.transaction(
        (transaction) =>
          asking(transaction.tables<ReservationTables>(), ids)
            .updateTable('logIds')
            .from('asked')
            .whereRef('logIds.source', '=', 'asked.source')
            .whereRef('logIds.id', '=', 'asked.id')
            .set({ state: 'held' })
            .execute(),
        { lane }
      )
    },

    releaseLease(ids) {
      if (ids.length === 0) return
      const ending = store.transaction(
        (transaction) =>
          asking(transaction.tables<ReservationTables>(), ids)
            .updateTable('logIds')
            .from('asked')
            .whereRef('logIds.source', '=', 'asked.source')
            .whereRef('logIds.id', '=', 'asked.id')
            .where('owner', '=', owner)
            .where('state', '=', 'reserved')
            .set({ leaseUntil: 0 })
            .execute(),
        { lane }
      )
      ending.catch(() => {}) // The leases run out.
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

/** These ids as a table of their own, to join. */
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
  return { token, index: leaf, size, path: path === '' ? [] : path.split(' ') }
}

export function nameOf({ source, id }: RecordId): string {
  return `${source} ${id}`
}

function byName(a: RecordId, b: RecordId): number {
  const [one, other] = [nameOf(a), nameOf(b)]
  return one < other ? -1 : Number(one > other)
}
