import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { it, type TestContext } from 'node:test'
import { type AttachmentTables, attachmentTables } from '#bus/attachments/attachment-tables.ts'
import { createAttachments } from '#bus/attachments/attachments.ts'
import { holdAttachments, releaseAttachments, renameHolders } from '#bus/attachments/holds.ts'
import { pinAttachments } from '#bus/attachments/pin-attachments.ts'
import { emptyControlState, operatorSystem } from '#bus/control/control-state.ts'
import { openDirectoryBlobStore } from '#engines/blobs/directory/directory-blob-store.ts'
import { endlessSpace } from '#engines/store/disk-space.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { describeOnEveryStore, type OpenStore } from '../../helpers/stores.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const agency = '000.00.91.H03'
const system = operatorSystem
const uploader = { agency, system }
const day = 86_400_000
const never = new AbortController().signal
const bytes = Buffer.from('một tệp đính kèm')
const listed = { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length }

const unlimited = {
  control: { state: emptyControlState() },
  space: endlessSpace,
  hasBeenGiven: async () => false,
  limits: { maxPerEvent: 100, maxBytesPerEvent: 1_000_000 }
}

/** Attachments with a clock of their own. */
async function openOn(openStore: OpenStore, t: TestContext) {
  const folder = temporaryFolder(t)
  const store = await openStore(t, [attachmentTables])
  const blobs = await openDirectoryBlobStore({
    folder: join(folder, 'attachments')
  })
  const clock = { now: Date.now() }
  const attachments = createAttachments({
    store,
    blobs,
    ...unlimited,
    now: () => clock.now,
    settledNow: () => clock.now
  })
  const upload = () => attachments.upload(uploader, listed, Readable.from([bytes]), never)
  const isThere = async () => (await attachments.find(agency, listed.sha256)) !== undefined
  return { attachments, blobs, store, clock, upload, isThere }
}

describeOnEveryStore('the sweep of attachments', (openStore) => {
  const open = (t: TestContext) => openOn(openStore, t)

  it('takes what nobody listed or touched for a day, with its bytes, and not before', async (t) => {
    const { attachments, blobs, clock, upload, isThere } = await open(t)
    await upload()
    clock.now += day - 1000
    assert.equal(await attachments.sweep(), 0)
    assert.ok(await isThere())
    clock.now += 2000
    assert.equal(await attachments.sweep(), 1)
    assert.ok(!(await isThere()))
    assert.deepEqual(await Array.fromAsync(blobs.list()), [])
    await assert.rejects(attachments.checkListed(agency, [listed]), { code: 'BUS_ATTACHMENT_MISSING' })
  })

  it('leaves what was touched by a check or a second upload, and what an event lists', async (t) => {
    const { attachments, store, clock, upload, isThere } = await open(t)
    await upload()
    clock.now += day - 1000
    await attachments.checkListed(agency, [listed])
    clock.now += day - 1000
    assert.equal(await attachments.sweep(), 0)
    await upload()
    clock.now += 1000
    assert.equal(await attachments.sweep(), 0)
    await store.transaction((transaction) =>
      pinAttachments(transaction, { number: 1, source: `/agencies/${agency}/systems/qlvb` }, [listed])
    )
    clock.now = Date.now() + 10 * day
    assert.equal(await attachments.sweep(), 0)
    assert.ok(await isThere())
  })

  it('leaves what is held for an event that is not published yet, until it is released', async (t) => {
    const { attachments, store, clock, upload, isThere } = await open(t)
    await upload()
    const holds = ['connector a 1', 'connector a 2'].map((holder) => ({ holder, agency, ...listed }))
    await store.transaction((transaction) =>
      holdAttachments(
        transaction,
        [...holds, ...holds].map(({ holder, sha256 }) => ({ holder, agency, sha256 }))
      )
    )
    clock.now += 2 * day
    assert.equal(await attachments.sweep(), 0)
    await store.transaction((transaction) => releaseAttachments(transaction, ['connector a 1']))
    assert.equal(await attachments.sweep(), 0)
    await store.transaction((transaction) => renameHolders(transaction, 'connector a ', 'connector b '))
    await store.transaction((transaction) => releaseAttachments(transaction, ['connector a 2']))
    assert.equal(await attachments.sweep(), 0)
    assert.ok(await isThere())
    await store.transaction((transaction) => releaseAttachments(transaction, ['connector b 2']))
    assert.equal(await attachments.sweep(), 1)
  })

  it('ends an upload nobody listed just as soon where another agency lists or touches the same bytes', async (t) => {
    const { attachments, store, clock, upload, isThere } = await open(t)
    const other = '000.00.92.H03'
    const uploadAsOther = () =>
      attachments.upload({ agency: other, system }, listed, Readable.from([bytes]), never)
    await upload()
    await store.transaction((transaction) =>
      pinAttachments(transaction, { number: 1, source: `/agencies/${agency}/systems/qlvb` }, [listed])
    )
    await uploadAsOther()
    clock.now += day / 2
    await attachments.checkListed(agency, [listed])
    clock.now += day / 2 + 1000
    assert.equal(await attachments.sweep(), 0, 'the bytes stay for who lists them')
    assert.equal(await attachments.find(other, listed.sha256), undefined)
    assert.ok(await isThere())
    await upload()
    clock.now = Date.now() + 10 * day
    await attachments.sweep()
    assert.ok(await isThere(), 'what was listed once is held for good, uploaded again or not')
  })

  it('does not believe a clock that was set forward a moment ago', async (t) => {
    const { clock, store, blobs, upload, isThere } = await open(t)
    const before = clock.now
    await upload()
    const options = { ...unlimited, store, blobs, now: () => clock.now, settledNow: () => before }
    clock.now += 30 * day
    assert.equal(await createAttachments(options).sweep(), 0)
    assert.ok(await isThere())
  })

  it('either keeps what is being checked for publishing or refuses that, whichever comes first', async (t) => {
    const { attachments, clock, upload, isThere } = await open(t)
    for (let n = 0; n < 30; n += 1) {
      clock.now = Date.now() - 2 * day
      await upload()
      clock.now += day + 1000
      const check = async (): Promise<string> =>
        attachments.checkListed(agency, [listed]).then(
          () => 'checked',
          ({ code }) => code
        )
      const [first, second] = n % 2 === 0 ? [check, attachments.sweep] : [attachments.sweep, check]
      const outcome = (await Promise.all([first(), second()])).find((one) => typeof one === 'string')
      assert.equal(outcome === 'checked', await isThere(), `${outcome}`)
    }
  })

  it('forgets uploads nobody went on with for a day', async (t) => {
    const { attachments, blobs, clock } = await open(t)
    await attachments.uploads.begin(uploader, listed)
    clock.now += day - 1000
    const part = { offset: 0, bytes: Readable.from([bytes.subarray(0, 3)]), signal: never, isLast: false }
    await attachments.uploads.append(uploader, listed.sha256, part)
    clock.now += 2000
    await attachments.sweep()
    assert.deepEqual(await attachments.uploads.progress(agency, listed.sha256), {
      offset: 3,
      size: bytes.length
    })
    clock.now += day
    await attachments.sweep()
    assert.equal(await attachments.uploads.progress(agency, listed.sha256), undefined)
    assert.deepEqual(await Array.fromAsync(blobs.unfinished.list()), [])
  })

  it('leaves an upload in several requests as it was when an upload of the same bytes at once fails', async (t) => {
    const { attachments } = await open(t)
    const { uploads } = attachments
    const part = (offset: number, end: number, isLast: boolean) => {
      return { offset, bytes: Readable.from([bytes.subarray(offset, end)]), signal: never, isLast }
    }
    await uploads.begin(uploader, listed)
    await uploads.append(uploader, listed.sha256, part(0, 3, false))
    for (const size of [listed.size, listed.size + 1]) {
      const short = Readable.from([bytes.subarray(0, 2)])
      await assert.rejects(attachments.upload(uploader, { ...listed, size }, short, never), {
        code: 'BUS_ATTACHMENT_INVALID'
      })
    }
    await attachments.sweepOrphans()
    assert.deepEqual(await uploads.progress(agency, listed.sha256), { offset: 3, size: bytes.length })
    await uploads.append(uploader, listed.sha256, part(3, bytes.length, true))
    await attachments.checkListed(agency, [listed])
  })

  it('knows no upload where one at once has failed, and keeps nothing of it', async (t) => {
    const { attachments, clock, upload, isThere } = await open(t)
    const { uploads } = attachments
    await assert.rejects(attachments.upload(uploader, listed, Readable.from([]), never))
    assert.equal(await uploads.progress(agency, listed.sha256), undefined)
    const part = { offset: 0, bytes: Readable.from([bytes]), signal: never, isLast: true }
    await assert.rejects(uploads.append(uploader, listed.sha256, part), { code: 'BUS_NOT_FOUND' })
    clock.now += day + 1000
    assert.equal(await attachments.sweep(), 0)
    await upload()
    assert.ok(await isThere())
  })

  it('keeps no bytes of an upload at once whose row cannot be written, or whose process was killed', async (t) => {
    const { attachments, blobs, store, clock } = await open(t)
    let transactions = 0
    const failing = Object.create(store, {
      reader: { value: () => store.reader() },
      transaction: {
        value: (...args: Parameters<typeof store.transaction>) => {
          transactions += 1
          if (transactions === 3) return Promise.reject(new BusError('BUS_STORE_UNAVAILABLE', 'store-failed'))
          return store.transaction(...args)
        }
      }
    })
    const broken = createAttachments({
      ...unlimited,
      store: failing,
      blobs,
      now: () => clock.now,
      settledNow: () => clock.now
    })
    await assert.rejects(broken.upload(uploader, listed, Readable.from([bytes]), never), {
      code: 'BUS_STORE_UNAVAILABLE'
    })
    assert.equal(transactions, 5)
    assert.deepEqual(await Array.fromAsync(blobs.list()), [])
    await blobs.put(listed.sha256, listed.size, Readable.from([bytes]), never)
    await store.transaction((transaction) =>
      transaction
        .tables<AttachmentTables>()
        .insertInto('attachmentArrivals')
        .values({ request: 'one', agency, ...listed, touchedAt: clock.now })
        .execute()
    )
    assert.equal(await attachments.sweep(), 0)
    clock.now += day + 1000
    assert.equal(await attachments.sweep(), 1)
    assert.deepEqual(await Array.fromAsync(blobs.list()), [])
  })

  it('takes away bytes that a crash left without a row, and nothing else', async (t) => {
    const { attachments, blobs, upload, isThere } = await open(t)
    await upload()
    await attachments.uploads.begin({ agency: '000.00.92.H03', system }, listed)
    const orphan = Buffer.from('orphan')
    const digest = createHash('sha256').update(orphan).digest('hex')
    await blobs.put(digest, orphan.length, Readable.from([orphan]), never)
    await blobs.unfinished.begin('orphan')
    assert.equal(await attachments.sweepOrphans(), 1)
    assert.deepEqual(await Array.fromAsync(blobs.list()), [listed.sha256])
    assert.equal((await Array.fromAsync(blobs.unfinished.list())).length, 1)
    assert.ok(await isThere())
  })

  it('never takes the bytes of an upload that begins while it looks', async (t) => {
    const { blobs, store } = await open(t)
    const options = { ...unlimited, store, now: Date.now, settledNow: Date.now }
    const { uploads } = createAttachments({ ...options, blobs })
    const list = async function* () {
      await uploads.begin(uploader, listed)
      const part = { offset: 0, bytes: Readable.from([bytes.subarray(0, 3)]), signal: never, isLast: false }
      await uploads.append(uploader, listed.sha256, part)
      yield* blobs.unfinished.list()
    }
    const sweeping = createAttachments({
      ...options,
      blobs: { ...blobs, unfinished: { ...blobs.unfinished, list } }
    })
    await sweeping.sweepOrphans()
    assert.equal((await uploads.progress(agency, listed.sha256))?.offset, 3)
  })

  it('never takes the bytes of an upload that ends while it runs', async (t) => {
    const { attachments, clock, upload, isThere } = await open(t)
    for (let n = 0; n < 30; n += 1) {
      clock.now = Date.now() - 2 * day
      await upload()
      clock.now += day + 1000
      await Promise.all([attachments.sweep(), upload(), attachments.sweepOrphans()])
      assert.ok(await isThere(), `round ${n}`)
    }
  })
})
