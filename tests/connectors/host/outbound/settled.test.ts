import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { DeliveryTables } from '#connectors/host/outbound/delivery-tables.ts'
import { faults } from '#connectors/shared-formats/http/faults.ts'
import { onOneMachine } from '#tests/helpers/engine-sets.ts'
import { itemOf, newInstanceName, openHostLab, outsideOf, until } from '#tests/helpers/host-lab.ts'
import { systemOf } from '#tests/helpers/test-bus.ts'
import list from '../../../contracts/kinds/list/index.ts'

/** Deliveries that hold their line are looked at every 30 s: this must not wait for that. */
const soonMs = 15_000

it('a report that settles a delivery lets its line go on at once', async (t) => {
  const lab = await openHostLab(t, onOneMachine)
  const [from, to] = [newInstanceName(), newInstanceName()]
  const outside = outsideOf(to)
  let isFirst = true
  outside.onDeliver = () => {
    if (!isFirst) return
    isFirst = false
    throw faults.unreachable({ values: { host: 'x', problem: 'the connection broke' } })
  }
  const sink = { kind: 'sink', system: systemOf('B'), keyFile: lab.keyFileOf('B'), every: '100ms' }
  const checked = await lab.check([lab.instance(from), lab.instance(to, { ...sink, start: 'beginning' })])
  const host = await lab.start([])
  host.reload({
    ...checked,
    valid: checked.valid.map((one) =>
      one.name === to
        ? { ...one, definition: { ...list, ...one.definition, inbound: list.inbound } as never }
        : one
    )
  })
  for (const reference of ['1', '2']) outsideOf(from).items.push({ ...itemOf('case'), reference })
  const states = async () => (await lab.deliveries()).map(({ state }) => state).join()
  await until(async () => (await states()) === 'in-doubt,waiting', soonMs)
  const rows = lab.core.store.reader<DeliveryTables>().selectFrom('deliveries').select('hash')
  const first = await rows.orderBy('event').executeTakeFirst()
  outside.items.push({ reference: 'report', settles: { event: first?.hash ?? '', as: 'done' } })
  await until(async () => (await states()) === 'delivered,delivered', soonMs)
  assert.equal(outside.delivered.length, 1)
})
