import type { BlobStore } from '#engines/blobs/blob-store.ts'
import type { Store, Tables } from '#engines/store/store.ts'
import type { AttachmentTables } from './attachment-tables.ts'
import { nameOf, type Uploads } from './uploads.ts'

export interface SweepOptions {
  readonly store: Store
  readonly blobs: BlobStore
  readonly uploads: Uploads
}

const atOnce = 200

/**
 * Takes away what nobody needs: attachments no event lists and uploads nobody
 * went on with, when untouched since `before` (milliseconds since the epoch).
 * What is about to be listed was touched first, and what is listed in a record
 * not yet projected too, so `before` must lie a day back. Gives how many went.
 */
export async function sweepAttachments(options: SweepOptions, before: number): Promise<number> {
  return (await sweepUploads(options, before)) + (await sweepHeld(options, before))
}

/**
 * Takes away bytes no row tells of, as a crash between bytes and row leaves
 * them. Only at a start, and only once everything in the log is projected.
 */
export async function sweepOrphans({ store, blobs }: SweepOptions): Promise<number> {
  let swept = 0
  for await (const sha256 of blobs.list()) {
    if (await isNeeded(store.reader<AttachmentTables>(), sha256)) continue
    if (await removeUnneeded({ store, blobs }, sha256)) swept += 1
  }
  const unfinished = await Array.fromAsync(blobs.unfinished.list()) // Before the rows: an upload that begins now has its row first.
  const rows = await store
    .reader<AttachmentTables>()
    .selectFrom('attachmentUploads')
    .select(['agency', 'sha256'])
    .execute()
  const known = new Set(rows.map(({ agency, sha256 }) => nameOf(agency, sha256)))
  for (const name of unfinished) if (!known.has(name)) await blobs.unfinished.discard(name)
  return swept
}

async function sweepUploads({ store, uploads }: SweepOptions, before: number): Promise<number> {
  const rows = await store
    .reader<AttachmentTables>()
    .selectFrom('attachmentUploads')
    .select(['agency', 'sha256'])
    .where('touchedAt', '<', before)
    .execute()
  for (const { agency, sha256 } of rows) await uploads.cancel(agency, sha256)
  return rows.length
}

async function sweepHeld({ store, blobs }: SweepOptions, before: number): Promise<number> {
  let swept = 0
  for (let after = ''; ; ) {
    const rows = await store
      .reader<AttachmentTables>()
      .selectFrom('attachmentHolders')
      .select('sha256')
      .distinct()
      .where('pinned', '=', 0)
      .where('touchedAt', '<', before)
      .where('sha256', '>', after)
      .orderBy('sha256')
      .limit(atOnce)
      .execute()
    const last = rows.at(-1)
    if (!last) return swept
    after = last.sha256
    for (const { sha256 } of rows) if (await removeUnneeded({ store, blobs }, sha256, before)) swept += 1
  }
}

/**
 * Ends the hold of each agency that neither lists an attachment nor has touched
 * it since `before`, and takes the bytes away where nobody needs them then. That
 * is done within the transaction: whoever uploads the same bytes, in any
 * process, has a row before they are stored and until they are held.
 */
function removeUnneeded(
  { store, blobs }: Pick<SweepOptions, 'store' | 'blobs'>,
  sha256: string,
  before = 0
): Promise<boolean> {
  return store.transaction(async (transaction) => {
    const db = transaction.tables<AttachmentTables>()
    await db
      .deleteFrom('attachmentHolders')
      .where('sha256', '=', sha256)
      .where('pinned', '=', 0)
      .where('touchedAt', '<', before)
      .execute()
    if (await isNeeded(db, sha256)) return false
    await blobs.remove(sha256)
    return true
  })
}

async function isNeeded(db: Tables<AttachmentTables>, sha256: string): Promise<boolean> {
  for (const table of ['attachmentHolders', 'attachmentPins', 'attachmentUploads'] as const) {
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
