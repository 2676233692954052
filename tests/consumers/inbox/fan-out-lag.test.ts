import assert from 'node:assert/strict'
import { it } from 'node:test'
import { fanOutSome } from '#consumers/inbox/fan-out.ts'
import { createFanOutLagMeter } from '#consumers/inbox/fan-out-lag.ts'
import { openInboxes } from '../../helpers/inboxes.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

const to = Array.from({ length: 500 }, (_one, index) => `R${index}`)

describeOnEveryStore('what is archived and not in all inboxes', (openStore) => {
  it('is counted in entries, by sender, with its age and its rate', async (t) => {
    const { store, project } = await openInboxes(openStore, t)
    let at = 0
    const lagOf = createFanOutLagMeter({ store, steadyNow: () => at })
    const lagAt = async (time: number, sender: string) => {
      at = time
      return (await lagOf()).get(sender)
    }
    assert.equal((await lagOf()).size, 0)
    await project(...Array.from({ length: 8 }, () => ({ from: 'A', to }))) // Two of them are entered at once.
    await project({ from: 'B', to: ['R0'] })
    assert.deepEqual(await lagAt(1000, 'A'), { records: 3000, seconds: 0, perSecond: 0 })
    assert.equal((await lagOf()).has('B'), false)
    assert.deepEqual(await lagAt(6000, 'A'), { records: 3000, seconds: 5, perSecond: 0 })
    const enterSome = () => store.transaction((transaction) => fanOutSome(transaction, 'A'))
    await enterSome()
    await project({ from: 'A', to })
    assert.deepEqual(await lagAt(11_000, 'A'), { records: 2500, seconds: 10, perSecond: 100 })
    await enterSome()
    await enterSome()
    assert.deepEqual(await lagAt(12_000, 'A'), { records: 500, seconds: 1, perSecond: 2000 })
    await enterSome()
    assert.equal((await lagOf()).size, 0)
  })
})
