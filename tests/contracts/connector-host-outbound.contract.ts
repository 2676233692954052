import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { EventItem } from '#connectors/connector.ts'
import { faults } from '#connectors/shared-formats/http/faults.ts'
import { describeOnEngines } from '../helpers/engine-sets.ts'
import { type HostLab, itemOf, newInstanceName, openHostLab, outsideOf, until } from '../helpers/host-lab.ts'
import { systemOf } from '../helpers/test-bus.ts'

const limitMs = 20_000

/** What the host promises of what goes out and of changed settings, on each set of engines. */
export function connectorHostOutboundContract(): void {
  describeOnEngines('the host of connectors', (engines) => {
    const sinkOf = (lab: HostLab, name: string, changes: object = {}): object =>
      lab.instance(name, { kind: 'sink', system: systemOf('B'), keyFile: lab.keyFileOf('B'), ...changes })

    it('delivers what its agency receives from its start on, and nothing from before', async (t) => {
      const lab = await openHostLab(t, engines)
      const [from, late, all] = [newInstanceName(), newInstanceName(), newInstanceName()]
      outsideOf(from).items.push(itemOf('before'))
      await lab.start([lab.instance(from)])
      await until(async () => (await lab.published()).length === 1, limitMs)
      await lab.start([sinkOf(lab, late), sinkOf(lab, all, { start: 'beginning' })])
      await until(() => outsideOf(all).delivered.length === 1, limitMs)
      outsideOf(from).items.push(itemOf('after'))
      await until(() => outsideOf(late).delivered.length === 1, limitMs)
      await until(() => outsideOf(all).delivered.length === 2, limitMs)
      const subjects = [late, all].map((name) => outsideOf(name).delivered.map(({ subject }) => subject))
      assert.deepEqual(subjects, [['after'], ['before', 'after']])
    })

    it('delivers in one process at a time, and in another one soon after the first has ended', async (t) => {
      const lab = await openHostLab(t, engines)
      if (!lab.core.areShared) return // One process has the data folder to itself.
      const [from, to] = [newInstanceName(), newInstanceName()]
      const outside = outsideOf(to)
      const first = await lab.start([sinkOf(lab, to)])
      await until(() => lab.statusOf(first, to)?.state === 'running', limitMs)
      const second = await lab.start([sinkOf(lab, to)])
      const given = (round: number) =>
        Array.from({ length: 40 }, (_, index) => ({
          ...itemOf(`case-${index % 5}`, { causationid: `${round}-${index}` }),
          reference: `${round}-${index}`
        }))
      outsideOf(from).items.push(...given(1))
      await lab.start([lab.instance(from)])
      await until(() => outside.delivered.length >= 10, limitMs)
      assert.equal(second.find(to), undefined)
      await first.close()
      outsideOf(from).items.push(...given(2))
      await until(() => outside.delivered.length >= 80, limitMs)
      assert.equal(lab.statusOf(second, to)?.state, 'running')
      assert.equal(outside.delivered.length, 80)
      for (const { subject } of outside.delivered.slice(0, 5)) {
        const order = outside.delivered.filter((event) => event.subject === subject)
        const sent = [...given(1), ...given(2)].filter(({ event }) => event.subject === subject)
        assert.deepEqual(
          order.map(({ causationid }) => causationid),
          sent.map(({ reference }) => reference)
        )
      }
    })

    it('completes what is being delivered when a process stops', async (t) => {
      const lab = await openHostLab(t, engines)
      const [from, to] = [newInstanceName(), newInstanceName()]
      const outside = outsideOf(to)
      const { promise: gate, resolve: open } = Promise.withResolvers<void>()
      let begun = 0
      outside.onDeliver = async () => {
        begun += 1
        await gate
      }
      const first = await lab.start([sinkOf(lab, to)])
      outsideOf(from).items.push(itemOf('1'))
      await lab.start([lab.instance(from)])
      await until(() => begun === 1, limitMs)
      const closed = first.close()
      open()
      await closed
      const deliveries = await lab.deliveries()
      assert.deepEqual(
        deliveries.map(({ state }) => state),
        ['delivered']
      )
    })

    it('tells an instance what it has delivered itself, not what the agency has otherwise', async (t) => {
      const lab = await openHostLab(t, engines)
      const [from, own, other] = [newInstanceName(), newInstanceName(), newInstanceName()]
      const known: (readonly [given: number, delivered: readonly string[]])[] = []
      outsideOf(own).onDeliver = async ({ subject, causationid }, io) => {
        if (causationid === 'bad') throw faults.refused({ values: { status: 400, problem: 'bad' } })
        const [given, delivered] = await Promise.all([
          io.given(subject, ['document.issued.v1']),
          io.delivered(subject, ['document.issued.v1'])
        ])
        known.push([given.length, delivered.map((event) => event.causationid ?? '')])
      }
      const post = (causationid: string): void =>
        void outsideOf(from).items.push({ ...itemOf('1', { causationid }), reference: causationid })
      const statesOf = async (name: string): Promise<readonly string[]> =>
        (await lab.deliveries()).flatMap(({ instance, state }) => (instance === name ? [state] : []))
      post('first')
      post('bad')
      await lab.start([
        lab.instance(from),
        ...[other, own].map((name) => sinkOf(lab, name, { start: 'beginning' }))
      ])
      await until(async () => (await statesOf(own)).join() === 'delivered,dead', limitMs)
      await until(() => outsideOf(other).delivered.length === 2, limitMs)
      post('last')
      await until(async () => (await statesOf(other)).join() === 'delivered,delivered,delivered', limitMs)
      await until(async () => (await statesOf(own)).length === 3, limitMs)
      await lab.skip(own, 'dead')
      await until(() => known.length === 2, limitMs)
      assert.deepEqual(known[1], [3, ['first']])
    })

    it('does not give an outside what came from it, through whichever of its instances', async (t) => {
      const lab = await openHostLab(t, engines)
      const [from, same, other] = [newInstanceName(), newInstanceName(), newInstanceName()]
      const rateGroup = newInstanceName()
      await lab.start([
        lab.instance(from, { rateGroup }),
        sinkOf(lab, same, { rateGroup, start: 'beginning' }),
        sinkOf(lab, other, { start: 'beginning' })
      ])
      outsideOf(from).items.push(itemOf('1'), itemOf('2'))
      await until(() => outsideOf(other).delivered.length === 2, limitMs)
      await until(async () => (await lab.deliveries()).length === 2, limitMs)
      assert.deepEqual(outsideOf(same).delivered, [])
    })

    it('brings in a backlog in small parts while another instance delivers', async (t) => {
      const lab = await openHostLab(t, engines)
      const [alone, from, to] = [newInstanceName(), newInstanceName(), newInstanceName()]
      const sizes: number[] = []
      const publishing: HostLab['parts']['publishing'] = {
        ...lab.parts.publishing,
        publish(submission) {
          sizes.push(submission.events.length)
          return lab.parts.publishing.publish(submission)
        }
      }
      const backlog = (name: string): readonly EventItem[] =>
        Array.from({ length: 100 }, (_, index) => itemOf(`${name}-${index}`))
      outsideOf(alone).items.push(...backlog(alone))
      await lab.start([lab.instance(alone)], { publishing })
      await until(async () => (await lab.published()).length === 100, limitMs)
      assert.ok(Math.max(...sizes.splice(0)) > 10)
      // It delivers what was brought in before, and goes on until all of the backlog is there.
      const ended = Promise.withResolvers<void>()
      outsideOf(to).onDeliver = () => Promise.race([ended.promise, pause(20)])
      const instances = [lab.instance(from), sinkOf(lab, to, { start: 'beginning', maxInFlight: 1 })]
      await lab.start(instances, { publishing })
      await until(() => outsideOf(to).delivered.length > 0, limitMs)
      outsideOf(from).items.push(...backlog(from))
      await until(async () => (await lab.published()).length === 200, limitMs)
      const small = sizes.filter((size) => size <= 10)
      assert.ok(small.length >= 5, `parts of ${sizes.join(', ')}`) // One more may be large on a machine that stalls.
      ended.resolve()
      await until(() => outsideOf(to).delivered.length === 200, limitMs)
    })

    it('publishes what a poll gave while it still stores the rest, and stops in between', async (t) => {
      const lab = await openHostLab(t, engines)
      const [from, to] = [newInstanceName(), newInstanceName()]
      outsideOf(from).items.push(...Array.from({ length: 5000 }, (_, index) => itemOf(`${index}`)))
      outsideOf(from).pageSize = 5000
      const host = await lab.start([lab.instance(from), sinkOf(lab, to, { start: 'beginning' })])
      await until(() => outsideOf(to).delivered.length > 0, limitMs)
      await host.close()
      const stored = await lab.references(from)
      assert.ok(stored < 5000, 'all were stored before the first was published')
      await lab.start([lab.instance(from)])
      await until(async () => (await lab.references(from)) === 5000, 3 * limitMs)
    })

    it('takes changed settings into use, and leaves instances alone that are as they were', async (t) => {
      const lab = await openHostLab(t, engines)
      const [kept, changed, gone, added] = [1, 2, 3, 4].map(newInstanceName) as [
        string,
        string,
        string,
        string
      ]
      const host = await lab.start([lab.instance(kept), lab.instance(changed), lab.instance(gone)])
      for (const name of [kept, changed, gone]) {
        await until(() => lab.statusOf(host, name)?.state === 'running', limitMs)
      }
      const untouched = host.find(kept)
      host.reload(
        await lab.check([
          lab.instance(kept),
          lab.instance(changed, { every: '50ms' }),
          lab.instance(added),
          lab.instance('wrong', { every: 'often' })
        ])
      )
      await until(() => lab.statusOf(host, added)?.state === 'running', limitMs)
      await until(() => host.find(changed)?.checked.everyMs === 50, limitMs)
      await until(() => host.find(gone) === undefined, limitMs)
      assert.equal(host.find(kept), untouched)
      assert.equal(lab.statusOf(host, 'wrong')?.state, 'misconfigured')
      assert.equal(outsideOf(kept).connections, 1)
      await until(() => outsideOf(changed).connections === 2, limitMs)
      outsideOf(added).items.push(itemOf('1'))
      await until(async () => (await lab.published()).length === 1, limitMs)
    })
  })
}
