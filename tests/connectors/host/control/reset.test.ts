import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { ConnectorTables } from '#connectors/host/connector-tables.ts'
import { createInstanceReads } from '#connectors/host/control/read-instances.ts'
import type { Store, Tables } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { onOneMachine } from '#tests/helpers/engine-sets.ts'
import { itemOf, newInstanceName, openHostLab, outsideOf, until } from '#tests/helpers/host-lab.ts'

const limitMs = 20_000

it('a reset counts, too, if the stored cursor is of another version of the kind', async (t) => {
  const lab = await openHostLab(t, onOneMachine)
  const name = newInstanceName()
  const { items, cursors } = outsideOf(name)
  items.push(itemOf('1'), itemOf('2'), itemOf('3'))
  const host = await lab.start([lab.instance(name, { every: '1h' })])
  await until(async () => (await lab.published()).length === 3, limitMs)
  await lab.core.store.transaction(async (transaction) => {
    const older = { cursor: 'of an earlier release', cursorVersion: 7 }
    await transaction.tables<ConnectorTables>().updateTable('connectorInstances').set(older).execute()
  })
  const polls = cursors.length
  assert.deepEqual(await lab.act('reset', name, { cursor: '2' }), { isPending: false })
  await until(() => cursors.length > polls, limitMs)
  assert.equal(cursors[polls], '2')
  assert.equal(lab.statusOf(host, name)?.state, 'running')
})

it('of a cursor nobody is shown what stands behind a line break', async (t) => {
  const lab = await openHostLab(t, onOneMachine)
  const name = newInstanceName()
  const reads = createInstanceReads(lab.core.store, Date.now)
  await lab.start([lab.instance(name, { every: '1h' })])
  await until(async () => (await reads.find(name))?.polled !== undefined, limitMs)
  await lab.core.store.transaction(async (transaction) => {
    const changed = { cursor: '7\n0901234567' }
    await transaction.tables<ConnectorTables>().updateTable('connectorInstances').set(changed).execute()
  })
  assert.equal((await reads.find(name))?.cursor, '7')
})

it('a reset during which the store fails says so, and the instance runs on from its former cursor', async (t) => {
  const lab = await openHostLab(t, onOneMachine)
  const name = newInstanceName()
  const { items, cursors } = outsideOf(name)
  items.push(itemOf('1'))
  const { store } = lab.core
  let failures = 0
  const failing = new Proxy(store, {
    get(target, member) {
      if (member !== 'transaction') return Reflect.get(target, member).bind(target)
      const transaction: Store['transaction'] = (work, options) =>
        target.transaction(
          (own) => work({ tables: <T>() => withoutInstances(own.tables<T>(), () => failures-- > 0) }),
          options
        )
      return transaction
    }
  })
  await lab.start([lab.instance(name, { every: '1h' })], { store: failing })
  await until(async () => (await lab.published()).length === 1, limitMs)
  failures = 1
  const { problem } = await lab.act('reset', name, { cursor: '0' })
  assert.match(problem?.en ?? '', /^The store could not write/)
  await until(() => cursors.length === 2, limitMs)
  assert.equal(cursors[1], '1')
})

/** Tables of a store that sometimes cannot change instances. */
function withoutInstances<T>(tables: Tables<T>, fails: () => boolean): Tables<T> {
  return new Proxy(tables, {
    get(target, member) {
      const value = Reflect.get(target, member)
      if (typeof value !== 'function') return value
      return (...given: readonly unknown[]) => {
        const isInstances = member === 'updateTable' && given[0] === 'connectorInstances'
        if (isInstances && fails()) throw new BusError('BUS_STORE_UNAVAILABLE', 'store-failed')
        return value.apply(target, given)
      }
    }
  })
}
