import type { BlobStore } from '#engines/blobs/blob-store.ts'
import type { DiskSpace } from '#engines/store/disk-space.ts'
import type { StoreTransaction } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { AttachmentLimits } from './attachment-limits.ts'
import type { AttachmentTables } from './attachment-tables.ts'
import type { ListedAttachment } from './listed-attachment.ts'

/**
 * Bytes of attachments that an agency may have. An agency is charged for each of its uploads in full, even
 * if another agency uploaded the same bytes, and for nothing that it received. An unfinished upload is
 * charged from the start with its announced size.
 */
export interface ByteQuota {
  /** Asks for the free space, and returns the check for the transaction that records an upload. */
  ask(): Promise<CheckQuota>
}

/**
 * Throws `BUS_QUOTA_EXCEEDED` if the agency may not have so many more bytes, or `BUS_STORE_UNAVAILABLE` if that is
 * only because the disk has too little space for anybody's.
 */
export type CheckQuota = (
  transaction: StoreTransaction,
  agency: string,
  announced: ListedAttachment
) => Promise<void>

/** The limit if there is neither a setting nor a disk. */
const defaultBytes = 1_099_511_627_776
/** Unfinished uploads of one agency: each is a row and a file, however small. */
const maxUnfinished = 1000

export function createByteQuota(
  { maxBytesPerAgency }: Pick<AttachmentLimits, 'maxBytesPerAgency'>,
  blobs: Pick<BlobStore, 'free'>,
  space: Pick<DiskSpace, 'roomNow'>
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
        // Half of what is free and what the agency has: then as much is left for the others.
        const limit = maxBytesPerAgency ?? (free === undefined ? defaultBytes : Math.floor((free + used) / 2))
        if (used + size > limit) {
          if (maxBytesPerAgency === undefined) space.roomNow(size)
          throw new BusError('BUS_QUOTA_EXCEEDED', 'attachment-quota-used', {
            values: { agency, used, size, limit }
          })
        }
      }
    }
  }
}

/** Changes the bytes of completed uploads that an agency is charged for. */
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

/** What an agency is charged for, without an unfinished upload of the digest `but`, which may be started again. */
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
