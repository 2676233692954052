import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { openDirectoryBlobStore } from '#engines/blobs/directory/directory-blob-store.ts'
import { blobStoreContract } from '../../contracts/blob-store.contract.ts'
import { unfinishedBlobsContract } from '../../contracts/unfinished-blobs.contract.ts'
import { killedAt, startScript } from '../../helpers/child-script.ts'
import { withFileLimit } from '../../helpers/faulty-disk.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

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
