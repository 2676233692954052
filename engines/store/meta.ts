import { randomBytes } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Store, StoreTransaction, TablesOfPart } from './store.ts'

export interface MetaTables {
  storeMeta: { name: string; value: string }
}

export const metaTables: TablesOfPart = {
  part: 'meta',
  migrations: [['CREATE TABLE "storeMeta" (name text PRIMARY KEY, value text NOT NULL)']]
}

/**
 * A restore: the epoch that it started, and the last event in the restored store, by archive number and
 * recorded time (RFC 3339).
 */
export interface Restore {
  readonly epoch: number
  readonly event: number
  readonly to: string
}

/** What a store knows about itself. Created when the store is first opened; the same for every process. */
export interface StoreMeta {
  /** Starts at 1; every restore of a backup starts a new one. */
  readonly epoch: number
  /** Oldest first. */
  readonly restores: readonly Restore[]
  /** Signs cursors. */
  readonly cursorSecret: Uint8Array
}

/** A migration of another store's state into this one. */
export interface Migration {
  readonly id: string
  readonly isFinished: boolean
}

const migrationName = 'migration'

/** The migration that was started into this store, if any. */
export function migrationInto(transaction: StoreTransaction): Promise<Migration | undefined> {
  return readNote<Migration>(transaction, migrationName)
}

export function noteMigration(transaction: StoreTransaction, migration: Migration): Promise<void> {
  return writeNote(transaction, migrationName, migration)
}

/** What was noted in a store under a name. */
export async function readNote<T>(transaction: StoreTransaction, name: string): Promise<T | undefined> {
  const row = await transaction
    .tables<MetaTables>()
    .selectFrom('storeMeta')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst()
  return row && (JSON.parse(row.value) as T)
}

/** Notes a JSON value under a name, in place of what was there. */
export async function writeNote(transaction: StoreTransaction, name: string, note: unknown): Promise<void> {
  const value = JSON.stringify(note)
  await transaction
    .tables<MetaTables>()
    .insertInto('storeMeta')
    .values({ name, value })
    .onConflict((on) => on.column('name').doUpdateSet({ value }))
    .execute()
}

export async function deleteNote(transaction: StoreTransaction, name: string): Promise<void> {
  await transaction.tables<MetaTables>().deleteFrom('storeMeta').where('name', '=', name).execute()
}

/** Throws `BUS_CONFIG_INVALID` while a migration into this store is not finished. */
export async function loadMeta(store: Store): Promise<StoreMeta> {
  return store.transaction(
    async (transaction) => {
      if ((await migrationInto(transaction))?.isFinished === false) {
        throw new BusError('BUS_CONFIG_INVALID', 'migration-unfinished')
      }
      const db = transaction.tables<MetaTables>()
      await db
        .insertInto('storeMeta')
        .values([
          { name: 'epoch', value: '1' },
          { name: 'restores', value: '[]' },
          { name: 'cursorSecret', value: randomBytes(32).toString('base64url') }
        ])
        .onConflict((on) => on.column('name').doNothing())
        .execute()
      const rows = await db.selectFrom('storeMeta').selectAll().execute()
      const named = (name: string): string => rows.find((row) => row.name === name)?.value ?? ''
      return {
        epoch: Number(named('epoch')),
        restores: JSON.parse(named('restores')),
        cursorSecret: Buffer.from(named('cursorSecret'), 'base64url')
      }
    },
    { usesReserve: true }
  ) // The bus starts on a full disk too: only then can anyone be revoked.
}

/** Starts a new epoch in a restored store. Cursors given out before are then answered with the time to read from. */
export async function startEpoch(store: Store, last: Pick<Restore, 'event' | 'to'>): Promise<void> {
  const { epoch: before, restores } = await loadMeta(store)
  // The same backup may be restored twice: the two must not share an epoch.
  const epoch = Math.max(before + 1, Date.now())
  await store.transaction(async (transaction) => {
    const db = transaction.tables<MetaTables>()
    for (const [name, value] of [
      ['epoch', String(epoch)],
      ['restores', JSON.stringify([...restores, { epoch, ...last }])]
    ] as const) {
      await db.updateTable('storeMeta').set({ value }).where('name', '=', name).execute()
    }
  })
}
