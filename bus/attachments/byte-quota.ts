import type { BlobStore } from '#engines/blobs/blob-store.ts'
import type { StoreTransaction } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { AttachmentLimits } from './attachment-limits.ts'
import type { AttachmentTables } from './attachment-tables.ts'
import type { ListedAttachment } from './listed-attachment.ts'

/**
 * What an agency may hold. Each agency is charged in full for what it uploaded,
 * whoever else has uploaded the same bytes, and for nothing it was given; an
 * upload under way is charged from its beginning with the size it announced.
 */
export interface ByteQuota {
  /**
   * Asks how much room there is, and gives what refuses an upload
   * (`BUS_QUOTA_EXCEEDED`) in the transaction that notes it.
   */
  ask(): Promise<CheckQuota>
}

export type CheckQuota = (
  transaction: StoreTransaction,
  agency: string,
  announced: ListedAttachment
) => Promise<void>

/** Where neither a setting nor a disk gives a limit. */
const defaultBytes = 1_099_511_627_776
/** Uploads of one agency that are not complete: each is a row and a file, however short. */
const maxUnfinished = 1000

export function createByteQuota(
  { maxBytesPerAgency }: Pick<AttachmentLimits, 'maxBytesPerAgency'>,
  blobs: Pick<BlobStore, 'free'>
): ByteQuota {
  return {
    async ask() {
      const free = maxBytesPerAgency === undefined ? await blobs.free() : undefined
      return async (transaction, agency, { sha256, size }) => {
        const { bytes: used, unfinished } = await heldBy(transaction, agency, sha256)
        if (unfinished >= maxUnfinished) {
          throw new BusError('BUS_QUOTA_EXCEEDED', 'uploads-too-many', {
            values: { agency, limit: maxUnfinished }
          })
        }
        // Of what is free and what it holds together, half: then as much is left as it has.
        const limit = maxBytesPerAgency ?? (free === undefined ? defaultBytes : Math.floor((free + used) / 2))
        if (used + size > limit) {
          throw new BusError('BUS_QUOTA_EXCEEDED', 'attachment-quota-used', {
            values: { agency, used, size, limit }
          })
        }
      }
    }
  }
}

/** Changes what an agency is charged for what it has uploaded in full. */
export async function charge(transaction: StoreTransaction, agency: string, bytes: number): Promise<void> {
  await transaction
    .tables<AttachmentTables>()
    .insertInto('attachmentUsage')
    .values({ agency, bytes })
    .onConflict((on) =>
      on.column('agency').doUpdateSet((e) => ({ bytes: e('attachmentUsage.bytes', '+', bytes) }))
    )
    .execute()
}

/** What an agency holds and is uploading, but for an upload in several requests of one digest, which may begin anew. */
async function heldBy(
  transaction: StoreTransaction,
  agency: string,
  but: string
): Promise<{ readonly bytes: number; readonly unfinished: number }> {
  const db = transaction.tables<AttachmentTables>()
  const usage = await db
    .selectFrom('attachmentUsage')
    .select('bytes')
    .where('agency', '=', agency)
    .executeTakeFirst()
  const uploads = await db
    .selectFrom('attachmentUploads')
    .select((e) => [e.fn.sum('size').as('bytes'), e.fn.countAll().as('count')])
    .where('agency', '=', agency)
    .where('sha256', '!=', but)
    .executeTakeFirst()
  const arrivals = await db
    .selectFrom('attachmentArrivals')
    .select((e) => [e.fn.sum('size').as('bytes'), e.fn.countAll().as('count')])
    .where('agency', '=', agency)
    .executeTakeFirst()
  return {
    bytes: Number(usage?.bytes ?? 0) + Number(uploads?.bytes ?? 0) + Number(arrivals?.bytes ?? 0),
    unfinished: Number(uploads?.count ?? 0) + Number(arrivals?.count ?? 0)
  }
}
