import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { fanOutSome } from '#consumers/inbox/fan-out.ts'
import { enterAll, enterSome } from '../../helpers/enter-all.ts'
import { openInboxes } from '../../helpers/inboxes.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

const many = Array.from({ length: 499 }, (_, n) => `R${String(n).padStart(3, '0')}`)

describeOnEveryStore('events for many agencies', (openStore) => {
  it('from one agency do not hold up those of another, nor make a transaction long', async (t) => {
    const { store, project, entries } = await openInboxes(openStore, t)
    const batch = Array.from({ length: 20 }, () => ({ from: 'A', to: many }))
    await project(...batch, { from: 'C', to: ['B'] })
    assert.equal((await entries('B')).length, 1, 'it is there with the batch that it came after')
    let count = (await entries()).length
    assert.ok(count <= 2000)
    await project({ from: 'C', to: ['B'] })
    assert.equal((await entries('B')).length, 2, 'and so is the next')
    for (;;) {
      const before = (await entries()).length
      if (!(await enterSome(store))) break
      count = (await entries()).length
      assert.ok(count - before <= 1000 && count > before)
    }
    assert.equal(count, 20 * many.length + 2)
  })

  it('keep their order behind those of the same agency that are still on their way', async (t) => {
    const { store, project, page } = await openInboxes(openStore, t)
    await project(...Array.from({ length: 5 }, (_, n) => ({ from: 'A', to: many, subject: `${n}` })))
    await project({ from: 'A', to: ['R007'], subject: 'after' })
    await enterAll(store)
    const { items } = await page('R007')
    assert.deepEqual(
      items.map(({ event }) => event.subject),
      ['0', '1', '2', '3', '4', 'after']
    )
  })

  it('are entered once, though another process has entered the last of an agency meanwhile', async (t) => {
    const { store, project, entries } = await openInboxes(openStore, t)
    await project(...Array.from({ length: 9 }, () => ({ from: 'A', to: many })))
    await enterAll(store)
    const before = await entries()
    assert.equal((await store.transaction((transaction) => fanOutSome(transaction, 'A'))).size, 0)
    assert.deepEqual(await entries(), before)
  })

  it('are entered in turns, a slice of each agency', async (t) => {
    const { store, project } = await openInboxes(openStore, t)
    for (const from of ['A', 'B', 'C'])
      await project(...Array.from({ length: 9 }, () => ({ from, to: many })))
    const turns: string[] = []
    for (let last = ''; ; ) {
      const done = await enterSome(store, last)
      if (!done) break
      last = done.sender
      turns.push(last)
    }
    assert.equal(turns.slice(0, 9).join(''), 'ABCABCABC')
  })

  it('of an event with more than a slice holds are entered all the same', async (t) => {
    const { store, project, entries, inbox } = await openInboxes(openStore, t)
    const all = Array.from({ length: 2500 }, (_, n) => `R${String(n).padStart(4, '0')}`)
    const [event] = await project({ from: 'A', to: all })
    const number = event?.number ?? 0
    const recipients = async () => (await inbox.recipientsOf([number])).get(number)
    assert.equal((await entries()).length, 0)
    await enterSome(store)
    assert.deepEqual(await recipients(), all, 'its sender sees whom it is for')
    await enterAll(store)
    assert.equal((await entries()).length, all.length)
    assert.deepEqual(await recipients(), all)
  })

  it('are in each inbox once, in their order, whatever comes in between', async (t) => {
    const agency = fc.constantFrom('A', 'B', 'C')
    const size = fc.constantFrom(1, 3, 400, 499)
    const step = fc.oneof(
      fc.record({
        batch: fc.array(fc.record({ from: agency, size }), { minLength: 1, maxLength: 6 })
      }),
      fc.record({ slices: fc.integer({ min: 1, max: 3 }), last: agency })
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const { store, project, entries, archive } = await openInboxes(openStore, t)
        const expected: string[] = []
        for (const step of steps) {
          if ('batch' in step) {
            const sent = step.batch.map(({ from, size }) => ({ from, to: many.slice(0, size) }))
            for (const { number, grants } of await project(...sent)) {
              expected.push(...grants.map(({ agency }) => `${agency} ${number}`))
            }
          } else {
            for (let n = 0; n < step.slices; n += 1) await enterSome(store, step.last)
          }
        }
        await enterAll(store)
        const found = await entries()
        assert.deepEqual(found.map(({ agency, event }) => `${agency} ${event}`).sort(), expected.sort())
        const names = await archive.namesOf([...new Set(found.map(({ event }) => event))])
        for (const own of Map.groupBy(found, ({ agency }) => agency).values()) {
          assert.deepEqual(
            own.map(({ number }) => number),
            own.map((_, index) => index + 1)
          )
          for (const bySender of Map.groupBy(own, ({ event }) => names.get(event)?.source).values()) {
            const numbers = bySender.map(({ event }) => event)
            assert.deepEqual(
              numbers,
              numbers.toSorted((a, b) => a - b)
            )
          }
        }
      }),
      { numRuns: 15 }
    )
  })
})
