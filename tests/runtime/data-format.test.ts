import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { it } from 'node:test'
import { writeNote } from '#engines/store/meta.ts'
import { checkSource } from '#operations/migrate/check-source.ts'
import {
  dataFormat,
  type FormatNote,
  formatName,
  noteFormat,
  readFormat,
  refuseNewerFormat,
  sharedDataFormat
} from '#runtime/data-format.ts'
import { keyFiles } from '#runtime/keyring.ts'
import { configFrom } from '#runtime/run-bus.ts'
import { tablesOfAllParts } from '#runtime/tables.ts'
import { version } from '#runtime/version.ts'
import { describeOnEveryStore } from '../helpers/stores.ts'
import { startTestBus } from '../helpers/test-bus.ts'

describeOnEveryStore('the format of stored data', (open) => {
  it('is noted with the first release that wrote it, and stays so', async (t) => {
    const store = await open(t, tablesOfAllParts)
    const note = () => readFormat(store)
    await noteFormat(store)
    assert.deepEqual(await note(), { format: dataFormat, release: version })
    const earlier = { format: dataFormat, release: '0.0.1' }
    await store.transaction((transaction) => writeNote(transaction, formatName, earlier))
    await noteFormat(store)
    await refuseNewerFormat(store)
    assert.deepEqual(await note(), earlier)
  })

  it('is raised by a release with a newer one', async (t) => {
    const store = await open(t, tablesOfAllParts)
    const before = { format: dataFormat - 1, release: '0.0.1' }
    await store.transaction((transaction) => writeNote(transaction, formatName, before))
    await noteFormat(store)
    const note = await readFormat(store)
    assert.deepEqual(note, { format: dataFormat, release: version })
  })

  it('stays as it was where the log is in Kafka: an older release may run beside this one', async (t) => {
    const store = await open(t, tablesOfAllParts)
    await noteFormat(store, sharedDataFormat)
    assert.deepEqual(await readFormat(store), { format: 1, release: version })
  })

  it('is refused by an older release, which names both releases and leaves the note', async (t) => {
    const store = await open(t, tablesOfAllParts)
    const newer = { format: dataFormat + 1, release: '9.1.0' }
    await store.transaction((transaction) => writeNote(transaction, formatName, newer))
    await assert.rejects(refuseNewerFormat(store), (error) => {
      assert.ok(error instanceof Error && 'code' in error)
      assert.equal(error.code, 'BUS_CONFIG_INVALID')
      for (const said of ['9.1.0', version, 'backup']) assert.ok(error.message.includes(said), said)
      return true
    })
    await noteFormat(store)
    const note = await readFormat(store)
    assert.deepEqual(note, newer)
  })
})

it('keeps a bus from starting on, and migrating from, a data folder of a newer format', async (t) => {
  const bus = await startTestBus(t)
  await bus.bus.close()
  const db = new DatabaseSync(join(bus.folder, 'store.sqlite'))
  const newer: FormatNote = { format: dataFormat + 1, release: '9.1.0' }
  db.prepare('UPDATE "storeMeta" SET value = ? WHERE name = ?').run(JSON.stringify(newer), formatName)
  db.close()
  await assert.rejects(startTestBus(t, { folder: bus.folder }), { fault: 'data-of-newer-release' })
  const keys = keyFiles(bus.folder)
  const settings = {
    eventLog: { kafka: { brokers: ['127.0.0.1:1'] } },
    store: { postgres: { url: 'postgres://bus@127.0.0.1:1/bus' } },
    attachments: { folder: bus.folder },
    trust: { busKeyFile: keys.bus, operatorKeyFile: keys.operator }
  }
  const file = join(bus.folder, 'lienthong.yaml')
  writeFileSync(file, JSON.stringify(settings))
  const config = await configFrom({ config: file })
  await assert.rejects(checkSource(bus.folder, config), { fault: 'data-of-newer-release' })
})
