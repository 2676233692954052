import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { it, type TestContext } from 'node:test'
import type { AttachmentLimits } from '#bus/attachments/attachment-limits.ts'
import { type AttachmentTables, attachmentTables } from '#bus/attachments/attachment-tables.ts'
import { type AttachmentsOptions, createAttachments } from '#bus/attachments/attachments.ts'
import { emptyControlState, operatorSystem, type SystemEntry } from '#bus/control/control-state.ts'
import { openDirectoryBlobStore } from '#engines/blobs/directory/directory-blob-store.ts'
import { type DiskSpace, endlessSpace } from '#engines/store/disk-space.ts'
import type { Store } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { describeOnEveryStore, type OpenStore } from '../../helpers/stores.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const day = 86_400_000
const never = new AbortController().signal
const a = { agency: '000.00.91.H03', system: operatorSystem }
const b = { agency: '000.00.92.H03', system: operatorSystem }
const beyond = { code: 'BUS_QUOTA_EXCEEDED', fault: 'attachment-quota-used' }

interface Options extends Partial<Pick<AttachmentsOptions, 'control'>> {
  readonly limits?: Partial<AttachmentLimits>
  readonly space?: DiskSpace
  readonly free?: number
}

async function openOn(openStore: OpenStore, t: TestContext, options: Options = {}) {
  const store = await openStore(t, [attachmentTables])
  const directory = await openDirectoryBlobStore({ folder: join(temporaryFolder(t), 'attachments') })
  const blobs = { ...directory, free: async () => options.free }
  const clock = { now: Date.now() }
  const attachments = createAttachments({
    store,
    blobs,
    control: options.control ?? { state: emptyControlState() },
    space: options.space ?? endlessSpace,
    hasBeenGiven: async () => false,
    limits: { maxPerEvent: 100, maxBytesPerEvent: 1_000_000, ...options.limits },
    now: () => clock.now,
    settledNow: () => clock.now
  })
  const upload = (uploader: typeof a, bytes: Uint8Array, listed = listingOf(bytes)) =>
    attachments.upload(uploader, listed, Readable.from([bytes]), never)
  return { attachments, store, blobs, clock, upload }
}

function listingOf(bytes: Uint8Array) {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length }
}

const part = (offset: number, bytes: Uint8Array, isLast: boolean) => {
  return { offset, bytes: Readable.from([bytes]), signal: never, isLast }
}

function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: BusError) => error.code
  )
}

/** What is charged, beside what is really held: the same, whatever happened. */
async function charged(store: Store, agency: string): Promise<number> {
  const db = store.reader<AttachmentTables>()
  const usage = await db.selectFrom('attachmentUsage').selectAll().where('agency', '=', agency).execute()
  const held = await db.selectFrom('attachmentHolders').select('size').where('agency', '=', agency).execute()
  const bytes = Number(usage[0]?.bytes ?? 0)
  assert.equal(
    bytes,
    held.reduce((sum, { size }) => sum + Number(size), 0)
  )
  return bytes
}

describeOnEveryStore('the bytes an agency may hold', (openStore) => {
  it('are those it uploaded, whoever else has the same ones, and none that another paid for', async (t) => {
    const { upload, store } = await openOn(openStore, t, { limits: { maxBytesPerAgency: 1000 } })
    const shared = randomBytes(600)
    await upload(a, shared)
    await upload(b, shared)
    assert.deepEqual([await charged(store, a.agency), await charged(store, b.agency)], [600, 600])
    await assert.rejects(upload(a, randomBytes(401)), {
      ...beyond,
      values: { agency: a.agency, used: 600, size: 401, limit: 1000 }
    })
    await upload(a, randomBytes(400))
    await upload(b, randomBytes(400))
  })

  it('do not grow by what it holds already, though its quota is used up', async (t) => {
    const { upload, store } = await openOn(openStore, t, { limits: { maxBytesPerAgency: 1000 } })
    const bytes = randomBytes(1000)
    await upload(a, bytes)
    await upload(a, bytes)
    await assert.rejects(upload(a, randomBytes(1000), listingOf(bytes)), { code: 'BUS_ATTACHMENT_INVALID' })
    assert.equal(await charged(store, a.agency), 1000)
  })

  it('count from the beginning of an upload, with the size it announced', async (t) => {
    const { attachments, upload } = await openOn(openStore, t, { limits: { maxBytesPerAgency: 1000 } })
    const { uploads } = attachments
    const bytes = randomBytes(900)
    await uploads.begin(a, listingOf(bytes))
    await assert.rejects(upload(a, randomBytes(101)), beyond)
    await assert.rejects(uploads.begin(a, listingOf(randomBytes(101))), beyond)
    await uploads.begin(a, listingOf(bytes))
    await uploads.append(a, listingOf(bytes).sha256, part(0, bytes, true))
    await assert.rejects(upload(a, randomBytes(101)), beyond)
    await upload(b, randomBytes(1000))
  })

  it('are free again once an upload is deleted, fails, or is swept, and what nobody listed is swept', async (t) => {
    const { attachments, upload, clock, store } = await openOn(openStore, t, {
      limits: { maxBytesPerAgency: 1000 }
    })
    const { uploads } = attachments
    const bytes = randomBytes(1000)
    const { sha256 } = listingOf(bytes)
    await uploads.begin(a, listingOf(bytes))
    await uploads.cancel(a.agency, sha256)
    await assert.rejects(upload(a, randomBytes(1000), listingOf(bytes)), { code: 'BUS_ATTACHMENT_INVALID' })
    await uploads.begin(a, listingOf(bytes))
    await assert.rejects(uploads.append(a, sha256, part(0, randomBytes(1000), true)), {
      code: 'BUS_ATTACHMENT_INVALID'
    })
    await uploads.begin(a, listingOf(bytes))
    clock.now += day + 1000
    await attachments.sweep()
    const other = randomBytes(1000)
    await upload(a, other)
    clock.now = Date.now() - 2 * day
    await store.transaction((transaction) =>
      transaction.tables<AttachmentTables>().updateTable('attachmentHolders').set({ touchedAt: 0 }).execute()
    )
    await attachments.sweep()
    assert.equal(await charged(store, a.agency), 0)
    await upload(a, other)
  })

  it('are free again a day after the process died that was taking them', async (t) => {
    const { attachments, upload, clock, store } = await openOn(openStore, t, {
      limits: { maxBytesPerAgency: 1000 }
    })
    const left = { request: 'of a process that died', agency: a.agency, sha256: 'a'.repeat(64), size: 1000 }
    await store.transaction((transaction) =>
      transaction
        .tables<AttachmentTables>()
        .insertInto('attachmentArrivals')
        .values({ ...left, touchedAt: clock.now })
        .execute()
    )
    await assert.rejects(upload(a, randomBytes(1)), beyond)
    clock.now += day + 1000
    await attachments.sweep()
    await upload(a, randomBytes(1000))
  })

  it('are never more than the quota, however many come at once, in either way', async (t) => {
    const { attachments, upload, store } = await openOn(openStore, t, { limits: { maxBytesPerAgency: 1000 } })
    const { uploads } = attachments
    const inParts = async (bytes: Uint8Array): Promise<void> => {
      await uploads.begin(a, listingOf(bytes))
      await uploads.append(a, listingOf(bytes).sha256, part(0, bytes, true))
    }
    const all = Array.from({ length: 30 }, (_, n) => {
      const bytes = randomBytes(100)
      return n % 2 === 0 ? upload(a, bytes) : inParts(bytes)
    })
    const done = (await Promise.allSettled(all)).filter(({ status }) => status === 'fulfilled').length
    assert.equal(await charged(store, a.agency), 1000)
    assert.equal(done, 10)
  })

  it('are refused for now, and not for good, where only the disk has too little space', async (t) => {
    const low = new BusError('BUS_STORE_UNAVAILABLE', 'disk-space-low')
    const space = {
      ...endlessSpace,
      roomNow() {
        throw low
      }
    }
    const { upload } = await openOn(openStore, t, { free: 0, space })
    await assert.rejects(upload(a, randomBytes(1)), low)
    const withQuota = await openOn(openStore, t, { limits: { maxBytesPerAgency: 0 }, space })
    await assert.rejects(withQuota.upload(a, randomBytes(1)), { code: 'BUS_QUOTA_EXCEEDED' })
  })

  it('are without a setting no more than are still free, so that half of a disk is left to others', async (t) => {
    const { upload } = await openOn(openStore, t, { free: 1000 })
    await assert.rejects(upload(a, randomBytes(501)), beyond)
    await upload(a, randomBytes(500))
  })

  it('come in no more than so many uploads that are not complete', async (t) => {
    const { attachments, store } = await openOn(openStore, t)
    const beginOne = () => attachments.uploads.begin(a, listingOf(randomBytes(8)))
    const { agency } = a
    const begun = Array.from({ length: 999 }, (_, n) => ({ agency, sha256: `${n}`, size: 1, touchedAt: 0 }))
    await store.transaction((transaction) =>
      transaction.tables<AttachmentTables>().insertInto('attachmentUploads').values(begun).execute()
    )
    await beginOne()
    await assert.rejects(beginOne(), { code: 'BUS_QUOTA_EXCEEDED', fault: 'uploads-too-many' })
  })
})

describeOnEveryStore('who may upload', (openStore) => {
  const system = '/agencies/000.00.91.H03/systems/qlvb'
  const right = { type: 'document.issued.v1', recipients: '*', span: { from: 1, to: undefined } } as const
  const withRights = (...rights: SystemEntry['rights']) => {
    const state = emptyControlState()
    state.lastAct = 10
    state.systems.set(system, { rights, roles: [], agency: a.agency } as unknown as SystemEntry)
    return { state }
  }

  it('is who has a right to publish something now', async (t) => {
    const ended = { ...right, span: { from: 1, to: 5 } }
    for (const [control, isLet] of [
      [withRights(), false],
      [withRights(ended), false],
      [withRights(ended, right), true]
    ] as const) {
      const { attachments, upload } = await openOn(openStore, t, { control })
      const bytes = randomBytes(10)
      const uploader = { agency: a.agency, system }
      const { uploads } = attachments
      const ways: readonly (readonly [Promise<unknown>, string | undefined])[] = [
        [upload(uploader, bytes), undefined],
        [uploads.begin(uploader, listingOf(randomBytes(10))), undefined],
        [uploads.append(uploader, listingOf(bytes).sha256, part(0, bytes, true)), 'BUS_NOT_FOUND']
      ]
      for (const [outcome, expected] of await Promise.all(
        ways.map(async ([way, code]) => [await codeOf(way), isLet ? code : 'BUS_NOT_PERMITTED'] as const)
      )) {
        assert.equal(outcome, expected)
      }
    }
  })

  it('is asked again with each chunk, as is the room on the disk', async (t) => {
    const control = withRights(right)
    let room = 1_000_000
    const space = {
      ...endlessSpace,
      takeIn(bytes: number) {
        room -= bytes
        if (room < 0) throw new BusError('BUS_STORE_UNAVAILABLE', 'disk-space-low')
      }
    }
    const { attachments, blobs } = await openOn(openStore, t, { control, space })
    const send = (afterOne: () => void): Promise<void> => {
      const chunks = Array.from({ length: 200 }, () => randomBytes(1000))
      const stream = Readable.from(
        (async function* () {
          for (const [n, chunk] of chunks.entries()) {
            if (n === 100) afterOne()
            yield chunk
          }
        })()
      )
      return attachments.upload({ agency: a.agency, system }, listingOf(Buffer.concat(chunks)), stream, never)
    }
    await send(() => {})
    await assert.rejects(
      send(() => {
        room = 0
      }),
      { code: 'BUS_STORE_UNAVAILABLE' }
    )
    room = 1_000_000
    await assert.rejects(
      send(() => control.state.systems.get(system)?.rights.pop()),
      { code: 'BUS_NOT_PERMITTED' }
    )
    assert.equal((await Array.fromAsync(blobs.list())).length, 1)
  })
})

describeOnEveryStore('what one event may list', (openStore) => {
  it('is so many attachments and so many bytes, each listing counted', async (t) => {
    const { attachments, upload } = await openOn(openStore, t, {
      limits: { maxPerEvent: 5, maxBytesPerEvent: 1000 }
    })
    const small = randomBytes(100)
    const large = randomBytes(400)
    await upload(a, small)
    await upload(a, large)
    const check = (bytes: Uint8Array, times: number) =>
      attachments.checkListed(a.agency, Array(times).fill(listingOf(bytes)))
    await check(small, 5)
    await check(large, 2)
    const refused = { code: 'BUS_REQUEST_TOO_LARGE' }
    await assert.rejects(check(small, 6), { ...refused, fault: 'attachments-too-many' })
    await assert.rejects(check(large, 3), { ...refused, fault: 'attachments-too-large' })
  })
})
