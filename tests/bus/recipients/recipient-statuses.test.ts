import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { it, type TestContext } from 'node:test'
import { appendEvents } from '#bus/archive/append-events.ts'
import { archiveTables } from '#bus/archive/archive-tables.ts'
import { type RecipientStatusTables, recipientStatusTables } from '#bus/recipients/recipient-status-tables.ts'
import { createRecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import { eventHash } from '#protocol/events/hash.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { projectedEvent } from '../../helpers/projected-event.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

const sender = '/agencies/000.00.91.H03/systems/qlvb'
const reader = { agency: '000.00.92.H03', system: '/agencies/000.00.92.H03/systems/qlvb' }
const answerer = { ...reader, token: 'token' }
const sent = { type: 'document.issued.v1', from: sender, subject: 'x', agency: reader.agency }

describeOnEveryStore('delivery statuses of recipients', (openStore) => {
  /** With that many events in the archive. */
  const open = async (t: TestContext, count = 3) => {
    const store = await openStore(t, [archiveTables, recipientStatusTables])
    const events = Array.from({ length: count }, (_, index) => projectedEvent(index + 1, sent))
    await store.transaction((transaction) => appendEvents(transaction, events))
    const recipientStatuses = createRecipientStatuses({ store, now: Date.now })
    const end = async (events: readonly number[]) => {
      const pairs = events.map((event) => ({ agency: reader.agency, event }))
      const ended = await store.transaction((transaction) =>
        recipientStatuses.end(transaction, { system: '/bus', state: 'expired' }, pairs)
      )
      return ended.map(({ event }) => event)
    }
    const stateOf = async (event: number) =>
      (await recipientStatuses.ofEvent(event)).map(({ state }) => state)
    const outbox = async () => {
      const rows = await store
        .reader<RecipientStatusTables>()
        .selectFrom('recipientSteps')
        .selectAll()
        .orderBy('number')
        .execute()
      return rows.map(({ body, ...row }) => ({
        ...row,
        steps: (JSON.parse(body) as { steps: readonly JsonObject[] }).steps
      }))
    }
    return { store, events, recipientStatuses, end, stateOf, outbox }
  }

  it('mark each event once, though it is named twice', async (t) => {
    const { recipientStatuses, stateOf, outbox } = await open(t)
    await recipientStatuses.markDelivered(reader, [1, 1, 2])
    await recipientStatuses.markDelivered(reader, [1])
    assert.deepEqual(await stateOf(1), ['delivered'])
    assert.deepEqual(await recipientStatuses.given(reader.agency, [1, 2, 3]), new Set([1, 2]))
    assert.deepEqual(
      (await outbox()).map(({ steps }) => steps.length),
      [2]
    )
  })

  it('end only what is still available, and stand against an end that came meanwhile', async (t) => {
    const { recipientStatuses, end, stateOf } = await open(t)
    await recipientStatuses.markDelivered(reader, [1])
    assert.deepEqual(await end([1, 2, 2]), [2])
    assert.deepEqual(await end([2]), [])
    assert.deepEqual(await stateOf(2), ['expired'])
    await recipientStatuses.markDelivered(reader, [2])
    assert.deepEqual(await stateOf(2), ['delivered'])
  })

  it('take the first answer, the same again, and no other; all of a request or none', async (t) => {
    const { recipientStatuses, stateOf, outbox } = await open(t)
    await recipientStatuses.markDelivered(reader, [1])
    await recipientStatuses.answer(answerer, [
      { event: 1, state: 'rejected', code: '7', reason: 'Sai nơi nhận' }
    ])
    await recipientStatuses.answer(answerer, [
      { event: 1, state: 'rejected', code: '7', reason: 'Sai nơi nhận' }
    ])
    const before = await outbox()
    const both = recipientStatuses.answer(answerer, [
      { event: 2, state: 'accepted' },
      { event: 1, state: 'accepted' }
    ])
    await assert.rejects(both, { code: 'BUS_STATE_CONFLICT', message: /the event 1: rejected/ })
    assert.deepEqual(await stateOf(1), ['rejected'])
    assert.deepEqual(await stateOf(2), [])
    assert.deepEqual(await outbox(), before, 'no step of what was not taken')
    const itself = recipientStatuses.answer(answerer, [
      { event: 3, state: 'accepted' },
      { event: 3, state: 'rejected' }
    ])
    await assert.rejects(itself, { code: 'BUS_STATE_CONFLICT' })
  })

  it('write each step with the hash of the one before', async (t) => {
    const { recipientStatuses, end, outbox, events } = await open(t)
    await end([1])
    await recipientStatuses.markDelivered(reader, [1, 2])
    await recipientStatuses.answer(answerer, [
      { event: 1, state: 'rejected', code: '7', reason: 'Sai nơi nhận' }
    ])
    const rows = await outbox()
    assert.deepEqual(
      rows.map(({ token }) => token),
      [null, null, 'token']
    )
    const ofFirst = rows.flatMap(({ steps }) => steps.filter(({ id }) => id === events[0]?.id))
    assert.deepEqual(
      ofFirst.map(({ state }) => state),
      ['expired', 'delivered', 'rejected']
    )
    assert.deepEqual(
      ofFirst.map(({ previous }) => previous),
      [undefined, ...ofFirst.slice(0, -1).map(eventHash)]
    )
    const [, , refused] = ofFirst
    assert.deepEqual(
      { ...refused, time: '', previous: '' },
      {
        agency: reader.agency,
        source: sender,
        id: events[0]?.id,
        event: events[0]?.hash,
        state: 'rejected',
        system: reader.system,
        time: '',
        code: '7',
        reasonhash: createHash('sha256').update('Sai nơi nhận').digest('hex'),
        previous: ''
      }
    )
  })

  it('write no step where their transaction is undone', async (t) => {
    const { store, recipientStatuses, outbox } = await open(t)
    const undone = store.transaction(async (transaction) => {
      await recipientStatuses.end(transaction, { system: reader.system, state: 'recalled' }, [
        { agency: reader.agency, event: 1 },
        { agency: reader.agency, event: 2 }
      ])
      throw new TypeError('undone')
    })
    await assert.rejects(undone, { message: 'undone' })
    assert.deepEqual(await outbox(), [])
  })

  it('write the steps of a long page in several rows', async (t) => {
    const { recipientStatuses, outbox } = await open(t, 1100)
    await recipientStatuses.markDelivered(
      reader,
      Array.from({ length: 1100 }, (_, index) => index + 1)
    )
    const rows = await outbox()
    assert.ok(rows.every(({ steps }) => steps.length <= 100))
    assert.equal(new Set(rows.flatMap(({ steps }) => steps.map(({ id }) => id))).size, 1100)
  })
})
