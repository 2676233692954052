import assert from 'node:assert/strict'
import { it } from 'node:test'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { EngineSet } from '../helpers/engine-sets.ts'
import { itemOf, newInstanceName, openHostLab, outsideOf, until } from '../helpers/host-lab.ts'
import { codes } from '../helpers/test-bus.ts'

/** Of many items of an outside, a hundredth of them bad. The host polls no more while 1,000 are unpublished. */
export function publishesEachItem(total: number, engines: EngineSet): void {
  const bad = total / 100
  it(`publishes ${total - bad} of ${total} items of which ${bad} are bad, each once`, async (t) => {
    const lab = await openHostLab(t, engines)
    const name = newInstanceName()
    const outside = outsideOf(name)
    outside.items.push(
      ...Array.from({ length: total }, (_, index) =>
        index % 100 === 50 ? { reference: `${index}`, fault: unusable() } : itemOf(`${index}`)
      )
    )
    await lab.start([lab.instance(name)])
    await until(() => outside.acknowledged.length >= total, 120_000)
    await until(() => lab.core.caughtUp(1000), 120_000)
    const entries = async (after: number) => (await lab.core.inbox.entriesAfter(codes.B, after, 2000)).items
    const seen = new Set<string>()
    let count = 0
    for (let page = await entries(0); page.length > 0; page = await entries(page.at(-1)?.number ?? 0)) {
      for (const { event } of page) seen.add(event.subject)
      count += page.length
    }
    assert.deepEqual([count, seen.size], [total - bad, total - bad])
    const quarantined = (await lab.items()).filter(({ state, fault }) => state === 'quarantined' && fault)
    assert.equal(quarantined.length, bad)
  })
}

const unusable = (): BusError =>
  new BusError('BUS_ITEM_INVALID', 'report-unmatched', { values: { hash: 'x' } })
