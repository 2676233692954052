import type { BlobStore } from '#engines/blobs/blob-store.ts'
import type { Store, Tables } from '#engines/store/store.ts'
import type { AttachmentTables } from './attachment-tables.ts'
import { charge } from './byte-quota.ts'
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

async function sweepUploads({ store, uploads }: SweepOptions, before: number): Promise<number> {
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
        .executeTakeFirst(),
    { usesReserve: true }
  )
  return rows.length + Number(left.numDeletedRows)
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
 * Deletes the rows of agencies that neither list the attachment nor touched it since `before`, and then the
 * bytes if no row needs them. The bytes are removed inside the transaction. Otherwise an upload of the same
 * bytes could write its row and find them stored, just before they are removed.
 */
function removeUnneeded(
  { store, blobs }: Pick<SweepOptions, 'store' | 'blobs'>,
  sha256: string,
  before = 0
): Promise<boolean> {
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

async function isNeeded(db: Tables<AttachmentTables>, sha256: string): Promise<boolean> {
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
