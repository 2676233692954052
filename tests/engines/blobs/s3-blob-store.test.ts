import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { before, describe, it } from 'node:test'
import type { Cleanup } from '#deploy/servers/cleanup.ts'
import { openS3BlobStore, type S3BlobStore } from '#engines/blobs/s3/s3-blob-store.ts'
import type { S3Config } from '#engines/blobs/s3/s3-config.ts'
import { blobStoreContract } from '../../contracts/blob-store.contract.ts'
import { unfinishedBlobsContract } from '../../contracts/unfinished-blobs.contract.ts'
import { killedAt, startScript } from '../../helpers/child-script.ts'
import { afterSuite } from '../../helpers/servers/cleanup.ts'
import { needs } from '../../helpers/servers/needs.ts'
import { startVersityGateway, type VersityGateway } from '../../helpers/servers/versitygw.ts'
import { startTcpProxy } from '../../helpers/tcp-proxy.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const never = new AbortController().signal
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const inChunks = (bytes: Buffer, length: number): Readable =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / length) }, (_, n) =>
      bytes.subarray(n * length, (n + 1) * length)
    )
  )
/** Two texts with one MD5 (Wang and Yu, 2005), also where the same bytes follow. */
const md5Twins = [0, 0x80].map((flip) => {
  const bytes = Buffer.from(
    'd131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f8955ad340609f4b30283e488832571415a' +
      '085125e8f7cdc99fd91dbdf280373c5bd8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0' +
      'e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70',
    'hex'
  )
  return bytes.map((byte, at) => ([19, 45, 59, 83, 109, 123].includes(at) ? byte ^ flip : byte))
}) as [Uint8Array, Uint8Array]
const read = async (stream: Promise<Readable>): Promise<Buffer> =>
  Buffer.concat(await (await stream).toArray())

describe('S3', needs('versitygw'), () => {
  const suite = afterSuite()
  let shared: VersityGateway
  before(async () => {
    shared = await startGateway(suite)
  })
  const startGateway = async (t: Cleanup): Promise<VersityGateway> => {
    const gateway = await startVersityGateway(t)
    gateway.makeBucket('attachments')
    return gateway
  }
  const configFor = (gateway: VersityGateway, over: Partial<S3Config> = {}): S3Config => {
    const { endpoint, region, accessKeyId, secretAccessKey } = gateway
    const prefix = `${randomBytes(6).toString('hex')}/`
    return {
      ...{ endpoint, region, bucket: 'attachments', prefix, accessKeyId, secretAccessKey, timeoutMs: 10_000 },
      ...over
    }
  }
  const open = async (t: Cleanup, config: S3Config, now = Date.now): Promise<S3BlobStore> => {
    const blobs = await openS3BlobStore({ config, now })
    t.after(() => blobs.close())
    return blobs
  }
  /** What the service holds of uploads in parts that are not complete, as versitygw keeps them. */
  const uploadsUnderWay = (gateway: VersityGateway): number =>
    readdirSync(gateway.folder, { recursive: true, withFileTypes: true }).filter(
      ({ name, parentPath }) => /^[0-9a-f-]{36}$/.test(name) && parentPath.includes('multipart')
    ).length

  blobStoreContract('s3', (t) => open(t, configFor(shared)))
  unfinishedBlobsContract('s3', async (t) => {
    const config = configFor(shared)
    return { blobs: await open(t, config), again: () => open(t, config) }
  })

  it('keeps and gives back a blob at an IPv6 address', async (t) => {
    const { port } = await startTcpProxy(t, Number(new URL(shared.endpoint).port), '::1')
    const blobs = await open(t, configFor(shared, { endpoint: `http://[::1]:${port}` }))
    const bytes = Buffer.from('xin chào')
    await blobs.put(digestOf(bytes), bytes.length, Readable.from([bytes]), never)
    assert.deepEqual(await read(blobs.open(digestOf(bytes))), bytes)
  })

  it('gives back a blob of several parts, whole and across the seam of two', async (t) => {
    const blobs = await open(t, configFor(shared))
    const bytes = randomBytes(20_000_000)
    const sha256 = digestOf(bytes)
    await blobs.put(sha256, bytes.length, inChunks(bytes, 70_001), never)
    assert.equal(await blobs.size(sha256), bytes.length)
    assert.ok(bytes.equals(await read(blobs.open(sha256))))
    const range = { start: 8_388_600, end: 8_388_620 }
    assert.deepEqual(await read(blobs.open(sha256, range)), bytes.subarray(range.start, range.end + 1))
  })

  it('leaves no part behind of an upload in parts that is refused or breaks off', async (t) => {
    const gateway = await startGateway(t)
    const blobs = await open(t, configFor(gateway))
    const bytes = randomBytes(9_000_000)
    const other = digestOf(Buffer.from('other'))
    await assert.rejects(blobs.put(other, bytes.length, inChunks(bytes, 100_000), never), {
      code: 'BUS_ATTACHMENT_INVALID'
    })
    const broken = Readable.from(
      (function* () {
        yield bytes
        throw new RangeError('cut off')
      })()
    )
    await assert.rejects(blobs.put(digestOf(bytes), bytes.length + 1, broken, never), RangeError)
    assert.equal(await blobs.size(other), undefined)
    assert.equal(uploadsUnderWay(gateway), 0)
  })

  it('forgets the upload in parts of a process that died, after a day and not before', async (t) => {
    const gateway = await startGateway(t)
    const config = configFor(gateway)
    const script = startScript(
      t,
      killedAt(
        'blobs.in-upload:2',
        `import { Readable } from 'node:stream'
       import { openS3BlobStore } from './engines/blobs/s3/s3-blob-store.ts'
       const blobs = await openS3BlobStore({ config: ${JSON.stringify(config)}, now: Date.now })
       const bytes = Readable.from(Array.from({ length: 30 }, () => Buffer.alloc(1_000_000)))
       await blobs.put('${'0'.repeat(64)}', 30_000_000, bytes, new AbortController().signal)`
      )
    )
    assert.equal(await script.ended(), 'SIGKILL')
    assert.equal(uploadsUnderWay(gateway), 1)
    await open(t, config)
    assert.equal(uploadsUnderWay(gateway), 1)
    await open(t, config, () => Date.now() + 86_500_000)
    assert.equal(uploadsUnderWay(gateway), 0)
  })

  it('makes a blob of unfinished pieces that end anywhere, before and after a new start', async (t) => {
    const config = configFor(shared)
    const bytes = randomBytes(27_000_000)
    const sha256 = digestOf(bytes)
    const options = { limit: bytes.length, signal: never }
    const [first, second] = [await open(t, config), await open(t, config)]
    await first.unfinished.begin('chunks')
    const cuts = [0, 5, 8_388_607, 8_388_609, 20_000_000, bytes.length]
    for (const [n, from] of cuts.entries()) {
      const to = cuts[n + 1]
      if (to === undefined) break
      const blobs = n < 3 ? first : second
      const piece = inChunks(bytes.subarray(from, to), 65_536)
      assert.equal(await blobs.unfinished.append('chunks', piece, options), to)
    }
    await second.unfinished.finish('chunks', sha256)
    assert.ok(bytes.equals(await read(first.open(sha256))))
    assert.deepEqual(await Array.fromAsync(first.unfinished.list()), [])
  })

  it('keeps the parts that were stored when the process is killed in the middle of an append', async (t) => {
    const config = configFor(shared)
    const script = startScript(
      t,
      killedAt(
        'blobs.in-upload:2',
        `import { Readable } from 'node:stream'
       import { openS3BlobStore } from './engines/blobs/s3/s3-blob-store.ts'
       const blobs = await openS3BlobStore({ config: ${JSON.stringify(config)}, now: Date.now })
       const bytes = Readable.from(Array.from({ length: 30 }, () => Buffer.alloc(1_000_000)))
       const options = { limit: 30_000_000, signal: new AbortController().signal }
       await blobs.unfinished.begin('killed')
       await blobs.unfinished.append('killed', bytes, options)`
      )
    )
    assert.equal(await script.ended(), 'SIGKILL')
    const blobs = await open(t, config)
    assert.equal(await blobs.unfinished.length('killed'), 2 * 8_388_608)
    const rest = Buffer.alloc(30_000_000 - 2 * 8_388_608)
    await blobs.unfinished.append('killed', Readable.from([rest]), { limit: 30_000_000, signal: never })
    await blobs.unfinished.finish('killed', digestOf(Buffer.alloc(30_000_000)))
  })

  it('makes a blob of what two processes wrote in turn, though the first goes on to finish it', async (t) => {
    const config = configFor(shared)
    const [first, second] = [await open(t, config), await open(t, config)]
    const bytes = Buffer.from('từ hai tiến trình')
    const options = { limit: bytes.length, signal: never }
    await first.unfinished.begin('turns')
    await first.unfinished.append('turns', Readable.from([bytes.subarray(1, 3)]), options)
    await second.unfinished.begin('turns')
    await second.unfinished.append('turns', Readable.from([bytes.subarray(0, 2)]), options)
    await first.unfinished.append('turns', Readable.from([bytes.subarray(2)]), options)
    await first.unfinished.finish('turns', digestOf(bytes))
    assert.deepEqual(await read(first.open(digestOf(bytes))), bytes)
  })

  it('takes parts of another process for its own by no etag, which is an MD5', async (t) => {
    const config = configFor(shared)
    const [one, two] = [await open(t, config), await open(t, config)]
    const [bytes, forged] = [Buffer.alloc(8_388_620), Buffer.alloc(8_388_620)]
    bytes.set(md5Twins[0])
    forged.set(md5Twins[1])
    const options = { limit: bytes.length, signal: never }
    await one.unfinished.begin('twins')
    await one.unfinished.append('twins', inChunks(bytes.subarray(0, -1), 1_000_000), options)
    await two.unfinished.begin('twins')
    await two.unfinished.append('twins', inChunks(forged.subarray(0, -1), 1_000_000), options)
    await one.unfinished.append('twins', inChunks(bytes.subarray(-1), 1_000_000), options)
    const sha256 = digestOf(bytes)
    await assert.rejects(one.unfinished.finish('twins', sha256), { code: 'BUS_ATTACHMENT_INVALID' })
    assert.equal(await one.size(sha256), undefined)
  })

  it('goes on from the first gap where a removal was broken off', async (t) => {
    const config = configFor(shared)
    const blobs = await open(t, config)
    const bytes = randomBytes(30_000_000)
    const options = { limit: bytes.length, signal: never }
    await blobs.unfinished.begin('gap')
    await blobs.unfinished.append('gap', inChunks(bytes, 1_000_000), options)
    const folder = join(shared.folder, 'attachments', config.prefix, 'unfinished', 'gap')
    const [, gap = ''] = readdirSync(folder).sort()
    rmSync(join(folder, gap))
    const length = await blobs.unfinished.length('gap')
    assert.equal(length, Number.parseInt(gap, 10))
    const seam = 2 * length // Where what was left behind the gap would join on.
    await blobs.unfinished.append('gap', inChunks(bytes.subarray(length, seam), 1_000_000), options)
    assert.equal(await blobs.unfinished.length('gap'), seam)
    await blobs.unfinished.append('gap', inChunks(bytes.subarray(seam), 1_000_000), options)
    await blobs.unfinished.finish('gap', digestOf(bytes))
    assert.ok(bytes.equals(await read(blobs.open(digestOf(bytes)))))
  })

  it('says that the store is unavailable while the service is down or silent, and goes on afterwards', async (t) => {
    const gateway = await startGateway(t)
    const blobs = await open(t, configFor(gateway, { timeoutMs: 1000 }))
    const bytes = Buffer.from('xin chào')
    const sha256 = digestOf(bytes)
    const unavailable = { code: 'BUS_STORE_UNAVAILABLE', waitMs: 2000 }
    const refusesAll = async (): Promise<void> => {
      await assert.rejects(blobs.put(sha256, bytes.length, Readable.from([bytes]), never), unavailable)
      await assert.rejects(blobs.size(sha256), unavailable)
      await assert.rejects(blobs.open(sha256), unavailable)
      await assert.rejects(blobs.remove(sha256), unavailable)
      await assert.rejects(Array.fromAsync(blobs.list()), unavailable)
      await assert.rejects(blobs.unfinished.length('a'), unavailable)
    }
    await gateway.freeze()
    await refusesAll()
    await gateway.thaw()
    await blobs.unfinished.begin('a')
    await gateway.kill()
    await refusesAll()
    await gateway.start()
    assert.equal(await blobs.unfinished.length('a'), 0)
    await blobs.put(sha256, bytes.length, Readable.from([bytes]), never)
    assert.equal(await blobs.size(sha256), bytes.length)
  })

  it('ends a read whose bytes stop coming, and waits for a reader that is slow', async (t) => {
    const gateway = await startGateway(t)
    const config = configFor(gateway)
    const [patient, blobs] = [await open(t, config), await open(t, { ...config, timeoutMs: 500 })]
    const bytes = randomBytes(8_000_000)
    await patient.put(digestOf(bytes), bytes.length, Readable.from([bytes]), never)
    const slow = await blobs.open(digestOf(bytes))
    await new Promise((resolve) => setTimeout(resolve, 1500))
    assert.ok(bytes.equals(await read(Promise.resolve(slow))))
    const silent = await blobs.open(digestOf(bytes))
    await gateway.freeze()
    await assert.rejects(read(Promise.resolve(silent)), { code: 'BUS_STORE_UNAVAILABLE' })
  })

  it('ends an upload at once when its signal aborts, though the service is silent', async (t) => {
    const gateway = await startGateway(t)
    const blobs = await open(t, configFor(gateway, { timeoutMs: 60_000 }))
    await gateway.freeze()
    const abort = new AbortController()
    const bytes = Buffer.from('x')
    const put = blobs.put(digestOf(bytes), 1, Readable.from([bytes]), abort.signal)
    setTimeout(() => abort.abort(new RangeError('enough')), 50)
    await assert.rejects(put, RangeError)
  })

  it('names bucket, address and answer where the bucket cannot be used, and never the secret', async (t) => {
    for (const [over, problem] of [
      [{ secretAccessKey: 'another-secret' }, /attachments.*127\.0\.0\.1.*403/],
      [{ bucket: 'not-made' }, /not-made.*127\.0\.0\.1.*404/]
    ] as const) {
      await assert.rejects(open(t, configFor(shared, over)), (error) => {
        assert.ok(error instanceof Error && 'code' in error)
        assert.equal(error.code, 'BUS_STORE_UNAVAILABLE')
        assert.match(error.message, problem)
        assert.doesNotMatch(error.message, /another-secret/)
        return true
      })
    }
  })

  it('takes the secret from a file, and asks for exactly one of the two', async (t) => {
    const { secretAccessKey, ...config } = configFor(shared)
    const secretAccessKeyFile = join(temporaryFolder(t), 'secret')
    writeFileSync(secretAccessKeyFile, `${secretAccessKey}\n`)
    const blobs = await open(t, { ...config, secretAccessKeyFile })
    assert.equal(await blobs.size(digestOf(Buffer.alloc(0))), undefined)
    for (const wrong of [config, { ...config, secretAccessKey: 'x', secretAccessKeyFile }]) {
      await assert.rejects(open(t, wrong), { code: 'BUS_CONFIG_INVALID' })
    }
  })

  it('keeps what stands under another prefix apart', async (t) => {
    const config = configFor(shared)
    const blobs = await open(t, config)
    const bytes = Buffer.from('riêng')
    await blobs.put(digestOf(bytes), bytes.length, Readable.from([bytes]), never)
    const other = await open(t, configFor(shared))
    assert.equal(await other.size(digestOf(bytes)), undefined)
    assert.deepEqual(await Array.fromAsync(other.list()), [])
  })

  it('holds a few parts in memory, however long the blob is', async (t) => {
    const size = 400 * 1_048_576
    const script = startScript(
      t,
      `import { createHash } from 'node:crypto'
       import { Readable } from 'node:stream'
       import { openS3BlobStore } from './engines/blobs/s3/s3-blob-store.ts'
       const blobs = await openS3BlobStore({ config: ${JSON.stringify(configFor(shared))}, now: Date.now })
       const block = Buffer.alloc(65536)
       const zeros = function* () { for (let at = 0; at < ${size}; at += block.length) yield block }
       const hash = createHash('sha256')
       for (const chunk of zeros()) hash.update(chunk)
       const sha256 = hash.digest('hex')
       const before = process.resourceUsage().maxRSS
       await blobs.put(sha256, ${size}, Readable.from(zeros()), new AbortController().signal)
       let read = 0
       for await (const chunk of await blobs.open(sha256)) read += chunk.length
       console.log(JSON.stringify({ read, grownKib: process.resourceUsage().maxRSS - before }))
       blobs.close()`
    )
    const [line = ''] = await Array.fromAsync(script.lines)
    const { read: bytesRead, grownKib } = JSON.parse(line) as { read: number; grownKib: number }
    assert.equal(bytesRead, size)
    assert.ok(grownKib < 150 * 1024, `${grownKib} KiB were taken for ${size / 1024} KiB`)
  })
})
