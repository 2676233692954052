import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ownsEveryChannel } from '#bus/leases/leases.ts'
import { createOutbox, outboxTables } from '#connectors/host/outbox.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

describeOnEveryStore('the outbox', (openStore) => {
  it('gives back what is not acknowledged, oldest first and as it was stored', async (t) => {
    const outbox = createOutbox(await openStore(t, [outboxTables]), ownsEveryChannel)
    const entryOf = (reference: string) => ({
      channel: 'edxml',
      reference,
      note: '{}',
      event: { subject: 'Hồ sơ', data: { text: 'dòng một\ndòng hai' } } as unknown as BusEvent
    })
    const [one, two] = [await outbox.store(entryOf('1')), await outbox.store(entryOf('2'))]
    await outbox.store({ ...entryOf('3'), channel: 'other' })
    assert.ok(one.number < two.number)
    assert.deepEqual(await outbox.open('edxml'), [one, two])
    await outbox.markAcknowledged(one)
    assert.deepEqual(await outbox.open('edxml'), [two])
  })
})
