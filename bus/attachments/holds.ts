import { inChunks } from '#engines/store/chunks.ts'
import type { StoreTransaction } from '#engines/store/store.ts'
import type { AttachmentTables } from './attachment-tables.ts'

/** An attachment that is needed before an event that lists it is in the log. */
export interface AttachmentHold {
  /** Who needs it; the same name releases it. */
  readonly holder: string
  readonly agency: string
  readonly sha256: string
}

/** The sweep keeps these attachments until they are released. */
export async function holdAttachments(
  transaction: StoreTransaction,
  holds: readonly AttachmentHold[]
): Promise<void> {
  const db = transaction.tables<AttachmentTables>()
  await inChunks(holds, (some) =>
    db
      .insertInto('attachmentHolds')
      .values(some)
      .onConflict((on) => on.columns(['holder', 'agency', 'sha256']).doNothing())
      .execute()
  )
}

/** Releases everything that these hold. */
export async function releaseAttachments(
  transaction: StoreTransaction,
  holders: readonly string[]
): Promise<void> {
  const db = transaction.tables<AttachmentTables>()
  await inChunks(holders, (some) => db.deleteFrom('attachmentHolds').where('holder', 'in', some).execute())
}

/** Renames those who hold attachments: `from` and `to` are the beginnings of their names. */
export async function renameHolders(transaction: StoreTransaction, from: string, to: string): Promise<void> {
  const db = transaction.tables<AttachmentTables>()
  const rows = await db
    .selectFrom('attachmentHolds')
    .select('holder')
    .distinct()
    .where('holder', '>=', from)
    .where('holder', '<', `${from}\u{10ffff}`)
    .execute()
  for (const { holder } of rows) {
    const renamed = to + holder.slice(from.length)
    await db.updateTable('attachmentHolds').set({ holder: renamed }).where('holder', '=', holder).execute()
  }
}
