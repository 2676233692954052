import { randomBytes } from 'node:crypto'
import type { Store, TablesOfPart } from './store.ts'

interface MetaTables {
  storeMeta: { name: string; value: string }
}

export const metaTables: TablesOfPart = {
  part: 'meta',
  migrations: [['CREATE TABLE "storeMeta" (name text PRIMARY KEY, value text NOT NULL)']]
}

/** What a store knows of itself, made when it is first opened and the same for every process on it. */
export interface StoreMeta {
  /** Which life of the store this is; a restored backup starts a new one. */
  readonly epoch: number
  /** The key cursors are made with. */
  readonly cursorSecret: Uint8Array
}

export async function loadMeta(store: Store): Promise<StoreMeta> {
  return store.transaction(async (transaction) => {
    const db = transaction.tables<MetaTables>()
    await db
      .insertInto('storeMeta')
      .values([
        { name: 'epoch', value: '1' },
        { name: 'cursorSecret', value: randomBytes(32).toString('base64url') }
      ])
      .onConflict((on) => on.column('name').doNothing())
      .execute()
    const rows = await db.selectFrom('storeMeta').selectAll().execute()
    const named = (name: string): string => rows.find((row) => row.name === name)?.value ?? ''
    return {
      epoch: Number(named('epoch')),
      cursorSecret: Buffer.from(named('cursorSecret'), 'base64url')
    }
  })
}
