import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { ConnectorTables } from '#connectors/host/connector-tables.ts'
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
