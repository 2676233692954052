import assert from 'node:assert/strict'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { AttachmentTables } from '#bus/attachments/attachment-tables.ts'
import { fixture } from '#connectors/document/fixtures/fixtures.ts'
import type { ConnectorTables } from '#connectors/host/connector-tables.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { onOneMachine } from '#tests/helpers/engine-sets.ts'
import {
  type HostLab,
  itemOf,
  newInstanceName,
  openHostLab,
  outsideOf,
  until
} from '#tests/helpers/host-lab.ts'

const limitMs = 20_000
const fault = new BusError('BUS_ITEM_INVALID', 'report-unmatched', { values: { hash: 'x' } })

describe('a check of an instance that is paused after a restore', () => {
  const restart = (lab: HostLab, instance: object) => lab.start([instance], { epoch: lab.parts.epoch + 1 })
  const cursor = async (lab: HostLab) => {
    const rows = lab.core.store.reader<ConnectorTables>().selectFrom('connectorInstances').select('cursor')
    return (await rows.executeTakeFirst())?.cursor
  }

  it('lists what the outside gives that is not stored, and stores and publishes nothing', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    const { items, acknowledged } = outsideOf(name)
    items.push(itemOf('1'), itemOf('2'))
    const before = await lab.start([lab.instance(name)])
    await until(() => acknowledged.length === 2, limitMs)
    await before.close()
    const restored = await restart(lab, lab.instance(name))
    await until(() => lab.statusOf(restored, name)?.state === 'paused', limitMs)
    items.push(itemOf('2'), itemOf('3'), { reference: '4', fault }, itemOf('3'))
    outsideOf(name).pageSize = 2
    const unknown = { references: ['3', '4'], isMore: false }
    assert.deepEqual(await lab.act('check', name), { isPending: false, unknown })
    assert.deepEqual([await lab.items(), await cursor(lab), (await lab.published()).length], [[], '2', 2])
    const shown = await lab.shown(name)
    assert.deepEqual({ ...shown?.unknown, at: undefined }, { ...unknown, at: undefined })
    await lab.act('resume', name)
    await until(async () => (await lab.published()).length === 3, limitMs)
    await until(async () => (await lab.shown(name))?.state === 'running', limitMs)
    assert.equal((await lab.shown(name))?.unknown, undefined)
    assert.deepEqual(await lab.act('check', name), { isPending: false })
  })

  it('lists a thousand, and says that there are more', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    const before = await lab.start([lab.instance(name)])
    await until(() => lab.statusOf(before, name)?.state === 'running', limitMs)
    await before.close()
    const restored = await restart(lab, lab.instance(name))
    await until(() => lab.statusOf(restored, name)?.state === 'paused', limitMs)
    outsideOf(name).items.push(...Array.from({ length: 5000 }, (_, index) => itemOf(String(index))))
    outsideOf(name).pageSize = 300
    const polls = outsideOf(name).cursors.length
    const { unknown } = await lab.act('check', name)
    assert.deepEqual([unknown?.references.length, unknown?.isMore], [1000, true])
    assert.equal(outsideOf(name).cursors.length - polls, 4)
  })

  it('stores no attachments of what it finds', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    const folder = join(lab.folder, 'packages')
    const instance = lab.instance(name, { kind: 'document', settings: { folder } })
    const before = await lab.start([instance])
    await until(() => lab.statusOf(before, name)?.state === 'running', limitMs)
    await before.close()
    const restored = await restart(lab, instance)
    await until(() => lab.statusOf(restored, name)?.state === 'paused', limitMs)
    const file = join(folder, 'in', 'one.edxml')
    mkdirSync(join(folder, 'in'), { recursive: true })
    writeFileSync(file, fixture('issued'))
    utimesSync(file, 1_700_000_000, 1_700_000_000)
    const { unknown, problem } = await lab.act('check', name)
    assert.deepEqual([unknown?.references.length, problem], [1, undefined])
    const stored = lab.core.store.reader<AttachmentTables>().selectFrom('attachmentUsage').selectAll()
    assert.deepEqual(await stored.execute(), [])
  })
})
