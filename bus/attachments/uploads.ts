import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { BlobStore } from '#engines/blobs/blob-store.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Admission, Uploader } from './admission.ts'
import type { AttachmentTables } from './attachment-tables.ts'
import type { ByteQuota } from './byte-quota.ts'
import type { ListedAttachment } from './listed-attachment.ts'
import { removeUnneeded } from './remove-unneeded.ts'

/** Progress of an upload, in bytes. */
export interface Progress {
  readonly offset: number
  readonly size: number
}

/** The next bytes of an upload. */
export interface NextBytes {
  /** Offset of the first byte. */
  readonly offset: number
  readonly bytes: Readable
  readonly signal: AbortSignal
  /** Whether these are the last bytes. */
  readonly isLast: boolean
}

/**
 * Uploads that survive a broken connection and a restart. An upload belongs to one agency; other agencies'
 * uploads and attachments are not visible here. Each call for an upload stops an earlier request that is
 * still sending to it, so that a dead connection never blocks a live one. Bytes are refused with
 * `BUS_NOT_PERMITTED` if the system may not upload, with `BUS_QUOTA_EXCEEDED` beyond the agency's quota, and
 * with `BUS_STORE_UNAVAILABLE` if the disk is nearly full.
 */
export interface Uploads {
  /** Starts an upload, or starts it again from the beginning. */
  begin(uploader: Uploader, announced: ListedAttachment): Promise<void>
  progress(agency: string, sha256: string): Promise<Progress | undefined>
  /**
   * Appends bytes. Bytes that arrived are kept even if the rest did not. With the last bytes the attachment
   * is complete. Rejects with `BUS_NOT_FOUND`, with `BUS_UPLOAD_CONFLICT` if the offset is not the next
   * one, and with `BUS_ATTACHMENT_INVALID` if size or digest differ from what was announced.
   */
  append(uploader: Uploader, sha256: string, next: NextBytes): Promise<Progress>
  /**
   * Runs `put`, which stores all bytes of one request; meanwhile the sweep keeps them. An unfinished upload
   * of the same bytes is another upload, and can still be continued.
   */
  whole(
    uploader: Uploader,
    announced: ListedAttachment,
    stream: Pick<NextBytes, 'bytes' | 'signal'>,
    put: (signal: AbortSignal) => Promise<void>
  ): Promise<void>
  /** Discards an upload; false if there is none. */
  cancel(agency: string, sha256: string): Promise<boolean>
}

export interface UploadsOptions {
  readonly store: Store
  readonly blobs: Pick<BlobStore, 'unfinished' | 'remove'>
  /** Records that an agency has an attachment. */
  readonly hold: (transaction: StoreTransaction, agency: string, held: ListedAttachment) => Promise<unknown>
  readonly admission: Admission
  readonly quota: ByteQuota
  readonly now: () => number
}

const freesRoom = { usesReserve: true }

export function createUploads(options: UploadsOptions): Uploads {
  const { store, hold, admission, quota, now } = options
  const { unfinished } = options.blobs
  const active = new Map<string, { readonly stop: AbortController; readonly ended: Promise<unknown> }>()

  /** Stops the request that is using the upload, waits for it to end, then runs `work`. */
  const takeOver = async <T>(name: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const stop = new AbortController()
    const before = active.get(name)
    before?.stop.abort(new BusError('BUS_UPLOAD_CONFLICT', 'upload-superseded'))
    const done = (async () => {
      await before?.ended
      return work(stop.signal)
    })()
    const mine = { stop, ended: done.catch(() => {}) }
    active.set(name, mine)
    try {
      return await done
    } finally {
      if (active.get(name) === mine) active.delete(name)
    }
  }

  const announcedSize = async (agency: string, sha256: string): Promise<number | undefined> => {
    const row = await store
      .reader<AttachmentTables>()
      .selectFrom('attachmentUploads')
      .select('size')
      .where('agency', '=', agency)
      .where('sha256', '=', sha256)
      .executeTakeFirst()
    return row?.size
  }

  const forget = (transaction: StoreTransaction, agency: string, sha256: string): Promise<unknown> =>
    transaction
      .tables<AttachmentTables>()
      .deleteFrom('attachmentUploads')
      .where('agency', '=', agency)
      .where('sha256', '=', sha256)
      .execute()

  const announce = async (agency: string, { sha256, size }: ListedAttachment): Promise<void> => {
    const check = await quota.ask()
    await store.transaction(async (transaction) => {
      await check(transaction, agency, { sha256, size })
      await transaction
        .tables<AttachmentTables>()
        .insertInto('attachmentUploads')
        .values({ agency, sha256, size, touchedAt: now() })
        .onConflict((on) => on.columns(['agency', 'sha256']).doUpdateSet({ size, touchedAt: now() }))
        .execute()
    })
  }

  /** The sweep keeps the upload for a day from now. */
  const touch = (agency: string, sha256: string): Promise<unknown> =>
    store.transaction((transaction) =>
      transaction
        .tables<AttachmentTables>()
        .updateTable('attachmentUploads')
        .set({ touchedAt: now() })
        .where('agency', '=', agency)
        .where('sha256', '=', sha256)
        .execute()
    )

  const discard = async (agency: string, sha256: string): Promise<void> => {
    await unfinished.discard(nameOf(agency, sha256))
    await store.transaction((transaction) => forget(transaction, agency, sha256), freesRoom)
  }

  const complete = async (agency: string, held: ListedAttachment): Promise<void> => {
    await unfinished.finish(nameOf(agency, held.sha256), held.sha256)
    await store.transaction(async (transaction) => {
      await hold(transaction, agency, held)
      await forget(transaction, agency, held.sha256)
    })
  }

  const take = async (agency: string, sha256: string, next: NextBytes): Promise<Progress> => {
    const name = nameOf(agency, sha256)
    const size = await announcedSize(agency, sha256)
    const expected = await unfinished.length(name)
    if (size === undefined || expected === undefined) throw new BusError('BUS_NOT_FOUND', 'not-found')
    if (next.offset !== expected) {
      throw new BusError('BUS_UPLOAD_CONFLICT', 'upload-offset-differs', {
        values: { expected, got: next.offset }
      })
    }
    try {
      await touch(agency, sha256)
      const offset = await unfinished.append(name, next.bytes, { limit: size, signal: next.signal })
      if (!next.isLast) return { offset, size }
      if (offset !== size) {
        throw new BusError('BUS_ATTACHMENT_INVALID', 'attachment-size-not-announced', {
          values: { expected: size, got: offset }
        })
      }
      await complete(agency, { sha256, size })
      return { offset, size }
    } catch (error) {
      if (error instanceof BusError && error.code === 'BUS_ATTACHMENT_INVALID') await discard(agency, sha256)
      throw error
    }
  }

  return {
    async begin({ agency, system }, announced) {
      admission.check({ agency, system }, announced.size)
      await takeOver(nameOf(agency, announced.sha256), async () => {
        await announce(agency, announced) // First, since the sweep of orphans removes bytes without a row.
        await unfinished.begin(nameOf(agency, announced.sha256))
      })
    },

    progress: (agency, sha256) =>
      takeOver(nameOf(agency, sha256), async () => {
        const size = await announcedSize(agency, sha256)
        const offset = await unfinished.length(nameOf(agency, sha256))
        return size === undefined || offset === undefined ? undefined : { offset, size }
      }),

    async append(uploader, sha256, next) {
      const { agency } = uploader
      admission.check(uploader, 0)
      return takeOver(nameOf(agency, sha256), (superseded) =>
        admission.whileAdmitted(
          uploader,
          { bytes: next.bytes, signal: AbortSignal.any([next.signal, superseded]) },
          (signal) => take(agency, sha256, { ...next, signal })
        )
      )
    },

    async whole(uploader, { sha256, size }, stream, put) {
      const { agency } = uploader
      admission.check(uploader, size)
      const request = randomUUID()
      const check = await quota.ask()
      await store.transaction(async (transaction) => {
        await check(transaction, agency, { sha256, size })
        await transaction
          .tables<AttachmentTables>()
          .insertInto('attachmentArrivals')
          .values({ request, agency, sha256, size, touchedAt: now() })
          .execute()
      })
      const leave = (transaction: StoreTransaction): Promise<unknown> =>
        transaction
          .tables<AttachmentTables>()
          .deleteFrom('attachmentArrivals')
          .where('request', '=', request)
          .execute()
      try {
        await admission.whileAdmitted(uploader, stream, put)
        await store.transaction(async (transaction) => {
          await hold(transaction, agency, { sha256, size })
          await leave(transaction)
        })
      } catch (error) {
        const abandon = async (): Promise<void> => {
          await store.transaction(leave, freesRoom)
          await removeUnneeded(options, sha256) // The bytes may be stored, and nobody is charged for them.
        }
        await abandon().catch(() => {}) // Then the sweep does it.
        throw error
      }
    },

    cancel: (agency, sha256) =>
      takeOver(nameOf(agency, sha256), async () => {
        if ((await announcedSize(agency, sha256)) === undefined) return false
        const isBegun = (await unfinished.length(nameOf(agency, sha256))) !== undefined
        await discard(agency, sha256)
        return isBegun
      })
  }
}

/** The name of an upload's bytes. Only the bus's own code, `/bus`, has a slash, and no code has a dash. */
export function nameOf(agency: string, sha256: string): string {
  return `${sha256}-${agency.replaceAll('/', '-')}`
}
