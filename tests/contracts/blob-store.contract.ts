import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { describe, it, type TestContext } from 'node:test'
import type { BlobStore } from '#engines/blobs/blob-store.ts'

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

    it('keeps nothing of an upload whose stream fails, and passes the failure on', async (t) => {
      const blobs = await open(t)
      const failing = Readable.from(
        (function* () {
          yield bytes.subarray(0, 3)
          throw new RangeError('cut off')
        })()
      )
      await assert.rejects(blobs.put(sha256, bytes.length, failing, never), RangeError)
      assert.equal(await blobs.size(sha256), undefined)
    })

    it('rejects with the reason of a signal that aborts', async (t) => {
      const blobs = await open(t)
      const reason = new RangeError('enough')
      const silent = new Readable({ read() {} })
      const put = blobs.put(sha256, bytes.length, silent, AbortSignal.any([AbortSignal.abort(reason)]))
      await assert.rejects(put, reason)
    })

    it('keeps what it has when a later upload under the digest is refused', async (t) => {
      const blobs = await open(t)
      await blobs.put(sha256, bytes.length, Readable.from([bytes]), never)
      const other = Buffer.from(bytes).fill('x')
      await assert.rejects(blobs.put(sha256, other.length, Readable.from([other]), never), {
        code: 'BUS_ATTACHMENT_INVALID'
      })
      assert.deepEqual(Buffer.concat(await (await blobs.open(sha256)).toArray()), bytes)
    })

    it('stops reading an upload that is longer than announced', async (t) => {
      const blobs = await open(t)
      let given = 0
      const endless = new Readable({
        read() {
          given += 1024
          this.push(Buffer.alloc(1024))
        }
      })
      await assert.rejects(blobs.put(sha256, 10_000, endless, never), { code: 'BUS_ATTACHMENT_INVALID' })
      assert.ok(given < 1_000_000, `${given} bytes were read of 10000 announced`)
      assert.ok(endless.destroyed)
    })

    it('takes the same bytes many times at once', async (t) => {
      const blobs = await open(t)
      const put = () => blobs.put(sha256, bytes.length, Readable.from([bytes]), never)
      await Promise.all(Array.from({ length: 20 }, put))
      assert.deepEqual(Buffer.concat(await (await blobs.open(sha256)).toArray()), bytes)
    })

    it('gives back a part, both ends included', async (t) => {
      const blobs = await open(t)
      await blobs.put(sha256, bytes.length, Readable.from([bytes]), never)
      for (const [start, end] of [
        [0, 0],
        [2, 5],
        [bytes.length - 1, bytes.length - 1]
      ] as const) {
        const part = Buffer.concat(await (await blobs.open(sha256, { start, end })).toArray())
        assert.deepEqual(part, bytes.subarray(start, end + 1))
      }
    })

    it('reads what was opened to its end, though it is removed meanwhile', async (t) => {
      const blobs = await open(t)
      await blobs.put(sha256, bytes.length, Readable.from([bytes]), never)
      const opened = await blobs.open(sha256)
      await blobs.remove(sha256)
      assert.deepEqual(Buffer.concat(await opened.toArray()), bytes)
    })

    it('lists every blob it holds', async (t) => {
      const blobs = await open(t)
      const held = new Set<string>()
      for (let n = 0; n < 20; n += 1) {
        const some = Buffer.from(`blob ${n}`)
        held.add(digestOf(some))
        await blobs.put(digestOf(some), some.length, Readable.from([some]), never)
      }
      const listed = await Array.fromAsync(blobs.list())
      assert.equal(listed.length, held.size)
      assert.deepEqual(new Set(listed), held)
    })

    for (const name of ['', '..', '../../etc/passwd', sha256.toUpperCase(), `${sha256}0`]) {
      it(`takes ${JSON.stringify(name)} for no digest`, async (t) => {
        const blobs = await open(t)
        await assert.rejects(blobs.put(name, bytes.length, Readable.from([bytes]), never), TypeError)
        await assert.rejects(blobs.size(name), TypeError)
        await assert.rejects(blobs.open(name), TypeError)
        await assert.rejects(blobs.remove(name), TypeError)
      })
    }

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
