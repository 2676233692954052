import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
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
  const stored = await storeAttachment({ upload } as never, {} as never, file, new AbortController().signal)
  clearImmediate(counting)
  assert.equal(stored.size, bytes.length)
  assert.ok(slices.every(({ length }) => length <= 1_048_576))
  assert.ok(Buffer.concat(slices).equals(bytes))
})
