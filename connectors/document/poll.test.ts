import assert from 'node:assert/strict'
import { readdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { BusError } from '#protocol/errors/bus-error.ts'
import { connectorIo } from '#tests/helpers/connector-io.ts'
import { temporaryFolder } from '#tests/helpers/temporary-folder.ts'
import type { ConnectorIo } from '../connector.ts'
import { smallPackage, withFiles } from './fixtures/small.ts'
import { poll } from './poll.ts'
import { openPackageFolder } from './transport/folder.ts'

const reading = { authorities: [], calendar: { holidays: [], makeUpDays: [] } }
const another = (xml: string): string => xml.replaceAll('1/SMA', '2/SMA').replace('08:00:00', '08:00:01')

/** A folder with these packages, in their order. */
async function openFolder(t: TestContext, ...packages: readonly string[]) {
  const folder = temporaryFolder(t)
  const opened = await openPackageFolder(folder, () => {})
  for (const [index, xml] of packages.entries()) {
    const path = join(folder, 'in', `${index}.edxml`)
    writeFileSync(path, xml)
    utimesSync(path, new Date(), new Date(Date.now() - 10_000))
  }
  const ask = (io: Partial<ConnectorIo>) =>
    poll(opened, { subjects: new Map(), since: performance.now() }, reading, { ...connectorIo(t), ...io })
  return { ask, folder, waiting: () => readdirSync(join(folder, 'in')) }
}

describe('a poll of the folder', () => {
  const quota = new BusError('BUS_QUOTA_EXCEEDED', 'attachment-quota-used', { values: { limit: 1, got: 2 } })
  const failing = (error: unknown) => ({
    attach: async () => {
      throw error
    }
  })

  it('refuses no package for what the bus lacks: it fails, and the package waits', async (t) => {
    const { ask, waiting } = await openFolder(t, withFiles({}))
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC', syscall: 'write' })
    for (const error of [quota, full]) await assert.rejects(ask(failing(error)), error)
    assert.deepEqual(waiting(), ['0.edxml'])
    const { items } = await ask({})
    assert.ok(items[0] && 'event' in items[0])
  })

  it('gives what it read before a shortage, so that it is stored', async (t) => {
    const { ask } = await openFolder(t, smallPackage(), another(withFiles({})))
    const { items, more } = await ask(failing(quota))
    assert.deepEqual([items.length, more], [1, undefined])
  })

  it('gives what it has read after half a minute, however slow the outside is, and says that there is more', async (t) => {
    const packages = ['1', '2', '3', '4'].map((number) => withFiles({}).replaceAll('1/SMA', `${number}/SMA`))
    const { ask } = await openFolder(t, ...packages)
    const real = performance.now.bind(performance)
    let passedMs = 0
    t.mock.method(performance, 'now', () => real() + passedMs)
    const io = connectorIo(t)
    const { items, more } = await ask({
      ...io,
      async attach(...given) {
        passedMs += 16_000
        return io.attach(...given)
      }
    })
    assert.deepEqual([items.length, more], [2, true])
  })

  it('gives a package that cannot be read as one that is faulty, and those after it', async (t) => {
    const { ask } = await openFolder(t, another('no XML'), smallPackage())
    const { items } = await ask({})
    assert.deepEqual(items.map((item) => 'fault' in item).sort(), [false, true])
  })

  const unreadable: Readonly<Record<string, (path: string) => void>> = {
    'is of 2 GiB': (path) => truncateSync(path, 2 ** 31),
    'is empty': (path) => truncateSync(path, 0),
    'is garbage': (path) =>
      writeFileSync(path, Buffer.from(Array.from({ length: 10_000 }, (_, index) => (index * 7919) % 256))),
    'ends in the middle': (path) => writeFileSync(path, smallPackage().slice(0, 500)),
    'is a page for people': (path) =>
      writeFileSync(path, '<!doctype html><title>Down for maintenance</title>')
  }
  for (const [what, write] of Object.entries(unreadable)) {
    it(`gives a package that ${what} as one that is faulty, within bounds, and the one after it`, async (t) => {
      const { ask, folder } = await openFolder(t, 'in its place', another(smallPackage()))
      const path = join(folder, 'in', '0.edxml')
      write(path)
      utimesSync(path, new Date(), new Date(Date.now() - 20_000))
      const before = process.memoryUsage.rss()
      const { items } = await ask({})
      const codes = items.map((item) => ('fault' in item ? item.fault.code : 'event'))
      assert.deepEqual(codes.sort(), ['BUS_PACKAGE_INVALID', 'event'])
      assert.ok(process.memoryUsage.rss() - before < 512 * 1_048_576)
    })
  }

  it('ends when it is asked to, also while a package is read', async (t) => {
    const large = withFiles({ content: `${'AAAA'.repeat(1_000_000)}<!-- read in a worker -->` })
    const { ask, waiting } = await openFolder(t, large)
    const stop = new AbortController()
    const reason = new Error('stopping')
    const asked = ask({
      signal: stop.signal,
      inTurn(work) {
        const working = work()
        stop.abort(reason)
        return working
      }
    })
    await assert.rejects(asked, reason)
    await assert.rejects(ask({ signal: stop.signal }), reason)
    assert.deepEqual(waiting(), ['0.edxml'])
  })
})
