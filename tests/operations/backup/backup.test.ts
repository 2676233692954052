import assert from 'node:assert/strict'
import { chown, copyFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { GatewayError } from '#client/gateway-error.ts'
import { backUp, restore } from '#operations/backup/backup.ts'
import { dataFormat, type FormatNote, formatName } from '#runtime/data-format.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { actOnSystem, startTestBus, systemOf, type TestBus } from '../../helpers/test-bus.ts'

const granted = { act: 'right.granted', type: 'document.issued.v1', recipients: '*' }

/** Publishes as `A` for `B`, four at a time, until it is stopped. */
function startLoad(bus: TestBus): { readonly acknowledged: string[]; stop(): Promise<unknown> } {
  const acknowledged: string[] = []
  let running = true
  const lane = async (): Promise<void> => {
    while (running) {
      const event = bus.document()
      await bus.clients.A.publish(event)
      acknowledged.push(event.id)
    }
  }
  const lanes = Promise.all(Array.from({ length: 4 }, lane))
  return {
    acknowledged,
    stop() {
      running = false
      return lanes
    }
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** A reader as an agency writes one: keeps its cursor and the ids it has dealt with. */
function createReader() {
  const dealtWith = new Set<string>()
  let cursor: string | undefined
  return {
    dealtWith,
    cursor: () => cursor,
    async readAll(bus: TestBus): Promise<void> {
      const end = AbortSignal.timeout(20_000)
      const quiet = new AbortController()
      let timer = setTimeout(() => quiet.abort(), 1500)
      for await (const item of bus.clients.B.follow(
        { after: cursor, waitSeconds: 1 },
        AbortSignal.any([end, quiet.signal])
      )) {
        clearTimeout(timer)
        timer = setTimeout(() => quiet.abort(), 1500)
        dealtWith.add(item.event.id)
        cursor = item.cursor
      }
      assert.ok(!end.aborted, 'the inbox came to its end')
    }
  }
}

function restart(t: Parameters<typeof startTestBus>[0], bus: TestBus): Promise<TestBus> {
  return startTestBus(t, { folder: bus.folder, port: Number(new URL(bus.url).port) })
}

describe('backup and restore', () => {
  it('takes a running bus whole: after the data folder is lost, readers go on in a new epoch and miss nothing it held', async (t) => {
    const bus = await startTestBus(t)
    const to = join(temporaryFolder(t), 'backup')
    const reader = createReader()
    const attachment = await bus.clients.A.attach('mau.txt', 'text/plain', Buffer.from('xin chào'))
    const listing = bus.document()
    await bus.clients.A.publish({ ...listing, data: { ...listing.data, attachments: [{ ...attachment }] } })
    const load = startLoad(bus)
    await until(() => load.acknowledged.length > 50)
    const before = [...load.acknowledged]
    await backUp(bus.folder, to)
    await until(() => load.acknowledged.length > before.length + 50)
    await load.stop()
    await reader.readAll(bus)
    await bus.bus.close()

    await rm(bus.folder, { recursive: true })
    await restore({ from: to, folder: bus.folder })
    const again = await restart(t, bus)
    const old = reader.cursor()
    await assert.rejects(again.clients.B.page({ after: old }), (error) => {
      assert.ok(error instanceof GatewayError)
      assert.equal(error.problem.status, 410)
      assert.equal(error.problem.code, 'BUS_CURSOR_EXPIRED')
      assert.match(String(error.problem.from), /^\d{4}-\d\d-\d\dT/)
      return true
    })
    const after = again.document()
    await again.clients.A.publish(after)
    const fresh = createReader()
    await fresh.readAll(again)
    assert.deepEqual(
      [...before, listing.id, after.id].filter((id) => !fresh.dealtWith.has(id)),
      []
    )
    await reader.readAll(again)
    assert.ok(reader.dealtWith.has(after.id), 'the reader went on from the time it was told')
    const content = await text(await again.clients.B.download(attachment.sha256))
    assert.equal(content, 'xin chào')
  })

  it('never takes a cursor of one restored life for one of another', async (t) => {
    const bus = await startTestBus(t)
    const to = join(temporaryFolder(t), 'backup')
    await backUp(bus.folder, to)
    await bus.bus.close()
    const cursors: string[] = []
    for (let life = 0; life < 2; life += 1) {
      await restore({ from: to, folder: bus.folder, replace: true })
      const again = await restart(t, bus)
      await again.clients.A.publish(again.document())
      const { next } = await again.clients.B.page({ waitSeconds: 5 })
      for (const earlier of cursors) {
        await assert.rejects(again.clients.B.page({ after: earlier }), { message: /^BUS_CURSOR_EXPIRED/ })
      }
      cursors.push(next)
      await again.bus.close()
    }
  })

  it('tells a reader that missed two restores the time of the first', async (t) => {
    const bus = await startTestBus(t)
    const folder = temporaryFolder(t)
    const reader = createReader()
    const ids: string[] = []
    const publish = async (on: TestBus): Promise<void> => {
      const event = on.document()
      await on.clients.A.publish(event)
      ids.push(event.id)
    }
    await publish(bus)
    await backUp(bus.folder, join(folder, '1'))
    await publish(bus)
    await reader.readAll(bus)
    ids.pop() // It is in no backup.
    await bus.bus.close()
    await restore({ from: join(folder, '1'), folder: bus.folder, replace: true })
    const second = await restart(t, bus)
    await publish(second)
    await publish(second)
    await backUp(second.folder, join(folder, '2'))
    await second.bus.close()
    await restore({ from: join(folder, '2'), folder: bus.folder })
    const third = await restart(t, bus)
    await reader.readAll(third)
    assert.deepEqual(
      ids.filter((id) => !reader.dealtWith.has(id)),
      []
    )
  })

  it('that was broken off lets no bus start on what it left; run again, it comes to its end', async (t) => {
    const bus = await startTestBus(t)
    const to = join(temporaryFolder(t), 'backup')
    await bus.clients.A.publish(bus.document())
    await backUp(bus.folder, to)
    await bus.bus.close()
    await rename(join(to, 'store.sqlite'), join(to, 'away'))
    await assert.rejects(restore({ from: to, folder: bus.folder }), {
      fault: 'backup-missing'
    })
    await rename(join(to, 'away'), join(to, 'store.sqlite'))
    await rename(join(to, 'keys'), join(to, 'away')) // It breaks off with the databases in place.
    await assert.rejects(restore({ from: to, folder: bus.folder }))
    await assert.rejects(restart(t, bus), { code: 'BUS_CONFIG_INVALID', fault: 'restore-unfinished' })
    await rename(join(to, 'away'), join(to, 'keys'))
    await restore({ from: to, folder: bus.folder })
    const again = await restart(t, bus)
    assert.equal((await again.clients.B.page({ waitSeconds: 5 })).events.length, 1)
  })

  it('replaces no records that the backup lacks unless asked, and then keeps them, for the owner of the folder', async (t) => {
    const bus = await startTestBus(t)
    const to = join(temporaryFolder(t), 'backup')
    await backUp(bus.folder, to)
    await bus.clients.A.publish(bus.document())
    await bus.bus.close()
    const isRoot = process.getuid?.() === 0
    if (isRoot) await chown(bus.folder, 1234, 1234)
    const options = { from: to, folder: bus.folder }
    await assert.rejects(restore(options), { fault: 'restore-loses-records' })
    const { aside = '' } = await restore({ ...options, replace: true })
    for (const name of ['store.sqlite', 'keys']) assert.ok((await readdir(aside)).includes(name))
    const files = ['store.sqlite', join('keys', 'bus.jwk')]
    for (const name of files) if (isRoot) assert.equal((await stat(join(bus.folder, name))).uid, 1234, name)
    if (isRoot) await chown(bus.folder, 0, 0)
    assert.deepEqual(Object.keys(await restore(options)), ['restoredTo'])
    await writeFile(join(bus.folder, 'store.sqlite'), 'no database'.repeat(100))
    await assert.rejects(restore(options), { fault: 'restore-loses-records' })
    await restore({ ...options, replace: true })
    const again = await restart(t, bus)
    assert.equal((await again.clients.A.publish(again.document()))[0]?.status, 'accepted')
  })

  it('replaces no act that the backup lacks unless asked', async (t) => {
    const bus = await startTestBus(t)
    const to = join(temporaryFolder(t), 'backup')
    await backUp(bus.folder, to)
    await actOnSystem(bus.operator, systemOf('C'), { path: '/v1/rights', ...granted })
    await bus.bus.close()
    const db = new DatabaseSync(join(bus.folder, 'store.sqlite'))
    db.exec(
      'DELETE FROM "logEntries" WHERE source = \'/bus\' AND id = (SELECT \'act-\' || max(number) FROM "controlActs")'
    )
    db.close() // As if the bus had been killed before it wrote the act to the log.
    await assert.rejects(restore({ from: to, folder: bus.folder }), { fault: 'restore-loses-records' })
  })

  it('replaces no records of another epoch, in which the same event was sent again', async (t) => {
    const bus = await startTestBus(t)
    const [first, second] = [1, 2].map((n) => join(temporaryFolder(t), `${n}`)) as [string, string]
    await backUp(bus.folder, first)
    const [lost, again] = [bus.document(), bus.document()]
    await bus.clients.A.publish(lost, again)
    await bus.bus.close()
    const { aside = '' } = await restore({ from: first, folder: bus.folder, replace: true })
    const other = await restart(t, bus)
    await other.clients.A.publish(again)
    await backUp(bus.folder, second)
    await other.bus.close()
    await copyFile(join(aside, 'store.sqlite'), join(bus.folder, 'store.sqlite'))
    await assert.rejects(restore({ from: second, folder: bus.folder }), { fault: 'restore-loses-records' })
  })

  it('changes nothing if a newer release made the backup', async (t) => {
    const bus = await startTestBus(t)
    const to = join(temporaryFolder(t), 'backup')
    await backUp(bus.folder, to)
    await bus.bus.close()
    const db = new DatabaseSync(join(to, 'store.sqlite'))
    const newer: FormatNote = { format: dataFormat + 1, release: '9.1.0' }
    db.prepare('UPDATE "storeMeta" SET value = ? WHERE name = ?').run(JSON.stringify(newer), formatName)
    db.close()
    await assert.rejects(restore({ from: to, folder: bus.folder, replace: true }), {
      fault: 'data-of-newer-release'
    })
    const again = await restart(t, bus)
    assert.equal((await again.clients.A.publish(again.document()))[0]?.status, 'accepted')
  })

  it('tells a reader that had found its inbox empty to read all of it', async (t) => {
    const bus = await startTestBus(t)
    const to = join(temporaryFolder(t), 'backup')
    const { next } = await bus.clients.B.page()
    const subjects = ['first', 'second', 'third']
    for (const subject of subjects) await bus.clients.A.publish(bus.document({ subject }))
    while ((await bus.clients.B.page({ waitSeconds: 5 })).events.length < subjects.length);
    await backUp(bus.folder, to)
    await bus.bus.close()
    await restore({ from: to, folder: bus.folder })
    const again = await restart(t, bus)
    const seen: string[] = []
    const quiet = AbortSignal.timeout(3000)
    for await (const { event } of again.clients.B.follow({ after: next, waitSeconds: 1 }, quiet))
      seen.push(event.subject)
    assert.deepEqual(seen, subjects)
  })

  it('holds the attachments wherever they are, or is not made', async (t) => {
    const attachments = temporaryFolder(t)
    const bus = await startTestBus(t, { settings: { attachments: { folder: attachments } } })
    const listed = await bus.clients.A.attach('mau.txt', 'text/plain', Buffer.from('xin chào'))
    const event = bus.document({}, { attachments: [{ ...listed }] })
    await bus.clients.A.publish(event)
    assert.equal((await bus.clients.B.page({ waitSeconds: 5 })).events.length, 1)
    const [to, without] = ['backup', 'without'].map((name) => join(temporaryFolder(t), name)) as [
      string,
      string
    ]
    await assert.rejects(backUp(bus.folder, to), { fault: 'backup-attachments-missing' })
    await backUp(bus.folder, without, { attachments: false })
    await backUp(bus.folder, to, { attachments })
    const files = ['attachments', 'backup.json', 'keys', 'store.sqlite']
    assert.deepEqual((await readdir(to)).sort(), files)
    await bus.bus.close()

    for (const lost of [bus.folder, attachments]) await rm(lost, { recursive: true })
    const options = { folder: bus.folder, attachments }
    await assert.rejects(restore({ ...options, from: without }), { fault: 'backup-attachments-missing' })
    await restore({ ...options, from: to })
    const again = await startTestBus(t, {
      folder: bus.folder,
      settings: { attachments: { folder: attachments } }
    })
    const item = (await again.clients.B.page({ waitSeconds: 5 })).events[0]
    assert.equal(item?.event.id, event.id)
    const content = await text(await again.clients.B.download(listed.sha256))
    assert.equal(content, 'xin chào')
  })

  it('refuses a target that is there, a folder without data, and a folder in use', async (t) => {
    const bus = await startTestBus(t)
    const folder = temporaryFolder(t)
    const to = join(folder, 'backup')
    await assert.rejects(backUp(bus.folder, folder), { code: 'BUS_CONFIG_INVALID' })
    await assert.rejects(backUp(join(folder, 'nothing'), to), { code: 'BUS_CONFIG_INVALID' })
    await assert.rejects(restore({ from: join(folder, 'nothing'), folder: bus.folder }), {
      code: 'BUS_CONFIG_INVALID'
    })
    await backUp(bus.folder, to)
    await assert.rejects(restore({ from: to, folder: bus.folder }), /used by another process/)
    assert.equal((await bus.clients.A.publish(bus.document()))[0]?.status, 'accepted')
  })
})
