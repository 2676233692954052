import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { settle } from '#connectors/host/outbound/settle.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { openOutboundLab, operator, recipient, sender } from '#tests/helpers/outbound-lab.ts'
import { describeOnEveryStore } from '#tests/helpers/stores.ts'

const own = {
  agency: recipient,
  system: `/agencies/${recipient}/systems/qlvb`,
  operator: false,
  token: 'own'
}
const other = { ...own, agency: sender }
const named = (event: number) => [{ connector: 'documents', event: String(event) }]

describeOnEveryStore('acts on deliveries', (openStore) => {
  /** Subjects say how deliveries go: `dead…`, `doubt…`, others are delivered. */
  const open = async (t: TestContext, ...subjects: readonly string[]) => {
    const got: string[] = []
    const outside = { isBack: false }
    const lab = await openOutboundLab(openStore, t, {
      pace: { maxInFlight: 64 },
      outbound: {
        async deliver(_session, { event: { subject }, hash }) {
          if (!outside.isBack && subject.startsWith('dead'))
            throw new BusError('BUS_PEER_REFUSED', 'internal')
          if (!outside.isBack && subject.startsWith('doubt')) {
            throw Object.assign(new Error('reset'), { code: 'ECONNRESET' })
          }
          got.push(hash)
        }
      }
    })
    await lab.send(...subjects.map((subject) => ({ subject })))
    const run = lab.run()
    return { ...lab, got, outside, run }
  }

  it('release a dead one: it is tried again first, with all its attempts', async (t) => {
    const lab = await open(t, 'dead', 'dead')
    await lab.states('dead', 'waiting')
    lab.outside.isBack = true
    await lab.acts.perform(own, { act: 'release' }, named(1))
    await lab.states('delivered', 'delivered')
    assert.deepEqual(lab.got, ['1', '2'])
  })

  it('skip one with a reason, and its line goes on; the act is recorded with its token', async (t) => {
    const lab = await open(t, 'dead', 'dead')
    await lab.states('dead', 'waiting')
    lab.outside.isBack = true
    await lab.acts.perform(operator, { act: 'skip', reason: 'sent by post' }, named(1))
    await lab.states('skipped', 'delivered')
    assert.deepEqual(await lab.recipientStatuses.ofEvent(1), [])
    const shown = await lab.reads.find('documents', '1')
    assert.deepEqual(
      shown?.acts.map(({ act, by, reason }) => ({ act, by, reason })),
      [{ act: 'skip', by: operator.system, reason: 'sent by post' }]
    )
  })

  it('by a filter change only what is open: what was delivered cannot be skipped', async (t) => {
    const lab = await open(t, 'x', 'dead')
    await lab.states('delivered', 'dead')
    const skip = { act: 'skip', reason: 'x' } as const
    assert.equal(await lab.acts.count(operator, skip, { state: 'delivered' }), 0)
    assert.equal(await lab.acts.performAll(operator, skip, { state: 'delivered', expected: 0 }), 0)
    await lab.states('delivered', 'dead')
  })

  it('settle one in doubt: as done it is delivered, as not done it is tried again', async (t) => {
    const lab = await open(t, 'doubt a', 'doubt b')
    await lab.states('in-doubt', 'in-doubt')
    lab.outside.isBack = true
    await lab.acts.perform(own, { act: 'settle', as: 'done' }, named(1))
    await lab.acts.perform(own, { act: 'settle', as: 'not-done' }, named(2))
    await lab.states('delivered', 'delivered')
    assert.deepEqual(lab.got, ['2'])
    assert.equal((await lab.recipientStatuses.ofEvent(1))[0]?.state, 'delivered')
  })

  it('are refused in another state, and then none of several is done', async (t) => {
    const lab = await open(t, 'dead', 'x')
    await lab.states('dead', 'delivered')
    for (const act of [{ act: 'settle', as: 'done' }, { act: 'retry' }] as const) {
      await assert.rejects(lab.acts.perform(own, act, named(1)), {
        code: 'BUS_ACT_CONFLICT',
        fault: 'delivery-state'
      })
    }
    const both = [...named(1), ...named(2)]
    await assert.rejects(lab.acts.perform(own, { act: 'skip', reason: 'x' }, both), {
      fault: 'delivery-state'
    })
    await lab.states('dead', 'delivered')
  })

  it('are not for other agencies, which cannot tell whether there is such a delivery', async (t) => {
    const lab = await open(t, 'dead')
    await lab.states('dead')
    await assert.rejects(lab.acts.perform(other, { act: 'release' }, named(1)), { code: 'BUS_NOT_FOUND' })
    await assert.rejects(lab.acts.perform(own, { act: 'release' }, named(9)), { code: 'BUS_NOT_FOUND' })
    await assert.rejects(lab.acts.count(other, { act: 'release' }, { recipient }), {
      code: 'BUS_NOT_PERMITTED'
    })
    assert.equal(await lab.acts.count(other, { act: 'release' }, {}), 0)
  })

  it('on all that a filter names must know their number', async (t) => {
    const subjects = Array.from({ length: 210 }, (_unused, index) => `dead ${index}`)
    const lab = await open(t, 'doubt', ...subjects)
    await lab.states('in-doubt', ...subjects.map(() => 'dead'))
    const release = { act: 'release' } as const
    assert.equal(await lab.acts.count(operator, release, { subject: 'dead 7' }), 1)
    const count = await lab.acts.count(operator, release, { connector: 'documents' })
    assert.equal(count, 210)
    await assert.rejects(lab.acts.performAll(operator, release, { expected: 209 }), {
      fault: 'deliveries-changed'
    })
    assert.equal(lab.got.length, 0)
    lab.outside.isBack = true
    assert.equal(await lab.acts.performAll(operator, release, { expected: count }), 210)
    await lab.states('in-doubt', ...subjects.map(() => 'delivered'))
  })

  it('and reports of the outside: one that comes too early is kept, a late one settles', async (t) => {
    const lab = await open(t, 'doubt', 'x')
    await lab.states('in-doubt', 'delivered')
    const reports = [
      { event: '9', as: 'done' },
      { event: '2', as: 'not-done' },
      { event: '1', as: 'not-done' },
      { event: '1', as: 'done' }
    ] as const
    const applied = await lab.store.transaction((transaction) => settle(transaction, lab.instance, reports))
    assert.deepEqual(
      reports.map((report) => applied.has(report)),
      [false, true, true, true]
    )
    await lab.states('delivered', 'delivered')
    assert.deepEqual(lab.got, ['2'])
  })

  it('are found in lists: oldest first, page by page, with error, attempts and line', async (t) => {
    const lab = await open(t, 'dead', 'dead', 'doubt', 'x')
    await lab.states('dead', 'waiting', 'in-doubt', 'delivered')
    const first = await lab.reads.list({}, { limit: 2 })
    assert.deepEqual(
      first.items.map(({ event, state }) => [event, state]),
      [
        ['1', 'dead'],
        ['2', 'waiting']
      ]
    )
    const second = await lab.reads.list(
      {},
      { limit: 2, ...(first.next === undefined ? {} : { after: first.next }) }
    )
    assert.deepEqual([second.items.map(({ event }) => event), second.next], [['3'], undefined])
    const [dead] = first.items
    assert.equal(dead?.lastError?.code, 'BUS_PEER_REFUSED')
    assert.ok(dead?.lastError?.detail.vi)
    assert.equal(dead?.attempts, 1)
    assert.equal((await lab.reads.find('documents', '2'))?.waitsFor, '1')
    const delivered = await lab.reads.list({ state: 'delivered', recipient }, { limit: 9 })
    assert.deepEqual(
      delivered.items.map(({ event }) => event),
      ['4']
    )
    assert.equal((await lab.reads.ofEvents(['3']))[0]?.connector, 'documents')
  })
})
