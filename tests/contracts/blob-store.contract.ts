import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { describe, it, type TestContext } from 'node:test'
import type { BlobStore } from '#bus/blobs/blob-store.ts'

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const never = new AbortController().signal

/** What every blob store promises. */
export function blobStoreContract(engine: string, open: (t: TestContext) => Promise<BlobStore>): void {
  const bytes = Buffer.from('xin chào')
  const sha256 = digestOf(bytes)

  describe(`blob store contract: ${engine}`, () => {
    it('gives back the bytes it took', async (t) => {
      const blobs = await open(t)
      await blobs.put(sha256, bytes.length, Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]), never)
      assert.equal(await blobs.size(sha256), bytes.length)
      assert.deepEqual(Buffer.concat(await (await blobs.open(sha256)).toArray()), bytes)
    })

    it('takes an empty blob', async (t) => {
      const blobs = await open(t)
      const empty = digestOf(Buffer.alloc(0))
      await blobs.put(empty, 0, Readable.from([]), never)
      assert.equal(await blobs.size(empty), 0)
    })

    it('takes the same bytes twice, and reads all of them the second time', async (t) => {
      const blobs = await open(t)
      await blobs.put(sha256, bytes.length, Readable.from([bytes]), never)
      let read = 0
      const second = Readable.from(
        (function* () {
          for (const byte of bytes) {
            read += 1
            yield Buffer.of(byte)
          }
        })()
      )
      await blobs.put(sha256, bytes.length, second, never)
      assert.equal(read, bytes.length)
    })

    for (const [what, announced, size] of [
      ['another digest', digestOf(Buffer.from('x')), bytes.length],
      ['fewer bytes', sha256, bytes.length - 1],
      ['more bytes', sha256, bytes.length + 1]
    ] as const) {
      it(`refuses ${what} than announced and keeps nothing`, async (t) => {
        const blobs = await open(t)
        await assert.rejects(blobs.put(announced, size, Readable.from([bytes]), never), {
          code: 'BUS_ATTACHMENT_INVALID'
        })
        assert.equal(await blobs.size(announced), undefined)
      })
    }

    it('keeps nothing of an upload that was broken off', async (t) => {
      const blobs = await open(t)
      const stop = new AbortController()
      const endless = new Readable({
        read() {
          this.push(Buffer.alloc(1024))
          setImmediate(() => stop.abort())
        }
      })
      await assert.rejects(blobs.put(sha256, 1_000_000_000, endless, stop.signal))
      assert.equal(await blobs.size(sha256), undefined)
    })

    it('knows nothing of what it never took, and forgets what is removed', async (t) => {
      const blobs = await open(t)
      assert.equal(await blobs.size(sha256), undefined)
      await assert.rejects(blobs.open(sha256), { code: 'BUS_NOT_FOUND' })
      await blobs.put(sha256, bytes.length, Readable.from([bytes]), never)
      await blobs.remove(sha256)
      await blobs.remove(sha256)
      assert.equal(await blobs.size(sha256), undefined)
    })
  })
}
