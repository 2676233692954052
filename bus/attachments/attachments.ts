import type { Readable } from 'node:stream'
import type { BlobStore, ByteRange } from '../blobs/blob-store.ts'
import { BusError } from '../errors/bus-error.ts'
import type { Store, StoreTransaction } from '../store/store.ts'
import type { AttachmentTables } from './attachment-tables.ts'

/** What an event says of an attachment: `size` in bytes, `sha256` 64 lower-case hex digits. */
export interface ListedAttachment {
  readonly size: number
  readonly sha256: string
}

/** An attachment that may be read. */
export interface FoundAttachment {
  /** Bytes. */
  readonly size: number
  /** All of it, or a part. */
  readonly open: (range?: ByteRange) => Promise<Readable>
}

/** Whether an agency may see any of these events, by archive number; asked of the inbox. */
export type HasBeenGiven = (agency: string, events: readonly number[]) => Promise<boolean>

/** Who holds which attachment, and which events pin it. The bytes are the blob store's. */
export interface Attachments {
  /**
   * Takes an upload whole. Rejects with `BUS_ATTACHMENT_INVALID` when size or
   * digest differ from what was announced; then nothing is kept.
   */
  upload(agency: string, announced: ListedAttachment, bytes: Readable, signal: AbortSignal): Promise<void>

  /** An attachment, if the agency uploaded it or may see an event that lists it; undefined otherwise. */
  find(agency: string, sha256: string): Promise<FoundAttachment | undefined>

  /**
   * Refuses an event that lists what its agency has neither uploaded in full
   * nor been given (`BUS_ATTACHMENT_MISSING`), and touches what it lists, so
   * that no sweep takes it before the projector pins it.
   */
  checkListed(agency: string, listed: readonly ListedAttachment[]): Promise<void>

  /** Pins what accepted events list, in the projector's transaction. */
  pin(transaction: StoreTransaction, event: number, listed: readonly ListedAttachment[]): Promise<void>
}

export interface AttachmentsOptions {
  readonly store: Store
  readonly blobs: BlobStore
  readonly hasBeenGiven: HasBeenGiven
  readonly now: () => number
}

/** A common form may be listed by thousands of events; they are looked through in pages. */
const pinsAtOnce = 500

export function createAttachments({ store, blobs, hasBeenGiven, now }: AttachmentsOptions): Attachments {
  const isGiven = async (agency: string, sha256: string): Promise<boolean> => {
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
      const last = pins.at(-1)
      if (!last) return false
      if (
        await hasBeenGiven(
          agency,
          pins.map(({ event }) => event)
        )
      )
        return true
      before = last.event
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

  return {
    async upload(agency, { sha256, size }, bytes, signal) {
      await blobs.put(sha256, size, bytes, signal)
      await store.transaction((transaction) =>
        transaction
          .tables<AttachmentTables>()
          .insertInto('attachmentHolders')
          .values({ agency, sha256, size, touchedAt: now() })
          .onConflict((on) => on.columns(['agency', 'sha256']).doUpdateSet({ touchedAt: now() }))
          .execute()
      )
    },

    async find(agency, sha256) {
      if (!(await holding(agency, sha256)) && !(await isGiven(agency, sha256))) return undefined
      const size = await blobs.size(sha256)
      return size === undefined ? undefined : { size, open: (range) => blobs.open(sha256, range) }
    },

    async checkListed(agency, listed) {
      if (listed.length === 0) return
      for (const { sha256, size } of listed) {
        const stored = await blobs.size(sha256)
        const mine =
          stored !== undefined && ((await holding(agency, sha256)) || (await isGiven(agency, sha256)))
        if (!mine) throw new BusError('BUS_ATTACHMENT_MISSING', 'attachment-missing', { values: { sha256 } })
        if (stored !== size) {
          throw new BusError('BUS_ATTACHMENT_MISSING', 'attachment-size-differs', {
            values: { sha256, expected: stored, got: size }
          })
        }
      }
      await store.transaction((transaction) =>
        transaction
          .tables<AttachmentTables>()
          .updateTable('attachmentHolders')
          .set({ touchedAt: now() })
          .where('sha256', 'in', [...new Set(listed.map(({ sha256 }) => sha256))])
          .execute()
      )
    },

    async pin(transaction, event, listed) {
      if (listed.length === 0) return
      const rows = new Map(listed.map(({ sha256, size }) => [sha256, { sha256, size, event }]))
      await transaction
        .tables<AttachmentTables>()
        .insertInto('attachmentPins')
        .values([...rows.values()])
        .execute()
    }
  }
}
