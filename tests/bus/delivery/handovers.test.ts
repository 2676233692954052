import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { handoverTables } from '#bus/delivery/handover-tables.ts'
import { createHandovers } from '#bus/delivery/handovers.ts'
import { describeOnEveryStore } from '#tests/helpers/stores.ts'

const reader = { agency: '000.00.92.H03', system: '/agencies/000.00.92.H03/systems/qlvb' }
const answerer = { ...reader, token: 'token' }

describeOnEveryStore('hand-overs', (openStore) => {
  const open = async (t: TestContext) => {
    const store = await openStore(t, [handoverTables])
    const handovers = createHandovers(store, Date.now)
    const end = (events: readonly number[]) =>
      store.transaction((transaction) => handovers.end(transaction, { ...reader, state: 'expired' }, events))
    const stateOf = async (event: number) => (await handovers.ofEvent(event)).map(({ state }) => state)
    return { handovers, end, stateOf }
  }

  it('mark each event once, though it is named twice', async (t) => {
    const { handovers, stateOf } = await open(t)
    await handovers.handedOver(reader, [1, 1, 2])
    await handovers.handedOver(reader, [1])
    assert.deepEqual(await stateOf(1), ['handedOver'])
    assert.deepEqual(await handovers.given(reader.agency, [1, 2, 3]), new Set([1, 2]))
  })

  it('end only what is still available, and stand against an end that came meanwhile', async (t) => {
    const { handovers, end, stateOf } = await open(t)
    await handovers.handedOver(reader, [1])
    assert.deepEqual(await end([1, 2, 2]), new Set([2]))
    assert.deepEqual(await end([2]), new Set())
    assert.deepEqual(await stateOf(2), ['expired'])
    await handovers.handedOver(reader, [2])
    assert.deepEqual(await stateOf(2), ['handedOver'])
  })

  it('take the first answer, the same again, and no other; all of a request or none', async (t) => {
    const { handovers, stateOf } = await open(t)
    await handovers.handedOver(reader, [1])
    await handovers.answer(answerer, [{ event: 1, state: 'refused', code: '7', reason: 'Sai nơi nhận' }])
    await handovers.answer(answerer, [{ event: 1, state: 'refused', code: '7', reason: 'Sai nơi nhận' }])
    const both = handovers.answer(answerer, [
      { event: 2, state: 'accepted' },
      { event: 1, state: 'accepted' }
    ])
    await assert.rejects(both, { code: 'BUS_STATE_CONFLICT' })
    assert.deepEqual(await stateOf(1), ['refused'])
    assert.deepEqual(await stateOf(2), [])
  })
})
