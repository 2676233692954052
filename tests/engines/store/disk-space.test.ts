import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { watchDiskSpace } from '#engines/store/disk-space.ts'
import { metaTables } from '#engines/store/meta.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const megabyte = 1_048_576
const low = { code: 'BUS_STORE_UNAVAILABLE', fault: 'disk-space-low' }

/** A disk whose free bytes the test sets, and a clock it moves. */
function fakeDisk(free: number, options: { readonly total?: number; readonly reserveBytes?: number } = {}) {
  const disk = { free, now: 0, asked: 0 }
  const space = watchDiskSpace({
    folder: '/',
    reserveBytes: options.reserveBytes,
    sizeOf() {
      disk.asked += 1
      return { total: options.total ?? 100_000 * megabyte, free: disk.free }
    },
    clock: () => disk.now
  })
  return { disk, space }
}

describe('the room on the disk', () => {
  it('is refused to bytes from outside that would go below what is kept back, to the byte', () => {
    const { space } = fakeDisk(80 * megabyte)
    space.room(16 * megabyte)
    assert.throws(() => space.room(16 * megabyte + 1), low)
  })

  it('keeps back no more than a twentieth of a small disk', () => {
    const { space } = fakeDisk(20 * megabyte, { total: 96 * megabyte })
    space.room(15 * megabyte)
    assert.throws(() => space.room(16 * megabyte), low)
  })

  it('is counted down by what was taken in, though the disk is asked only now and then', () => {
    const { space, disk } = fakeDisk(74 * megabyte)
    for (let n = 0; n < 10; n += 1) space.takeIn(megabyte)
    assert.throws(() => space.takeIn(1), low)
    assert.equal(disk.asked, 1)
    disk.now += 1000
    space.takeIn(megabyte)
    assert.equal(disk.asked, 2)
  })

  it('is asked anew where it matters what is free at this moment', () => {
    const { space, disk } = fakeDisk(74 * megabyte)
    space.room(megabyte)
    disk.free = 0
    space.room(megabyte)
    assert.throws(() => space.roomNow(megabyte), low)
  })

  it('is not counted down by what was only asked about, nor by what was refused', () => {
    const { space } = fakeDisk(70 * megabyte)
    for (let n = 0; n < 10; n += 1) space.room(5 * megabyte)
    assert.throws(() => space.takeIn(7 * megabyte), low)
    space.takeIn(6 * megabyte)
  })

  it('lets what was taken in before use half of what is kept back, and tells why it refuses', () => {
    const { space, disk } = fakeDisk(10 * megabyte, { reserveBytes: 16 * megabyte })
    space.change()
    assert.match(String(space.problem()), /10 MB/)
    disk.free = 8 * megabyte - 1
    disk.now += 1000
    assert.throws(() => space.change(), low)
    disk.free = 16 * megabyte
    disk.now += 1000
    assert.equal(space.problem(), undefined)
  })
})

describe('a store on a disk that is nearly full', () => {
  it('runs what may use the room kept back, and nothing else', async (t) => {
    const { space } = fakeDisk(0)
    const store = openSqliteStore({
      folder: temporaryFolder(t),
      parts: [metaTables],
      onFatal: assert.ifError,
      space
    })
    t.after(() => store.close())
    await assert.rejects(
      store.transaction(async () => assert.fail('it ran')),
      low
    )
    assert.equal(await store.transaction(async () => 'ran', { usesReserve: true }), 'ran')
  })
})
