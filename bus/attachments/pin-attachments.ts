import { inChunks } from '#engines/store/chunks.ts'
import { pipeline } from '#engines/store/pipeline.ts'
import type { StoreTransaction } from '#engines/store/store.ts'
import { agencyOf } from '#protocol/events/event.ts'
import type { ArchivedEvent } from '../archive/archived-event.ts'
import type { AttachmentTables } from './attachment-tables.ts'
import type { ListedAttachment } from './listed-attachment.ts'

/** Called in the transaction that archives the event: the sweep keeps what an accepted event lists. */
export async function pinAttachments(
  transaction: StoreTransaction,
  { number, source }: Pick<ArchivedEvent, 'number' | 'source'>,
  listed: readonly ListedAttachment[]
): Promise<void> {
  if (listed.length === 0) return
  const rows = new Map(listed.map(({ sha256, size }) => [sha256, { sha256, size, event: number }]))
  const db = transaction.tables<AttachmentTables>()
  const pinning = inChunks([...rows.values()], (some) =>
    db.insertInto('attachmentPins').values(some).execute()
  )
  const marking = inChunks([...rows.keys()], (some) =>
    db
      .updateTable('attachmentHolders')
      .set({ pinned: 1 })
      .where('agency', '=', agencyOf(source))
      .where('sha256', 'in', some)
      .where('pinned', '=', 0)
      .execute()
  )
  await pipeline([pinning, marking])
}
