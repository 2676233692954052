import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ConnectorTables } from '#connectors/host/connector-tables.ts'
import type { RunningHost } from '#connectors/host/host.ts'
import { onOneMachine } from '#tests/helpers/engine-sets.ts'
import {
  type HostLab,
  itemOf,
  newInstanceName,
  openHostLab,
  outsideOf,
  until
} from '#tests/helpers/host-lab.ts'
import { systemOf } from '#tests/helpers/test-bus.ts'

const limitMs = 20_000

/** Two hosts on one store, as two processes have it. The first one returned runs the instance. */
async function startTwo(lab: HostLab, instances: readonly object[], name: string) {
  const runs = await lab.start(instances, {}, true)
  await until(() => lab.statusOf(runs, name)?.state === 'running', limitMs)
  return [runs, await lab.start(instances, {}, true)] as const
}

function instancesOf(lab: HostLab) {
  return lab.core.store
    .reader<ConnectorTables>()
    .selectFrom('connectorInstances')
    .select(['instance', 'rateGroup'])
    .orderBy('instance')
    .execute()
}

/** Waits until the host is told that another process runs the instance. */
async function waitsForOther(lab: HostLab, host: RunningHost, name: string): Promise<void> {
  const reason = () => lab.statusOf(host, name)?.reason ?? ''
  await until(() => reason().startsWith('Another process still runs the connector'), limitMs)
  assert.equal(lab.statusOf(host, name)?.state, 'failing')
}

describe('where several processes run connectors', () => {
  it('a new name waits until the process that runs the former one has read the settings', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const [former, name] = [newInstanceName(), newInstanceName()]
    const outside = outsideOf(former)
    const settings = { settings: { outside: former } }
    outside.items.push(itemOf('1'))
    const [runs, other] = await startTwo(lab, [lab.instance(former, settings)], former)
    await until(async () => (await lab.published()).length === 1, limitMs)
    const renamed = await lab.check([lab.instance(name, { ...settings, formerNames: [former] })])
    other.reload(renamed)
    await waitsForOther(lab, other, name)
    outside.items.push(itemOf('2'))
    await until(async () => (await lab.published()).length === 2, limitMs)
    assert.equal(lab.statusOf(runs, former)?.state, 'running')
    runs.reload(renamed)
    const isRun = () => [runs, other].some((host) => lab.statusOf(host, name)?.state === 'running')
    await until(isRun, limitMs)
    outside.items.push(itemOf('3'))
    await until(async () => (await lab.published()).length >= 3, limitMs)
    assert.deepEqual(
      (await lab.published()).map(({ subject }) => subject),
      ['1', '2', '3']
    )
    assert.equal(outside.cursors.filter((cursor) => cursor === undefined).length, 1)
  })

  it('another rate group waits the same way, also if the former one goes on without the instance', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const [from, stays, moves, group] = [newInstanceName(), newInstanceName(), newInstanceName(), 'together']
    const ofB = { kind: 'sink', system: systemOf('B'), keyFile: lab.keyFileOf('B'), start: 'beginning' }
    const both = (rateGroup: string) => [
      lab.instance(from),
      lab.instance(stays, { ...ofB, rateGroup: group }),
      lab.instance(moves, { ...ofB, rateGroup })
    ]
    const outside = outsideOf(moves)
    const gate = Promise.withResolvers<void>()
    let begun = 0
    outside.onDeliver = () => {
      begun += 1
      return gate.promise
    }
    const [runs, other] = await startTwo(lab, both(group), moves)
    outsideOf(from).items.push(itemOf('1'))
    await until(() => begun === 1, limitMs)
    const moved = await lab.check(both('apart'))
    other.reload(moved)
    await waitsForOther(lab, other, moves)
    runs.reload(moved)
    gate.resolve()
    await until(async () => {
      const rows = await instancesOf(lab)
      return rows.some(({ instance, rateGroup }) => instance === moves && rateGroup === 'apart')
    }, limitMs)
    outsideOf(from).items.push(itemOf('2'))
    await until(() => outside.delivered.length === 2 && outsideOf(stays).delivered.length === 2, limitMs)
    assert.equal(begun, 2)
  })

  it('one that runs an instance no more writes nothing for it, though it still has the lease', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    for (const taken of [{ rateGroup: 'other' }, { instance: newInstanceName() }]) {
      const name = newInstanceName()
      const host = await lab.start([lab.instance(name)], {}, true)
      await until(() => lab.statusOf(host, name)?.state === 'running', limitMs)
      await lab.core.store.transaction(async (transaction) => {
        const rows = transaction.tables<ConnectorTables>().updateTable('connectorInstances')
        await rows.set(taken).where('instance', '=', name).execute()
      })
      outsideOf(name).items.push(itemOf('1'))
      await until(() => lab.statusOf(host, name)?.state === 'failing', limitMs)
      assert.match(lab.statusOf(host, name)?.reason ?? '', /^Another process now runs/)
      assert.deepEqual(await lab.items(), [])
      await host.close()
    }
  })
})
