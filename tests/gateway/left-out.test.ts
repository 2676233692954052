import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { BusEvent } from '#protocol/events/event.ts'
import { inStore } from '../helpers/in-store.ts'
import { codes, startTestBus, type TestBus } from '../helpers/test-bus.ts'
import { until } from '../helpers/until.ts'

interface Delivery {
  readonly agency: string
  readonly state: string
  readonly reason?: string
}

async function deliveriesOf({ clients }: TestBus, { source, id }: BusEvent): Promise<readonly Delivery[]> {
  const query = new URLSearchParams({ source, id })
  return (await clients.A.get<{ deliveries: readonly Delivery[] }>(`/v1/events?${query}`)).deliveries
}

it('a recipient whose inbox refused an event is named to its sender, as not delivered and why', async (t) => {
  const bus = await startTestBus(t)
  const recipients = `${codes.B},${codes.C}`
  const [event, other] = [bus.document({ recipients }), bus.document({ recipients })]
  const [result] = await bus.clients.A.publish(event, other)
  await until(async () => (await deliveriesOf(bus, other)).length === 2, 10_000)
  // As the bus leaves it where the store refuses an entry.
  const both = (statement: string) => inStore(bus.folder, {}, { sqlite: statement, postgres: statement })
  const [row] = await both(`SELECT number FROM "archiveEvents" WHERE hash = '${result?.hash}'`)
  await both(`DELETE FROM "inboxEntries" WHERE agency = '${codes.C}' AND event = ${row?.number}`)
  await both(
    `INSERT INTO "projectorQuarantine" (shard, position, topic, reason, "quarantinedAt", source, id, hash) VALUES ('inbox of ${codes.C}', ${row?.number}, 'lienthong.document', 'CHECK constraint failed', 1, '${event.source}', '${event.id}', '${result?.hash}')`
  )
  const found = await deliveriesOf(bus, event)
  assert.deepEqual(
    found.map(({ agency, state }) => [agency, state]),
    [
      [codes.B, 'pending'],
      [codes.C, 'pending']
    ]
  )
  assert.match(
    found[1]?.reason ?? '',
    /^(?:The bus could not put the event into the inbox|Trục liên thông không đưa được sự kiện vào hộp thư)/
  )
  assert.equal(found[0]?.reason, undefined)
  assert.ok((await deliveriesOf(bus, other)).every(({ reason }) => reason === undefined))
})
