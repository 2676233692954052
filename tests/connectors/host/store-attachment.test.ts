import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { it } from 'node:test'
import { storeAttachment } from '#connectors/host/store-attachment.ts'

it('a large attachment is handed on in slices, and others work while its digest is made', async () => {
  const bytes = randomBytes(10_500_000)
  let turns = 0
  const count = (): void => {
    turns += 1
    counting = setImmediate(count)
  }
  let counting = setImmediate(count)
  const slices: Buffer[] = []
  const upload = async (
    _uploader: unknown,
    { sha256 }: { sha256: string },
    chunks: AsyncIterable<Buffer>
  ) => {
    assert.ok(turns >= 10, `${turns}`)
    for await (const chunk of chunks) slices.push(chunk)
    assert.equal(createHash('sha256').update(Buffer.concat(slices)).digest('hex'), sha256)
  }
  const file = { name: 'a.bin', mediaType: 'application/octet-stream', bytes }
  const stored = await storeAttachment(
    { upload, maxBytes: bytes.length } as never,
    {} as never,
    file,
    new AbortController().signal
  )
  clearImmediate(counting)
  assert.equal(stored.size, bytes.length)
  assert.ok(slices.every(({ length }) => length <= 1_048_576))
  assert.ok(Buffer.concat(slices).equals(bytes))
})

it('a stream without an end is left at the largest size, and nothing of it stays on the disk', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-test-'))
  const { TMPDIR } = process.env
  process.env.TMPDIR = folder
  t.after(async () => {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
    await rm(folder, { recursive: true })
  })
  const maxBytes = 1_000_000
  const chunk = Buffer.alloc(65_536)
  let given = 0
  const endless = Readable.from(
    (function* () {
      for (;;) {
        given += chunk.length
        yield chunk
      }
    })()
  )
  const upload = async () => assert.fail('nothing is uploaded')
  const store = (bytes: Uint8Array | Readable) =>
    storeAttachment(
      { upload, maxBytes } as never,
      {} as never,
      { name: 'a.bin', mediaType: 'application/octet-stream', bytes },
      new AbortController().signal
    )
  await assert.rejects(store(endless), { code: 'BUS_REQUEST_TOO_LARGE', fault: 'attachment-too-large' })
  assert.ok(given < 4 * maxBytes, `${given}`)
  assert.ok(endless.destroyed)
  await assert.rejects(store(Buffer.alloc(maxBytes + 1)), { fault: 'attachment-too-large' })
  assert.deepEqual(await readdir(folder), [])
})
