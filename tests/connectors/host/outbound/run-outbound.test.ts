import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { ConnectorTables } from '#connectors/host/connector-tables.ts'
import { createMarkReader } from '#connectors/host/marks.ts'
import { createLookUpWait, isLookUpDue } from '#connectors/host/outbound/look-up-due.ts'
import { createPacers } from '#connectors/host/outbound/pace.ts'
import { faults } from '#connectors/shared-formats/http/faults.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { idOf, openOutboundLab, operator } from '#tests/helpers/outbound-lab.ts'
import { describeOnEveryStore } from '#tests/helpers/stores.ts'
import { until } from '#tests/helpers/until.ts'

const refused = () => new BusError('BUS_PEER_REFUSED', 'internal')
const reset = () => Object.assign(new Error('reset'), { code: 'ECONNRESET' })

describeOnEveryStore('the outbound half of an instance', (openStore) => {
  it('delivers what its agency receives, and each event once', async (t) => {
    const got: string[] = []
    const lab = await openOutboundLab(openStore, t, {
      outbound: { deliver: async (_s, e) => void got.push(idOf(e)) }
    })
    const first = await lab.send(
      { subject: 'a' },
      { subject: 'b' },
      { subject: 'a', type: 'dossier.received.v1' }
    )
    const { stop } = lab.run()
    await lab.states('delivered', 'delivered')
    await stop()
    const second = await lab.send({ subject: 'a' })
    lab.run()
    await lab.states('delivered', 'delivered', 'delivered')
    assert.deepEqual(got.toSorted(), [first[0], first[1], second[0]].map((event) => event?.id).toSorted())
    const [status] = await lab.recipientStatuses.ofEvent(1)
    assert.equal(status?.state, 'delivered')
    assert.equal(status?.system, lab.instance.system)
  })

  it('delivers at most so many lines at a time, and one event of a line', async (t) => {
    const running = new Map<string, number>()
    let most = 0
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    const lab = await openOutboundLab(openStore, t, {
      pace: { maxInFlight: 3 },
      outbound: {
        async deliver(_session, { event }) {
          assert.equal(running.get(event.subject), undefined)
          running.set(event.subject, 1)
          most = Math.max(most, running.size)
          await gate
          running.delete(event.subject)
        }
      }
    })
    await lab.send(...'aabbccddee'.split('').map((subject) => ({ subject })))
    lab.run()
    await until(() => running.size === 3, 5000)
    open()
    await lab.states(...Array.from({ length: 10 }, () => 'delivered'))
    assert.equal(most, 3)
  })

  it('does not ask about an attempt of a process that is gone while that may still run', async (t) => {
    let asked = 0
    const graceMs = 600_000_000
    const lab = await openOutboundLab(openStore, t, {
      options: { graceMs },
      outbound: {
        deliver: () => new Promise(() => {}),
        async lookUp() {
          asked += 1
          return 'done'
        }
      }
    })
    await lab.send({ subject: 'a' })
    const first = lab.run()
    await until(async () => (await lab.rows())[0]?.begunAt != null, 5000)
    first.kill()
    const before = lab.options.steadyNow()
    lab.run()
    await lab.states('in-doubt')
    assert.ok(Number((await lab.rows())[0]?.dueAt) >= before + graceMs)
    assert.equal(asked, 0)
  })

  it('keeps what would tell of a delivery in doubt with its doubt', async (t) => {
    const lab = await openOutboundLab(openStore, t, {
      outbound: {
        async deliver() {
          throw reset()
        },
        lookUp: async () => ({ unknown: { doubtful: 'kept' } })
      }
    })
    await lab.send({ subject: 'a' })
    lab.run()
    const mark = createMarkReader(lab.store, lab.instance.name)
    await until(async () => (await mark('doubtful')) === 'kept', 10_000)
    await lab.states('in-doubt')
    assert.equal((await lab.rows())[0]?.begunAt, null) // It is looked up no more.
  })

  it('holds a line behind a dead delivery while others go on', async (t) => {
    const got: string[] = []
    const lab = await openOutboundLab(openStore, t, {
      outbound: {
        async deliver(_session, { event }) {
          if (event.id === bad) throw refused()
          got.push(event.subject)
        }
      }
    })
    const [first] = await lab.send({ subject: 'a' }, { subject: 'a' }, { subject: 'b' })
    const bad = first?.id
    lab.run()
    await lab.states('dead', 'waiting', 'delivered')
    assert.deepEqual(got, ['b'])
    const [row] = await lab.rows()
    assert.equal(row?.failure, 'BUS_PEER_REFUSED')
    assert.equal(row?.attempts, 1)
  })

  it('marks nothing as begun but what it attempts now', async (t) => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    const lab = await openOutboundLab(openStore, t, {
      pace: { maxInFlight: 2 },
      outbound: { deliver: async () => gate.then(() => undefined) }
    })
    await lab.send(...'abcdef'.split('').map((subject) => ({ subject })))
    lab.run()
    await until(async () => (await lab.rows()).some(({ begunAt }) => begunAt !== null), 5000)
    assert.equal((await lab.rows()).filter(({ begunAt }) => begunAt !== null).length, 2)
    open()
    await lab.states(...Array.from({ length: 6 }, () => 'delivered'))
  })

  it('stores what a delivery leaves behind with its end, or has a person look', async (t) => {
    const lab = await openOutboundLab(openStore, t, {
      outbound: {
        deliver: async (_session, { event }) => ({
          marks: { [event.subject.repeat(event.subject === 'b' ? 300 : 1)]: event.id }
        })
      }
    })
    await lab.send({ subject: 'a' }, { subject: 'b' }, { subject: 'c' })
    lab.run()
    await lab.states('delivered', 'in-doubt', 'delivered')
    const marks = await lab.store
      .reader<ConnectorTables>()
      .selectFrom('connectorMarks')
      .select('key')
      .orderBy('key')
      .execute()
    assert.deepEqual(
      marks.map(({ key }) => key),
      ['a', 'c']
    )
    assert.deepEqual(await lab.recipientStatuses.ofEvent(2), [])
  })

  it('tells of an item that a delivery leaves behind and that cannot be used, as of one that was polled', async (t) => {
    const fault = new BusError('BUS_ITEM_INVALID', 'report-unmatched', { values: { hash: 'x' } })
    const lab = await openOutboundLab(openStore, t, {
      outbound: { deliver: async () => ({ items: [{ reference: 'reply', fault }] }) }
    })
    await lab.send({ subject: 'a' })
    lab.run()
    await lab.states('delivered')
    const counted = async () => (await lab.options.metrics.quarantined.get()).values.map(({ value }) => value)
    await until(async () => (await counted()).join() === '1', 5000)
  })

  it('does not deliver what was recalled or has expired before it was tried', async (t) => {
    const got: string[] = []
    const lab = await openOutboundLab(openStore, t, {
      outbound: { deliver: async (_s, { event }) => void got.push(event.subject) }
    })
    await lab.send({ subject: 'a', expirytime: '2020-01-01T00:00:00Z' }, { subject: 'b' }, { subject: 'a' })
    lab.run()
    await until(() => got.length === 2, 5000)
    assert.deepEqual(got.toSorted(), ['a', 'b'])
  })

  it('ends a dead delivery whose event expires, and its line goes on', async (t) => {
    let fails = true
    const lab = await openOutboundLab(openStore, t, {
      outbound: {
        async deliver() {
          if (fails) throw refused()
        }
      }
    })
    await lab.send({ subject: 'a', expirytime: new Date(Date.now() + 1500).toISOString() }, { subject: 'a' })
    lab.run()
    await lab.states('dead', 'waiting')
    fails = false
    await lab.states('ended', 'delivered')
  })

  it('cut off by a time-out is looked up only after as long a time again: the outside may be at work on it', async (t) => {
    const workMs = 3_600_000
    let [timedOutAt, lookedUpAt, lookUps] = [0, 0, 0]
    const gate = Promise.withResolvers<void>()
    const lab = await openOutboundLab(openStore, t, {
      outbound: {
        async deliver() {
          const startedAt = lab.options.steadyNow()
          await until(() => lab.options.steadyNow() > startedAt + workMs, 5000)
          timedOutAt = lab.options.steadyNow()
          throw faults.timeout({ values: { host: 'h', timeoutMs: workMs } })
        },
        async lookUp() {
          if (lookUps === 0) lookedUpAt = lab.options.steadyNow()
          lookUps += 1
          await gate.promise
          if (lookUps === 1) throw faults.timeout({ values: { host: 'h', timeoutMs: 1 } })
          return 'unknown'
        }
      }
    })
    await lab.send({})
    lab.run()
    const holdsPolls = () => isLookUpDue(lab.store, lab.instance, { isStarting: false, now: 0 })
    await until(async () => (await lab.rows())[0]?.state === 'in-doubt', 5000)
    assert.equal(await holdsPolls(), true, 'a poll would find what the attempt made')
    gate.resolve()
    await until(async () => !(await holdsPolls()), 5000)
    await until(() => lookUps === 2, 5000)
    assert.ok(lookedUpAt >= timedOutAt + workMs, `after ${lookedUpAt - timedOutAt} ms`)
  })

  it('that waits behind one in doubt keeps no poll waiting, and none waits longer than a minute', async (t) => {
    const restoredAt = Date.now() + 1_000_000
    let lookUps = 0
    const lab = await openOutboundLab(openStore, t, {
      instance: { restoredAt },
      outbound: {
        deliver: async () => assert.fail('it may have been delivered before the restore'),
        async lookUp() {
          lookUps += 1
          return 'unknown'
        }
      }
    })
    await lab.send({ subject: 's' }, { subject: 's' })
    const clock = { now: 0 }
    const waits = createLookUpWait(lab.store, lab.instance, () => clock.now)
    const run = lab.run()
    await until(async () => (await lab.rows())[0]?.begunAt === null && lookUps === 1, 5000)
    assert.equal((await lab.rows())[1]?.begunAt === null, false, 'the second one is to be looked up')
    assert.equal(await waits(false), false)
    await run.stop()
    await lab.acts.perform(operator, { act: 'skip', reason: 'x' }, [{ connector: 'documents', event: '1' }])
    assert.equal(await waits(false), true)
    clock.now += 59_000
    assert.equal(await waits(false), true)
    clock.now += 1000
    assert.equal(await waits(false), false)
  })

  it('found begun after a crash asks the outside, and does not deliver again what it has', async (t) => {
    const outside = new Set<string>()
    const { promise: never } = Promise.withResolvers<never>()
    let hangs = true
    const lab = await openOutboundLab(openStore, t, {
      outbound: {
        async deliver(_session, { hash, event }) {
          assert.ok(!outside.has(hash), 'it is delivered twice')
          if (event.subject !== 'lost') outside.add(hash)
          if (hangs) await never
        },
        lookUp: async (_session, { hash, event }) => {
          if (event.subject === 'unknown') return 'unknown'
          return outside.has(hash) ? 'done' : 'not-done'
        }
      }
    })
    await lab.send({ subject: 'has' }, { subject: 'lost' }, { subject: 'unknown' })
    lab.run()
    await until(() => outside.size === 2, 5000)
    lab.crash()
    hangs = false
    lab.run()
    await lab.states('delivered', 'delivered', 'in-doubt')
  })

  it('that may be repeated is delivered again after a crash, under the same hash', async (t) => {
    const got: string[] = []
    const { promise: never } = Promise.withResolvers<never>()
    let hangs = true
    const lab = await openOutboundLab(openStore, t, {
      outbound: {
        repeatable: true,
        async deliver(_session, { hash }) {
          got.push(hash)
          if (hangs) await never
        }
      }
    })
    await lab.send({ subject: 'a' })
    lab.run()
    await until(() => got.length === 1, 5000)
    lab.crash()
    hangs = false
    lab.run()
    await lab.states('delivered')
    assert.equal(got.length, 2)
    assert.equal(got[0], got[1])
  })

  it('an attempt that breaks off is in doubt, unless nothing was sent', async (t) => {
    const calls = new Map<string, number>()
    const lab = await openOutboundLab(openStore, t, {
      outbound: {
        async deliver(_session, { event }) {
          const call = (calls.get(event.subject) ?? 0) + 1
          calls.set(event.subject, call)
          if (event.subject === 'reset') throw reset()
          if (call < 3) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
        }
      }
    })
    await lab.send({ subject: 'reset' }, { subject: 'refused' })
    lab.run()
    await lab.states('in-doubt', 'delivered')
    const [, second] = await lab.rows()
    assert.equal(second?.attempts, 1, 'those without a connection do not count')
  })

  it('what an instance of its rate group published is not delivered back', async (t) => {
    const got: string[] = []
    const lab = await openOutboundLab(openStore, t, {
      outbound: { deliver: async (_s, { hash }) => void got.push(hash) }
    })
    await lab.store.transaction((transaction) =>
      transaction
        .tables<ConnectorTables>()
        .insertInto('connectorReferences')
        .values([
          { instance: 'documents', reference: 'x', event: '1' },
          { instance: 'mail', reference: 'x', event: '2' }
        ])
        .execute()
    )
    await lab.send({ subject: 'a', hosted: true }, { subject: 'b', hosted: true })
    lab.run()
    await until(() => got.length === 1, 5000)
    assert.deepEqual(got, ['2'])
  })

  it('pending when a backup was made is in doubt after the restore, unless it may be repeated', async (t) => {
    for (const repeatable of [false, true]) {
      const lab = await openOutboundLab(openStore, t, {
        outbound: { repeatable, deliver: async () => undefined },
        instance: { restoredAt: Date.now() + 60_000 }
      })
      await lab.send({ subject: 'a' })
      lab.run()
      await lab.states(repeatable ? 'delivered' : 'in-doubt')
    }
  })

  it('goes on after a restart with what a process put off whose clock was a month ahead', async (t) => {
    for (const repeatable of [true, false]) {
      let [now, attempts] = [1_800_000_000_000 + 30 * 86_400_000, 0]
      const lab = await openOutboundLab(openStore, t, {
        options: { steadyNow: () => now },
        outbound: {
          repeatable,
          async deliver() {
            attempts += 1
            if (attempts === 1) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
          }
        }
      })
      await lab.send({ subject: 'a' })
      const { stop } = lab.run()
      await until(async () => Number((await lab.rows())[0]?.dueAt) > now, 5000)
      await stop()
      now = 1_800_000_000_000
      Object.assign(lab.options, { pacerOf: createPacers() }) // Of the next process.
      lab.run()
      await lab.states('delivered')
    }
  })

  it('keeps the rate', async (t) => {
    const at: number[] = []
    const lab = await openOutboundLab(openStore, t, {
      pace: { ratePerSecond: 10 },
      options: { steadyNow: () => Math.floor(performance.timeOrigin + performance.now()) },
      outbound: { deliver: async () => void at.push(performance.now()) }
    })
    await lab.send(...'abcde'.split('').map((subject) => ({ subject })))
    const startedAt = performance.now()
    lab.run()
    await lab.states(...Array.from({ length: 5 }, () => 'delivered'))
    const spanMs = (at.at(-1) ?? 0) - startedAt
    assert.ok(spanMs >= 380, `5 deliveries in ${spanMs} ms at 10 a second`)
  })
})
