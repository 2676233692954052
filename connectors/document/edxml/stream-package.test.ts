import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, it, type TestContext } from 'node:test'
import fc from 'fast-check'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'
import { generatedPackage } from '../fixtures/generated.ts'
import { sender } from '../fixtures/opened-transport.ts'
import { writtenPackage } from '../fixtures/written-package.ts'
import { openPackageFolder } from '../transport/folder.ts'
import { streamPackage } from './stream-package.ts'
import { packageChunks } from './write-package.ts'

const never = new AbortController().signal

async function textOf(chunks: AsyncIterable<string>): Promise<string> {
  return (await Array.fromAsync(chunks)).join('')
}

describe('a package that is streamed', () => {
  it('is byte for byte what it is when written whole, wherever its attachments are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        generatedPackage,
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        async ({ type, data, files }, lengths) => {
          const cut = function* (bytes: Buffer): Generator<Buffer> {
            for (let at = 0, n = 0; at < bytes.length; n += 1) {
              const length = lengths[n % lengths.length] ?? 1
              yield bytes.subarray(at, at + length)
              at += length
            }
          }
          const chunks = packageChunks(type, data, files)
          const streamed = streamPackage(chunks, async ({ bytes }) => Readable.from(cut(bytes)))
          assert.equal(await textOf(streamed), writtenPackage(type, data, files).toString())
        }
      )
    )
  })

  it('holds a chunk of one attachment at a time, however many and large they are', async () => {
    const chunk = randomBytes(65_535)
    const counts = { open: 0, mostOpen: 0, read: 0, ahead: 0, written: 0 }
    const open = async (): Promise<Readable> => {
      counts.open += 1
      counts.mostOpen = Math.max(counts.mostOpen, counts.open)
      const chunks = async function* (): AsyncGenerator<Buffer> {
        for (let n = 0; n < 100; n += 1) {
          counts.read += chunk.length
          counts.ahead = Math.max(counts.ahead, counts.read - counts.written)
          yield chunk
        }
        counts.open -= 1
      }
      return Readable.from(chunks(), { highWaterMark: 1 })
    }
    const files = Array.from({ length: 20 }, () => ({}))
    for await (const text of streamPackage(files, open)) counts.written += (text.length / 4) * 3
    assert.equal(counts.written, 20 * 100 * chunk.length)
    assert.equal(counts.mostOpen, 1)
    assert.ok(counts.ahead <= 4 * chunk.length, `${counts.ahead} bytes were read ahead`)
  })
})

describe('the folder packages are put into', () => {
  const given = { ...sender, name: 'a.edxml' }
  const openFolder = async (t: TestContext) => {
    const folder = temporaryFolder(t)
    return { folder, packages: await openPackageFolder(folder, () => {}) }
  }
  const left = (folder: string): readonly string[] =>
    ['out', 'writing'].flatMap((name) => readdirSync(join(folder, name)))

  it('has the whole of one, or nothing where its attachment breaks off', async (t) => {
    const { folder, packages } = await openFolder(t)
    const broken = async function* (): AsyncGenerator<string> {
      yield 'the first half'
      throw new TypeError('it broke off')
    }
    await assert.rejects(packages.put({ ...given, open: broken }, never), /it broke off/)
    assert.deepEqual(left(folder), [])
    const whole = async function* (): AsyncGenerator<string> {
      yield 'the first half'
      yield ', the second'
    }
    await packages.put({ ...given, open: whole }, never)
    assert.equal(readFileSync(join(folder, 'out', 'a.edxml'), 'utf8'), 'the first half, the second')
  })

  it('is left alone by one that is still being written when the bus stops', async (t) => {
    const { folder, packages } = await openFolder(t)
    const stop = new AbortController()
    const endless = async function* (): AsyncGenerator<string> {
      for (let n = 0; ; n += 1) {
        if (n === 100) stop.abort()
        yield 'x'.repeat(1000)
      }
    }
    await assert.rejects(packages.put({ ...given, open: endless }, stop.signal), { name: 'AbortError' })
    assert.deepEqual(left(folder), [])
    assert.ok(existsSync(folder))
  })
})
