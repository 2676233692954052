import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { describe, it, type TestContext } from 'node:test'
import type { BlobStore } from '#engines/blobs/blob-store.ts'
import { pause } from '#protocol/timing/retry.ts'

const never = new AbortController().signal

/** What every blob store promises about unfinished blobs. `open` with a store's folder reopens that store. */
export function unfinishedBlobsContract(
  engine: string,
  open: (t: TestContext) => Promise<{ readonly blobs: BlobStore; again(): Promise<BlobStore> }>
): void {
  const bytes = Buffer.from('một tệp đính kèm')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const name = 'upload-1'
  const whole = { limit: bytes.length, signal: never }

  describe(`unfinished blobs contract: ${engine}`, () => {
    it('becomes a blob once it is whole, after any number of appends and a new start', async (t) => {
      const { blobs, again } = await open(t)
      await blobs.unfinished.begin(name)
      assert.equal(await blobs.unfinished.length(name), 0)
      assert.equal(await blobs.unfinished.append(name, Readable.from([bytes.subarray(0, 4)]), whole), 4)
      const later = await again()
      assert.equal(await later.unfinished.length(name), 4)
      await later.unfinished.append(name, Readable.from([bytes.subarray(4, 9)]), whole)
      await later.unfinished.append(name, Readable.from([bytes.subarray(9)]), whole)
      assert.equal(await later.size(sha256), undefined)
      await later.unfinished.finish(name, sha256)
      assert.deepEqual(Buffer.concat(await (await later.open(sha256)).toArray()), bytes)
      assert.equal(await later.unfinished.length(name), undefined)
    })

    it('becomes a blob when it was written without a new start', async (t) => {
      const { blobs } = await open(t)
      await blobs.unfinished.begin(name)
      await blobs.unfinished.append(name, Readable.from([bytes]), whole)
      await blobs.unfinished.finish(name, sha256)
      assert.equal(await blobs.size(sha256), bytes.length)
    })

    it('keeps what came before the stream broke off or the signal aborted', async (t) => {
      const { blobs } = await open(t)
      await blobs.unfinished.begin(name)
      const broken = Readable.from(
        (function* () {
          yield bytes.subarray(0, 3)
          throw new Error('broken off')
        })()
      )
      await assert.rejects(blobs.unfinished.append(name, broken, whole), /broken off/)
      assert.equal(await blobs.unfinished.length(name), 3)
      const abort = new AbortController()
      const aborted = Readable.from(
        (async function* () {
          yield bytes.subarray(3, 5)
          await pause(50) // What was taken is written meanwhile.
          abort.abort(new Error('superseded'))
        })()
      )
      const options = { limit: bytes.length, signal: abort.signal }
      await assert.rejects(blobs.unfinished.append(name, aborted, options), /superseded/)
      assert.equal(await blobs.unfinished.length(name), 5)
      await blobs.unfinished.append(name, Readable.from([bytes.subarray(5)]), whole)
      await blobs.unfinished.finish(name, sha256)
      assert.equal(await blobs.size(sha256), bytes.length)
    })

    it('takes no byte more than its limit', async (t) => {
      const { blobs } = await open(t)
      await blobs.unfinished.begin(name)
      const long = Readable.from([bytes, bytes])
      await assert.rejects(blobs.unfinished.append(name, long, whole), { code: 'BUS_ATTACHMENT_INVALID' })
      assert.equal(await blobs.unfinished.length(name), bytes.length)
    })

    it('is gone when its digest is another, and makes no blob', async (t) => {
      const { blobs } = await open(t)
      await blobs.unfinished.begin(name)
      await blobs.unfinished.append(name, Readable.from([bytes.subarray(1)]), whole)
      await assert.rejects(blobs.unfinished.finish(name, sha256), { code: 'BUS_ATTACHMENT_INVALID' })
      assert.equal(await blobs.unfinished.length(name), undefined)
      assert.equal(await blobs.size(sha256), undefined)
    })

    it('begins anew under a name that was begun, and is forgotten when it is discarded', async (t) => {
      const { blobs } = await open(t)
      await blobs.unfinished.begin(name)
      await blobs.unfinished.append(name, Readable.from([bytes]), whole)
      await blobs.unfinished.begin(name)
      assert.equal(await blobs.unfinished.length(name), 0)
      assert.deepEqual(await Array.fromAsync(blobs.unfinished.list()), [name])
      await blobs.unfinished.discard(name)
      await blobs.unfinished.discard(name)
      assert.equal(await blobs.unfinished.length(name), undefined)
      assert.deepEqual(await Array.fromAsync(blobs.unfinished.list()), [])
    })

    it('keeps uploads apart by their names, and from blobs', async (t) => {
      const { blobs } = await open(t)
      for (const [other, part] of [
        ['a-1', bytes],
        ['a-2', bytes.subarray(0, 2)]
      ] as const) {
        await blobs.unfinished.begin(other)
        await blobs.unfinished.append(other, Readable.from([part]), whole)
      }
      assert.deepEqual(await Array.fromAsync(blobs.list()), [])
      await blobs.unfinished.finish('a-1', sha256)
      assert.equal(await blobs.unfinished.length('a-2'), 2)
      assert.deepEqual(await Array.fromAsync(blobs.list()), [sha256])
    })

    it('takes no bytes for an upload that was never begun, and makes no blob of it', async (t) => {
      const { blobs } = await open(t)
      const conflict = { code: 'BUS_UPLOAD_CONFLICT', fault: 'upload-superseded' }
      await assert.rejects(blobs.unfinished.append(name, Readable.from([bytes]), whole), conflict)
      await assert.rejects(blobs.unfinished.finish(name, sha256), conflict)
      assert.equal(await blobs.unfinished.length(name), undefined)
    })

    const forged = Buffer.from(bytes).fill('x')
    const parts = (of: Buffer, from: number, to?: number): Readable => Readable.from([of.subarray(from, to)])
    const stored = async (blobs: BlobStore): Promise<Buffer> =>
      Buffer.concat(await (await blobs.open(sha256)).toArray())

    for (const isStored of [true, false]) {
      it(`makes no blob of bytes that another process put in place of its own, ${isStored ? 'and keeps the one it has' : 'the blob being new'}`, async (t) => {
        const { blobs: one, again } = await open(t)
        const two = await again()
        if (isStored) await one.put(sha256, bytes.length, Readable.from([bytes]), never)
        await one.unfinished.begin(name)
        await one.unfinished.append(name, parts(bytes, 0, -1), whole)
        await two.unfinished.begin(name)
        await two.unfinished.append(name, parts(forged, 0, -1), whole)
        await one.unfinished.append(name, parts(bytes, -1), whole)
        await assert.rejects(one.unfinished.finish(name, sha256), { code: 'BUS_ATTACHMENT_INVALID' })
        if (isStored) assert.deepEqual(await stored(two), bytes)
        else assert.equal(await two.size(sha256), undefined)
      })
    }

    it('goes on in another process and back, and makes the blob of both parts', async (t) => {
      const { blobs: one, again } = await open(t)
      const two = await again()
      await one.unfinished.begin(name)
      await one.unfinished.append(name, parts(bytes, 0, 4), whole)
      await two.unfinished.append(name, parts(bytes, 4, 8), whole)
      assert.equal(await one.unfinished.length(name), 8)
      await one.unfinished.append(name, parts(bytes, 8), whole)
      await one.unfinished.finish(name, sha256)
      assert.deepEqual(await stored(two), bytes)
      assert.deepEqual(await Array.fromAsync(two.unfinished.list()), [])
    })

    for (const bad of ['', '.', '../x', 'a/b', '.hidden', 'x'.repeat(129)]) {
      it(`takes ${JSON.stringify(bad.slice(0, 20))} for no name`, async (t) => {
        const { blobs } = await open(t)
        await assert.rejects(blobs.unfinished.begin(bad), TypeError)
        await assert.rejects(blobs.unfinished.append(bad, Readable.from([]), whole), TypeError)
      })
    }
  })
}
