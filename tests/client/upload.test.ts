import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, connect as dial } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import { fileContent } from '#client/file-content.ts'
import { createSigner } from '#client/signer.ts'
import { freePort } from '#deploy/servers/free-port.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { startTestBus, systemOf, type TestBus } from '../helpers/test-bus.ts'

const bytes = randomBytes(4_000_000)

/** A bus behind a line that carries so many bytes a connection once it is made worse. */
async function startOnBadLine(
  t: TestContext
): Promise<{ bus: TestBus; line: { limit: number; carried: number } }> {
  const port = await freePort()
  const line = { limit: Number.POSITIVE_INFINITY, carried: 0 }
  const server = createServer((near) => {
    const far = dial(port, '127.0.0.1')
    let sent = 0
    near.on('data', (chunk) => {
      sent += chunk.length
      line.carried += chunk.length
      far.write(chunk)
      if (sent <= line.limit) return
      near.pause()
      far.end() // The bus has all of it before the line breaks.
    })
    far.on('data', (chunk) => sent <= line.limit && near.write(chunk))
    for (const [one, other] of [
      [near, far],
      [far, near]
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { bus: await startTestBus(t, { port, gateway: { publicUrl } }), line }
}

describe('uploading an attachment', () => {
  it('takes a Blob, as a page has a file', async (t) => {
    const bus = await startTestBus(t)
    const { size, sha256 } = await bus.clients.A.attach('a.bin', 'application/pdf', new Blob([bytes]))
    assert.equal(size, bytes.length)
    assert.deepEqual(await buffer(await bus.clients.A.download(sha256)), bytes)
  })

  it('goes on from where broken connections left it, and comes back whole', {
    timeout: 60_000
  }, async (t) => {
    const { bus, line } = await startOnBadLine(t)
    const path = join(temporaryFolder(t), 'a.bin')
    writeFileSync(path, bytes)
    line.limit = 1_500_000
    line.carried = 0
    const { size, sha256 } = await bus.clients.A.attach(
      'a.bin',
      'application/octet-stream',
      fileContent(path)
    )
    line.limit = Number.POSITIVE_INFINITY
    assert.equal(size, bytes.length)
    assert.ok(line.carried < 2 * size, `${line.carried} bytes were sent for ${size}`)
    assert.deepEqual(await buffer(await bus.clients.A.download(sha256)), bytes)
  })

  it('goes on with what an earlier process began', { timeout: 60_000 }, async (t) => {
    const bus = await startTestBus(t)
    const signer = await createSigner({
      system: systemOf('A'),
      key: bus.keys.A.privateJwk,
      audience: bus.url
    })
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const begun = await fetch(`${bus.url}/v1/attachments/${sha256}`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${await signer.plain()}`,
        'content-type': 'application/octet-stream',
        'upload-complete': '?0',
        'upload-length': String(bytes.length)
      },
      body: bytes.subarray(0, 3_000_000)
    })
    assert.equal(begun.status, 201)
    const attachment = await bus.clients.A.attach('a.bin', 'application/octet-stream', bytes)
    assert.deepEqual(attachment, {
      name: 'a.bin',
      mediaType: 'application/octet-stream',
      size: bytes.length,
      sha256
    })
    assert.deepEqual(await buffer(await bus.clients.A.download(sha256)), bytes)
  })
})
