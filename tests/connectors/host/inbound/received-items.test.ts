import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createMarkReader } from '#connectors/host/marks.ts'
import { onOneMachine } from '#tests/helpers/engine-sets.ts'
import { itemOf, newInstanceName, openHostLab } from '#tests/helpers/host-lab.ts'

const toNobody = { recipients: ['000.00.99.H99'] }

describe('one item of a caller', () => {
  it('that is called about again is refused again as long as it cannot be used, and leaves its marks once it can', async (t) => {
    const lab = await openHostLab(t, onOneMachine)
    const name = newInstanceName()
    const receiver = await lab.receiver([lab.instance(name)])
    const call = async (changes: object) => {
      const item = { ...itemOf('1', changes), marks: { seen: '1' } }
      const request = new Request('http://x/', { method: 'POST', body: JSON.stringify([item]) })
      return (await receiver.receive(name, request)).json()
    }
    const mark = () => createMarkReader(lab.core.store, name)('seen')
    for (const _time of [1, 2, 3]) assert.deepEqual(await call(toNobody), ['BUS_NOT_PERMITTED'])
    assert.deepEqual([(await lab.items()).length, await mark()], [1, undefined])
    assert.deepEqual(await call({}), ['stored'])
    assert.deepEqual(await call({}), ['repeated'])
    assert.deepEqual(await call(toNobody), ['repeated'])
    assert.deepEqual([(await lab.items()).map(({ state }) => state), await mark()], [['to-publish'], '1'])
  })
})
