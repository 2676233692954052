import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createLiveFeed } from '#consumers/live/read.ts'
import { createSignals } from '#engines/signals/signals.ts'
import { enterAll } from '../../helpers/enter-all.ts'
import { openInboxes } from '../../helpers/inboxes.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

const many = Array.from({ length: 499 }, (_, index) => `R${index}`)

describeOnEveryStore('the live feed of an agency', (open) => {
  it('has an event for many agencies at once, though it is not in their inboxes yet', async (t) => {
    const { store, archive, inbox, project } = await openInboxes(open, t)
    const live = createLiveFeed({ archive, inbox, signals: createSignals() })
    const events = await project(...Array.from({ length: 8 }, () => ({ from: 'A', to: many })))
    const numbers = events.map(({ number }) => number)
    const read = async (agency: string) =>
      (await live.after(0, agency)).items.map(({ number, agency }) => [number, agency])
    const all = numbers.map((number) => [number, 'A'])
    assert.deepEqual(await read('R498'), all)
    assert.deepEqual(await read('A'), all)
    assert.deepEqual(await read('B'), [])
    await enterAll(store)
    assert.deepEqual(await read('R498'), all)
  })
})
