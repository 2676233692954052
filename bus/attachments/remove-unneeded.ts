import type { BlobStore } from '#engines/blobs/blob-store.ts'
import type { Store, Tables } from '#engines/store/store.ts'
import type { AttachmentTables } from './attachment-tables.ts'
import { charge } from './byte-quota.ts'

/** Attachments: their rows and their bytes. */
export interface StoredBytes {
  readonly store: Store
  readonly blobs: Pick<BlobStore, 'remove'>
}

/**
 * Deletes the rows of agencies that neither list the attachment nor touched it since `before`, and then the
 * bytes if no row needs them. The bytes are removed inside the transaction. Otherwise an upload of the same
 * bytes could write its row and find them stored, just before they are removed.
 */
export function removeUnneeded({ store, blobs }: StoredBytes, sha256: string, before = 0): Promise<boolean> {
  return store.transaction(
    async (transaction) => {
      const db = transaction.tables<AttachmentTables>()
      const ended = await db
        .deleteFrom('attachmentHolders')
        .where('sha256', '=', sha256)
        .where('pinned', '=', 0)
        .where('touchedAt', '<', before)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('attachmentHolds as held')
                .select('held.holder')
                .whereRef('held.sha256', '=', 'attachmentHolders.sha256')
                .whereRef('held.agency', '=', 'attachmentHolders.agency')
            )
          )
        )
        .returning(['agency', 'size'])
        .execute()
      for (const { agency, size } of ended) await charge(transaction, agency, -size)
      if (await isNeeded(db, sha256)) return false
      await blobs.remove(sha256)
      return true
    },
    { usesReserve: true }
  )
}

export async function isNeeded(db: Tables<AttachmentTables>, sha256: string): Promise<boolean> {
  for (const table of [
    'attachmentHolders',
    'attachmentPins',
    'attachmentUploads',
    'attachmentArrivals'
  ] as const) {
    const row = await db
      .selectFrom(table)
      .select('sha256')
      .where('sha256', '=', sha256)
      .limit(1)
      .executeTakeFirst()
    if (row) return true
  }
  return false
}
