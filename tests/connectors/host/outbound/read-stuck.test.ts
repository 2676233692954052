import assert from 'node:assert/strict'
import { it } from 'node:test'
import { type DeliveryTables, deliveryTables } from '#connectors/host/outbound/delivery-tables.ts'
import { createStuckReads } from '#connectors/host/outbound/read-stuck.ts'
import { insertOf } from '#engines/store/insert-rows.ts'
import { describeOnEveryStore } from '#tests/helpers/stores.ts'

type Row = DeliveryTables['deliveries']

const empty: Row = {
  ...{ instance: 'mail', event: 0, hash: 'h', type: 't', recipient: 'B', sender: 'A', subject: 's' },
  ...{ recordedAt: 0, urgency: 0, state: 'waiting', open: 1, attempts: 0, dueAt: 0, begunAt: null },
  ...{ failure: null, failureText: null, failedAt: null, endedAt: null }
}
const insert = insertOf<Row>('deliveries', Object.keys(empty) as (keyof Row)[])

describeOnEveryStore('stuck deliveries', (open) => {
  it('are found behind any number of newer ones that wait and were not tried', async (t) => {
    const store = await open(t, [deliveryTables])
    const waiting = Array.from({ length: 50 }, (_, index) => ({ ...empty, event: 10 + index }))
    const rows: readonly Row[] = [
      { ...empty, event: 1, failure: 'BUS_PEER_UNREACHABLE' },
      { ...empty, event: 1, instance: 'sms', failure: 'BUS_PEER_UNREACHABLE' },
      { ...empty, event: 2, state: 'dead', failure: 'BUS_PEER_REFUSED' },
      { ...empty, event: 3, state: 'in-doubt' },
      { ...empty, event: 4, state: 'delivered', open: 0, failure: 'BUS_PEER_FAILED' },
      ...waiting
    ]
    await store.transaction((transaction) => insert(transaction, rows))
    const stuck = createStuckReads(store)
    const all = { low: 1, high: 100 }
    assert.deepEqual(await stuck.stuckEvents(all, 20), [3, 2, 1])
    assert.deepEqual(await stuck.stuckEvents(all, 2), [3, 2])
    assert.deepEqual(await stuck.stuckEvents({ low: 1, high: 1 }, 2), [1])
    assert.deepEqual([...(await stuck.stuckAmong([1, 2, 4, 10]))].sort(), [1, 2])
  })
})
