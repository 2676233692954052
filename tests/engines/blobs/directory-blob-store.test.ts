import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { it } from 'node:test'
import { openDirectoryBlobStore } from '#engines/blobs/directory/directory-blob-store.ts'
import { blobStoreContract } from '../../contracts/blob-store.contract.ts'
import { unfinishedBlobsContract } from '../../contracts/unfinished-blobs.contract.ts'
import { killedAt, startScript } from '../../helpers/child-script.ts'
import { withFileLimit } from '../../helpers/faulty-disk.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { until } from '../../helpers/until.ts'

const open = (folder: string) => openDirectoryBlobStore({ folder })
const digestOfZeros = (size: number): string => createHash('sha256').update(Buffer.alloc(size)).digest('hex')

blobStoreContract('directory', (t) => open(temporaryFolder(t)))
unfinishedBlobsContract('directory', async (t) => {
  const folder = temporaryFolder(t)
  return { blobs: await open(folder), again: () => open(folder) }
})

it('clears away what a process that died left unfinished', async (t) => {
  const folder = temporaryFolder(t)
  await open(folder)
  writeFileSync(join(folder, 'incoming', 'half'), 'half')
  await open(folder)
  assert.deepEqual(readdirSync(join(folder, 'incoming')), [])
})

it('leaves alone what another process that shares the folder may be writing', async (t) => {
  const folder = temporaryFolder(t)
  const share = () => openDirectoryBlobStore({ folder, isShared: true })
  await share()
  const [fresh, old] = ['fresh', 'old'].map((name) => join(folder, 'incoming', name)) as [string, string]
  writeFileSync(fresh, 'half')
  writeFileSync(old, 'half')
  utimesSync(old, new Date(0), new Date(0))
  await share()
  assert.deepEqual(readdirSync(join(folder, 'incoming')), ['fresh'])
})

it('changes no blob by what another process was still appending when it was finished', async (t) => {
  const folder = temporaryFolder(t)
  const [one, two] = [await open(folder), await open(folder)]
  const bytes = Buffer.from('một tệp đính kèm')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const options = { limit: bytes.length, signal: new AbortController().signal }
  await one.unfinished.begin('upload')
  await one.unfinished.append('upload', Readable.from([bytes.subarray(0, 4)]), options)
  const slow = new PassThrough()
  const late = two.unfinished.append('upload', slow, options)
  slow.write(bytes.subarray(4, -1))
  await until(async () => (await one.unfinished.length('upload')) === bytes.length - 1, 5000)
  await one.unfinished.append('upload', Readable.from([bytes.subarray(-1)]), options)
  await one.unfinished.finish('upload', sha256)
  slow.end('x')
  await late
  await assert.rejects(two.unfinished.finish('upload', sha256), { code: 'BUS_UPLOAD_CONFLICT' })
  assert.deepEqual(Buffer.concat(await (await one.open(sha256)).toArray()), bytes)
})

it('keeps the file of a blob that is uploaded again, whole or in parts', async (t) => {
  const folder = temporaryFolder(t)
  const blobs = await open(folder)
  const bytes = Buffer.from('một tệp đính kèm')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const signal = new AbortController().signal
  const put = () => blobs.put(sha256, bytes.length, Readable.from([bytes]), signal)
  const file = () => statSync(join(folder, sha256.slice(0, 2), sha256)).ino
  await put()
  const first = file()
  await blobs.unfinished.begin('upload')
  await put()
  await blobs.unfinished.append('upload', Readable.from([bytes]), { limit: bytes.length, signal })
  await blobs.unfinished.finish('upload', sha256)
  assert.equal(file(), first)
  assert.deepEqual(
    ['incoming', 'unfinished'].flatMap((of) => readdirSync(join(folder, of))),
    []
  )
})

it('keeps nothing of an upload in whose middle the process is killed', async (t) => {
  const folder = temporaryFolder(t)
  const size = 300_000
  const script = startScript(t, killedAt('blobs.in-upload:2', uploadZeros(folder, size)))
  assert.deepEqual(await Array.fromAsync(script.lines), [])
  assert.equal(await script.ended(), 'SIGKILL')
  assert.equal(readdirSync(join(folder, 'incoming')).length, 1)
  const blobs = await open(folder)
  assert.equal(await blobs.size(digestOfZeros(size)), undefined)
  assert.deepEqual(await Array.fromAsync(blobs.list()), [])
  assert.deepEqual(readdirSync(join(folder, 'incoming')), [])
})

it('refuses what the disk took only in part, and keeps nothing of it', async (t) => {
  const folder = temporaryFolder(t)
  const size = 300_000 // The last chunk is cut short at 256 KiB.
  const script = startScript(t, uploadZeros(folder, size), withFileLimit(256))
  assert.deepEqual(await Array.fromAsync(script.lines), ['BUS_STORE_UNAVAILABLE undefined'])
  assert.deepEqual(readdirSync(join(folder, 'incoming')), [])
})

/** Uploads so many zeros in chunks of 100,000 and prints how it went, and what is stored then. */
function uploadZeros(folder: string, size: number): string {
  return `
    import { Readable } from 'node:stream'
    import { openDirectoryBlobStore } from './engines/blobs/directory/directory-blob-store.ts'
    const blobs = await openDirectoryBlobStore({ folder: ${JSON.stringify(folder)} })
    const chunks = Readable.from(Array.from({ length: ${size / 100_000} }, () => Buffer.alloc(100_000)))
    const outcome = await blobs
      .put('${digestOfZeros(size)}', ${size}, chunks, new AbortController().signal)
      .then(() => 'stored', ({ code }) => code)
    console.log(outcome, await blobs.size('${digestOfZeros(size)}'))`
}
