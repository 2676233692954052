import type { BlobStore } from '#engines/blobs/blob-store.ts'
import type { Store } from '#engines/store/store.ts'
import type { AttachmentTables } from './attachment-tables.ts'
import { isNeeded, removeUnneeded } from './remove-unneeded.ts'
import { nameOf, type Uploads } from './uploads.ts'

export interface SweepOptions {
  readonly store: Store
  readonly blobs: BlobStore
  readonly uploads: Uploads
}

const atOnce = 200

/**
 * Removes attachments that no event lists and uploads that nobody continued, if untouched since `before`
 * (milliseconds since the epoch). Publishing touches an attachment first and the projector pins it later,
 * so `before` must be at least a day ago. Returns how many were removed.
 */
export async function sweepAttachments(options: SweepOptions, before: number): Promise<number> {
  return (await sweepUploads(options, before)) + (await sweepHeld(options, before))
}

/**
 * Removes bytes without a row, which a crash leaves between storing the bytes and writing the row. Call
 * only at a start, when the whole log is projected.
 */
export async function sweepOrphans({ store, blobs }: SweepOptions): Promise<number> {
  let swept = 0
  for await (const sha256 of blobs.list()) {
    if (await isNeeded(store.reader<AttachmentTables>(), sha256)) continue
    if (await removeUnneeded({ store, blobs }, sha256)) swept += 1
  }
  const unfinished = await Array.fromAsync(blobs.unfinished.list()) // Before the rows: an upload that starts now writes its row first.
  const rows = await store
    .reader<AttachmentTables>()
    .selectFrom('attachmentUploads')
    .select(['agency', 'sha256'])
    .execute()
  const known = new Set(rows.map(({ agency, sha256 }) => nameOf(agency, sha256)))
  for (const name of unfinished) if (!known.has(name)) await blobs.unfinished.discard(name)
  return swept
}

async function sweepUploads({ store, blobs, uploads }: SweepOptions, before: number): Promise<number> {
  const rows = await store
    .reader<AttachmentTables>()
    .selectFrom('attachmentUploads')
    .select(['agency', 'sha256'])
    .where('touchedAt', '<', before)
    .execute()
  for (const { agency, sha256 } of rows) await uploads.cancel(agency, sha256)
  const left = await store.transaction(
    (transaction) =>
      transaction
        .tables<AttachmentTables>()
        .deleteFrom('attachmentArrivals')
        .where('touchedAt', '<', before)
        .returning('sha256')
        .execute(),
    { usesReserve: true }
  )
  for (const { sha256 } of left) await removeUnneeded({ store, blobs }, sha256) // All of them may have arrived.
  return rows.length + left.length
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
