import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import type { RecipientStatusTables } from '#bus/recipients/recipient-status-tables.ts'
import type { Store } from '#engines/store/store.ts'
import { enterAll, enterSome } from '../../helpers/enter-all.ts'
import { openInboxes } from '../../helpers/inboxes.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

const many = Array.from({ length: 300 }, (_, n) => `R${String(n).padStart(3, '0')}`)
const recalled = 'document.recalled.v1'

async function statusesIn(store: Store): Promise<ReadonlyMap<string, string>> {
  const rows = await store
    .reader<RecipientStatusTables>()
    .selectFrom('recipientStatuses')
    .selectAll()
    .execute()
  return new Map(rows.map(({ event, agency, state }) => [`${event} ${agency}`, state]))
}

describeOnEveryStore('a recall', (openStore) => {
  it('holds for whoever reads, answers or asks from the moment it is projected, before anything is written', async (t) => {
    const { project, page, inbox, store, recipientStatuses } = await openInboxes(openStore, t)
    const [sent] = await project({ from: 'A', to: ['B', 'C'] }, { from: 'A', to: ['B'], subject: 'other' })
    await project({ from: 'A', to: ['B'], type: recalled })
    assert.ok(sent)
    assert.deepEqual([...(await statusesIn(store))], [])
    assert.deepEqual(
      (await inbox.recallsOf([sent])).map(({ agency, system }) => [agency, system]),
      [['B', '/agencies/A/systems/qlvb']]
    )
    assert.equal((await inbox.statusesOf('B', [sent.number])).get(sent.number), 'ended')
    assert.equal((await inbox.statusesOf('C', [sent.number])).get(sent.number), 'open')
    await inbox.endUndelivered('B', [sent.number])
    const answer = { agency: 'B', system: '/agencies/B/systems/qlvb', token: null }
    await assert.rejects(recipientStatuses.answer(answer, [{ event: sent.number, state: 'accepted' }]), {
      code: 'BUS_STATE_CONFLICT'
    })
    const subjects = async (agency: string) =>
      (await page(agency)).items.map(({ event }) => `${event.type.split('.')[1]} ${event.subject}`)
    assert.deepEqual(await subjects('B'), ['issued other', 'recalled x'])
    assert.deepEqual(await subjects('C'), ['issued x'])
  })

  it('is written a slice at a time, however much it takes back, and goes on in another process', async (t) => {
    const { project, reopen, store } = await openInboxes(openStore, t)
    await project(...Array.from({ length: 40 }, () => ({ from: 'A', to: many })))
    await enterAll(store)
    await project({ from: 'A', to: many, type: recalled })
    await enterAll(store)
    let count = 0
    let slices = 0
    while (await reopen().recallSome()) {
      const now = (await statusesIn(store)).size
      assert.ok(now - count <= 150, `${now - count} in one slice`)
      count = now
      slices += 1
    }
    assert.equal(count, 40 * many.length)
    assert.ok(slices < (2 * count) / 150)
  })

  it('looks past what others sent about its subject a few hundred at a time', async (t) => {
    const { project, reopen, store } = await openInboxes(openStore, t)
    const [first] = await project({ from: 'A', to: ['B'] })
    await project(...Array.from({ length: 1200 }, () => ({ from: 'B', to: ['C'] })))
    const [, last] = await project({ from: 'B', to: ['C'] }, { from: 'A', to: ['B'] })
    await enterAll(store)
    await project({ from: 'A', to: ['B'], type: recalled })
    let slices = 0
    while (await reopen().recallSome()) slices += 1
    assert.ok(slices > 2, `${slices} slices`)
    const ended = [...(await statusesIn(store))].filter(([, state]) => state === 'recalled')
    assert.deepEqual(
      ended.map(([pair]) => pair),
      [`${first?.number} B`, `${last?.number} B`]
    )
  })

  it('of one agency waits for no more than a slice of another', async (t) => {
    const { project, expiryAndRecall, store } = await openInboxes(openStore, t)
    await project(...Array.from({ length: 20 }, () => ({ from: 'A', to: many })))
    await enterAll(store)
    await project({ from: 'A', to: many, type: recalled })
    await enterAll(store)
    const [sent] = await project({ from: 'B', to: ['C'] }, { from: 'B', to: ['C'], type: recalled })
    for (let n = 0; n < 2; n += 1) await expiryAndRecall.recallSome()
    assert.equal((await statusesIn(store)).get(`${sent?.number} C`), 'recalled')
  })

  it('repeated a hundred times leaves one to apply, and no work that grows with each', async (t) => {
    const { project, expiryAndRecall, store, page } = await openInboxes(openStore, t)
    await project({ from: 'A', to: many })
    await project(...Array.from({ length: 100 }, () => ({ from: 'A', to: many, type: recalled })))
    await project({ from: 'A', to: many, subject: 'after' }, { from: 'A', to: many })
    await enterAll(store)
    let slices = 0
    while (await expiryAndRecall.recallSome()) slices += 1
    assert.ok(slices <= 4, `${slices} slices`)
    const { items } = await page('R000')
    assert.deepEqual(
      items.map(({ event }) => event.type === recalled),
      [...Array(100).fill(true), false, false]
    )
  })

  it('takes back what it would have taken at once, whatever is sent, read and applied in between', async (t) => {
    const reader = fc.constantFrom('C', 'D')
    const to = fc
      .tuple(fc.subarray(['C', 'D'], { minLength: 1 }), fc.boolean())
      .map(([few, isToMany]) => (isToMany ? [...few, ...many] : few))
    const from = fc.constantFrom('A', 'A', 'B')
    const subject = fc.constantFrom('x', 'x', 'y')
    const type = fc.constantFrom('document.issued.v1', recalled, 'document.status-changed.v1')
    const send = fc.record({ from, subject, to, type })
    const copies = fc.constantFrom(1, 1, 5)
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ send, copies }) },
      { weight: 2, arbitrary: fc.record({ read: reader }) },
      { weight: 2, arbitrary: fc.record({ enter: from }) },
      { weight: 2, arbitrary: fc.record({ apply: fc.integer({ min: 1, max: 3 }) }) }
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const { project, page, store, reopen } = await openInboxes(openStore, t)
        const expected = new Map<string, string>()
        const sent: { number: number; from: string; subject: string; to: readonly string[] }[] = []
        const read = async (reader: string): Promise<void> => {
          const { items, next } = await page(reader)
          await page(reader, next)
          for (const { event } of items) {
            const name = `${event.number} ${reader}`
            assert.notEqual(expected.get(name), 'recalled', `${name} was shown`)
            expected.set(name, 'delivered')
          }
        }
        for (const step of steps) {
          if ('read' in step) await read(step.read)
          if ('enter' in step) await enterSome(store, step.enter)
          if ('apply' in step) for (let n = 0; n < step.apply; n += 1) await reopen().recallSome()
          if (!('send' in step)) continue
          const events = await project(...Array.from({ length: step.copies }, () => step.send))
          const { from, subject, to, type } = step.send
          if (type === recalled) {
            for (const one of sent.filter((one) => one.from === from && one.subject === subject)) {
              for (const named of one.to.filter((code) => to.includes(code))) {
                const name = `${one.number} ${named}`
                if (!expected.has(name)) expected.set(name, 'recalled')
              }
            }
          } else if (type === 'document.issued.v1') {
            sent.push(...events.map(({ number }) => ({ ...step.send, number })))
          }
        }
        await enterAll(store)
        while (await reopen().recallSome());
        assert.deepEqual(new Map([...(await statusesIn(store))].sort()), new Map([...expected].sort()))
      }),
      { numRuns: 20 }
    )
  })
})

describeOnEveryStore('what has expired', (openStore) => {
  it('is answered by no recipient that it was not delivered to before, from its moment on', async (t) => {
    const { project, inbox, recipientStatuses, store } = await openInboxes(openStore, t)
    const expirytime = new Date(Date.now() - 1000).toISOString()
    const sent = { from: 'A', to: ['B'], expirytime }
    const [missed, given] = await project(sent, sent)
    assert.ok(missed && given)
    const who = { agency: 'B', system: '/agencies/B/systems/qlvb', token: null }
    await recipientStatuses.markDelivered(who, [given.number])
    await inbox.endUndelivered('B', [missed.number, given.number])
    const answer = (event: number): Promise<void> =>
      recipientStatuses.answer(who, [{ event, state: 'accepted' }])
    await assert.rejects(answer(missed.number), { code: 'BUS_STATE_CONFLICT' })
    await answer(given.number)
    assert.deepEqual([...(await statusesIn(store)).values()].sort(), ['accepted', 'expired'])
  })

  it('is written a slice at a time, and what comes after it too', async (t) => {
    const { project, expiryAndRecall, store } = await openInboxes(openStore, t)
    const expirytime = new Date(Date.now() - 1000).toISOString()
    const later = new Date(Date.now() + 3_600_000).toISOString()
    await project(...Array.from({ length: 3 }, () => ({ from: 'A', to: many, expirytime })), {
      from: 'A',
      to: many,
      expirytime: later
    })
    await enterAll(store)
    let count = 0
    for (let isMore = true; isMore; ) {
      isMore = await expiryAndRecall.expireSome()
      const now = (await statusesIn(store)).size
      assert.ok(now - count <= 150)
      count = now
    }
    assert.equal(count, 3 * many.length)
    assert.deepEqual(new Set((await statusesIn(store)).values()), new Set(['expired']))
  })
})
