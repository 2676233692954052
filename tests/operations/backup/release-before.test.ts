import assert from 'node:assert/strict'
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { backUp, restore } from '#operations/backup/backup.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { asReleaseBefore, asStoreBefore } from '../../helpers/release-before.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { actOnSystem, startTestBus, systemOf, type TestBus } from '../../helpers/test-bus.ts'

const granted = { act: 'right.granted', type: 'document.issued.v1', recipients: '*' }

const restart = (t: TestContext, { folder, url }: TestBus): Promise<TestBus> =>
  startTestBus(t, { folder, port: Number(new URL(url).port) })

/** Publishes an event as `A`, and waits until `B` has it. */
async function publish(bus: TestBus): Promise<BusEvent> {
  const event = bus.document()
  await bus.clients.A.publish(event)
  await inboxOf(bus)
  return event
}

async function inboxOf({ clients }: TestBus): Promise<readonly string[]> {
  return (await clients.B.page({ waitSeconds: 5 })).events.map(({ event }) => event.id)
}

/** A backup that the release before made while events came: the store was copied first, and the log later. */
async function backupBefore(t: TestContext) {
  const bus = await startTestBus(t)
  const to = join(temporaryFolder(t), 'backup')
  const before = await publish(bus)
  await backUp(bus.folder, to)
  const late = bus.document()
  await bus.clients.A.publish(late)
  await actOnSystem(bus.operator, systemOf('C'), { path: '/v1/rights', ...granted })
  const ofNewRight = bus.document({ source: systemOf('C') })
  const published = await bus.clients.C.publish(ofNewRight)
  await inboxOf(bus)
  await asReleaseBefore(bus)
  asStoreBefore(join(to, 'store.sqlite'))
  copyFileSync(join(bus.folder, 'log.sqlite'), join(to, 'log.sqlite'))
  writeFileSync(join(to, 'backup.json'), '{"format":1}')
  return { bus, to, ids: [before, late, ofNewRight].map(({ id }) => id), ofNewRight, published }
}

describe('a backup of the release before', () => {
  it('is restored whole: also events that only its log has, and the rights they were accepted under', async (t) => {
    const { bus, to, ids, ofNewRight, published } = await backupBefore(t)
    rmSync(bus.folder, { recursive: true })
    await restore({ from: to, folder: bus.folder })
    const again = await restart(t, bus)
    const seen = new Set<string>()
    while (seen.size < ids.length) for (const id of await inboxOf(again)) seen.add(id)
    assert.deepEqual([...seen].sort(), [...ids].sort())
    const [repeated] = await again.clients.C.publish(ofNewRight)
    assert.deepEqual(repeated, { ...published[0], status: 'repeated' })
    const [accepted] = await again.clients.C.publish(again.document({ source: systemOf('C') }))
    assert.equal(accepted?.status, 'accepted', 'the right stands that only the log had')
  })

  it('is not restored without its log', async (t) => {
    const { bus, to } = await backupBefore(t)
    rmSync(join(to, 'log.sqlite'))
    await assert.rejects(restore({ from: to, folder: bus.folder }), { fault: 'backup-missing' })
  })

  it('replaces a folder, of either release, only if it has all that is there', async (t) => {
    const { bus, to } = await backupBefore(t)
    await restore({ from: to, folder: bus.folder }) // Of the release before.
    const again = await restart(t, bus)
    await again.bus.close()
    await restore({ from: to, folder: bus.folder }) // Of this one.
    const newer = await restart(t, bus)
    await newer.clients.A.publish(newer.document())
    await newer.bus.close()
    await assert.rejects(restore({ from: to, folder: bus.folder }), { fault: 'restore-loses-records' })
    await restore({ from: to, folder: bus.folder, replace: true })
  })
})

describe('a data folder of the release before', () => {
  it('is backed up with its log, and restored by this release', async (t) => {
    const bus = await startTestBus(t)
    const event = await publish(bus)
    await asReleaseBefore(bus)
    const to = join(temporaryFolder(t), 'backup')
    await backUp(bus.folder, to)
    assert.deepEqual(JSON.parse(readFileSync(join(to, 'backup.json'), 'utf8')).format, 1)
    assert.ok(existsSync(join(to, 'log.sqlite')))
    await restore({ from: to, folder: bus.folder })
    assert.deepEqual(await inboxOf(await restart(t, bus)), [event.id])
  })

  it('is not backed up without its log', async (t) => {
    const bus = await startTestBus(t)
    await publish(bus)
    await asReleaseBefore(bus)
    rmSync(join(bus.folder, 'log.sqlite'))
    await assert.rejects(backUp(bus.folder, join(temporaryFolder(t), 'backup')), {
      fault: 'log-file-missing'
    })
  })

  it('is replaced by a backup of this release only if that has all that is in its log, and kept aside otherwise', async (t) => {
    const bus = await startTestBus(t)
    const less = join(temporaryFolder(t), 'less')
    await publish(bus)
    await backUp(bus.folder, less)
    const last = bus.document()
    await bus.clients.A.publish(last)
    await asReleaseBefore(bus)
    const upgraded = join(temporaryFolder(t), 'upgraded')
    cpSync(bus.folder, upgraded, { recursive: true })
    copyFileSync(join(less, 'store.sqlite'), join(bus.folder, 'store.sqlite'))
    asStoreBefore(join(bus.folder, 'store.sqlite')) // Only its log has the last event.
    await assert.rejects(restore({ from: less, folder: bus.folder }), { fault: 'restore-loses-records' })
    const { aside = '' } = await restore({ from: less, folder: bus.folder, replace: true })
    const databases = readdirSync(aside).filter((name) => name.endsWith('.sqlite'))
    assert.deepEqual(databases.sort(), ['log.sqlite', 'store.sqlite'])

    const all = join(temporaryFolder(t), 'all')
    const today = await startTestBus(t, { folder: upgraded })
    await backUp(upgraded, all)
    await today.bus.close()
    for (const name of databases) copyFileSync(join(aside, name), join(bus.folder, name))
    assert.deepEqual(Object.keys(await restore({ from: all, folder: bus.folder })), ['restoredTo'])
    assert.ok(!readdirSync(bus.folder).some((name) => name.startsWith('log.sqlite')))
    assert.ok((await inboxOf(await restart(t, bus))).includes(last.id))
  })
})
