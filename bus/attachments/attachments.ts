import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { BlobStore, ByteRange } from '#engines/blobs/blob-store.ts'
import { announced, checkDigest } from '#engines/blobs/upload.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { type AdmissionOptions, createAdmission, type Uploader } from './admission.ts'
import type { AttachmentLimits } from './attachment-limits.ts'
import type { AttachmentTables } from './attachment-tables.ts'
import { charge, createByteQuota } from './byte-quota.ts'
import { checkListing } from './check-listing.ts'
import type { ListedAttachment } from './listed-attachment.ts'
import { sweepAttachments, sweepOrphans } from './sweep.ts'
import { createUploads, type Uploads } from './uploads.ts'

/** An attachment that the caller may read. */
export interface StoredAttachment {
  /** In bytes. */
  readonly size: number
  /** Opens all of it or a part. */
  readonly open: (range?: ByteRange) => Promise<Readable>
}

/** Whether an agency may see any of these events, by archive number. The inbox answers this. */
export type HasBeenGiven = (agency: string, events: readonly number[]) => Promise<boolean>

/** Which agency has which attachment, and which events list it. The bytes are in the blob store. */
export interface Attachments {
  /** Largest attachment, in bytes: no event may list a larger one. */
  readonly maxBytes: number
  /** How many attachments one event may list. */
  readonly maxPerEvent: number

  /**
   * Stores a whole upload. Rejects with `BUS_ATTACHMENT_INVALID` if size or digest differ from what was
   * announced, and as `Uploads` says; then nothing is kept. What the agency has already is only compared,
   * and is not counted again.
   */
  upload(uploader: Uploader, listed: ListedAttachment, bytes: Readable, signal: AbortSignal): Promise<void>

  /** Uploads sent in several requests. */
  readonly uploads: Uploads

  /**
   * An attachment that the agency uploaded or that is listed in an event it may see; undefined otherwise.
   * `maySee` replaces `hasBeenGiven`: a delivery that was begun before its event ended still needs its files.
   */
  find(agency: string, sha256: string, maySee?: HasBeenGiven): Promise<StoredAttachment | undefined>

  /**
   * Throws `BUS_ATTACHMENT_MISSING` if the agency has neither uploaded a listed attachment nor received it,
   * and `BUS_REQUEST_TOO_LARGE` if more is listed than one event may list. Touches the attachments, so that
   * the sweep keeps them until the event pins them.
   */
  checkListed(agency: string, listed: readonly ListedAttachment[]): Promise<void>

  /** Removes attachments that no event lists and nobody touched for a day. Returns how many. */
  sweep(): Promise<number>
  /** Removes bytes that a crash left behind. Call once after a start, when the whole log is projected. */
  sweepOrphans(): Promise<number>
}

export interface AttachmentsOptions extends AdmissionOptions {
  readonly store: Store
  readonly blobs: BlobStore
  readonly hasBeenGiven: HasBeenGiven
  readonly limits: AttachmentLimits
  readonly now: () => number
  /** The same clock, except that it is not followed at once if it is set forward (`createSettledClock`). */
  readonly settledNow: () => number
}

/** An attachment that is neither listed nor touched is kept this long. */
export const keptMs = 86_400_000
/** Thousands of events may list the same form; they are checked in pages. */
const pinsAtOnce = 500
/** A number that no event has. */
const noEvent = 0

export function createAttachments(options: AttachmentsOptions): Attachments {
  const { store, blobs, hasBeenGiven, limits, now, settledNow } = options
  const admission = createAdmission(options)

  const isGiven = async (agency: string, sha256: string, maySee = hasBeenGiven): Promise<boolean> => {
    let before = Number.MAX_SAFE_INTEGER
    for (;;) {
      const pins = await store
        .reader<AttachmentTables>()
        .selectFrom('attachmentPins')
        .select('event')
        .where('sha256', '=', sha256)
        .where('event', '<', before)
        .orderBy('event', 'desc')
        .limit(pinsAtOnce)
        .execute()
      // Asked also if no event lists it, or the time of the answer would tell that nobody has it.
      const events = pins.length === 0 ? [noEvent] : pins.map(({ event }) => event)
      if (await maySee(agency, events)) return true
      if (pins.length < pinsAtOnce) return false
      before = events.at(-1) ?? noEvent
    }
  }

  const holding = (agency: string, sha256: string): Promise<{ size: number } | undefined> =>
    store
      .reader<AttachmentTables>()
      .selectFrom('attachmentHolders')
      .select('size')
      .where('agency', '=', agency)
      .where('sha256', '=', sha256)
      .executeTakeFirst()

  /** Those of these digests that an agency has. The sweep keeps them for a day from now. */
  const touch = async (
    transaction: StoreTransaction,
    agency: string,
    digests: readonly string[]
  ): Promise<readonly string[]> => {
    const db = transaction.tables<AttachmentTables>()
    const held = await inChunks(digests, (some) =>
      db
        .updateTable('attachmentHolders')
        .set({ touchedAt: now() })
        .where('agency', '=', agency)
        .where('sha256', 'in', some)
        .returning('sha256')
        .execute()
    )
    return held.map(({ sha256 }) => sha256)
  }

  const hold = async (
    transaction: StoreTransaction,
    agency: string,
    { sha256, size }: ListedAttachment
  ): Promise<void> => {
    if ((await touch(transaction, agency, [sha256])).length > 0) return
    await charge(transaction, agency, size)
    await transaction
      .tables<AttachmentTables>()
      .insertInto('attachmentHolders')
      .values({ agency, sha256, size, touchedAt: now(), pinned: 0 })
      .execute()
  }

  const quota = createByteQuota(limits, blobs, options.space)
  const uploads = createUploads({ store, blobs, hold, admission, quota, now })

  const isHeld = async (agency: string, sha256: string): Promise<boolean> => {
    const held = await store.transaction((transaction) => touch(transaction, agency, [sha256]))
    return held.length > 0 && (await blobs.size(sha256)) !== undefined
  }

  return {
    maxBytes: limits.maxBytesPerEvent,
    maxPerEvent: limits.maxPerEvent,
    uploads,

    async upload(uploader, { sha256, size }, bytes, signal) {
      admission.check(uploader, 0)
      if (!(await isHeld(uploader.agency, sha256))) {
        return uploads.whole(uploader, { sha256, size }, { bytes, signal }, (ending) =>
          blobs.put(sha256, size, bytes, ending)
        )
      }
      const hash = createHash('sha256')
      for await (const _piece of announced(bytes, { size, signal, hash }));
      checkDigest(hash, sha256)
    },

    // Setting the clock forward must not shorten the day: only time since the start counts.
    sweep: () => sweepAttachments({ store, blobs, uploads }, settledNow() - keptMs),

    sweepOrphans: () => sweepOrphans({ store, blobs, uploads }),

    async find(agency, sha256, maySee) {
      if (!(await holding(agency, sha256)) && !(await isGiven(agency, sha256, maySee))) return undefined
      const size = await blobs.size(sha256)
      return size === undefined ? undefined : { size, open: (range) => blobs.open(sha256, range) }
    },

    async checkListed(agency, listed) {
      if (listed.length === 0) return
      checkListing(listed, limits)
      for (const { sha256, size } of listed) {
        const mine = (await holding(agency, sha256)) || (await isGiven(agency, sha256))
        const stored = mine ? await blobs.size(sha256) : undefined
        if (stored === undefined)
          throw new BusError('BUS_ATTACHMENT_MISSING', 'attachment-missing', { values: { sha256 } })
        if (stored !== size) {
          throw new BusError('BUS_ATTACHMENT_MISSING', 'attachment-size-differs', {
            values: { sha256, expected: stored, got: size }
          })
        }
      }
      const digests = [...new Set(listed.map(({ sha256 }) => sha256))]
      await store.transaction(async (transaction) => {
        const db = transaction.tables<AttachmentTables>()
        const held = await touch(transaction, agency, digests)
        const pinned = await inChunks(digests, (some) =>
          db.selectFrom('attachmentPins').select('sha256').distinct().where('sha256', 'in', some).execute()
        )
        const still = new Set([...held, ...pinned.map(({ sha256 }) => sha256)])
        const swept = digests.find((sha256) => !still.has(sha256))
        if (swept !== undefined) {
          throw new BusError('BUS_ATTACHMENT_MISSING', 'attachment-missing', { values: { sha256: swept } })
        }
      })
    }
  }
}
