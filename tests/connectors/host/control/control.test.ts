import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { connectorTables } from '#connectors/host/connector-tables.ts'
import {
  type ConnectorControlTables,
  connectorControlTables
} from '#connectors/host/control/control-tables.ts'
import { createInstanceActs } from '#connectors/host/control/instance-acts.ts'
import { createActPerformer } from '#connectors/host/control/perform-acts.ts'
import { createInstanceReads } from '#connectors/host/control/read-instances.ts'
import { createStatusWriter } from '#connectors/host/control/write-statuses.ts'
import { deliveryTables } from '#connectors/host/outbound/delivery-tables.ts'
import { createSignals } from '#engines/signals/signals.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { operator } from '#tests/helpers/outbound-lab.ts'
import { describeOnEveryStore } from '#tests/helpers/stores.ts'

const status = { name: 'sms', kind: 'sms', state: 'running', since: '2026-11-26T00:00:00.000Z' } as const

describeOnEveryStore('control of instances', (openStore) => {
  const open = async (t: TestContext) => {
    const store = await openStore(t, [connectorTables, connectorControlTables, deliveryTables])
    const clock = { now: Date.parse('2026-11-26T08:00:00Z') }
    const signals = createSignals()
    const now = () => clock.now
    return {
      ...{ store, clock, signals, now },
      writer: createStatusWriter({ store, now, instances: () => [], isHeld: () => true }),
      reads: createInstanceReads(store, now),
      acts: createInstanceActs({ store, signals, now })
    }
  }

  it('tells of an instance that no process has reported for a minute that it is lost', async (t) => {
    const { writer, reads, clock } = await open(t)
    await writer.write([status])
    clock.now += 30_000
    await writer.write([status]) // Confirms it.
    clock.now += 59_000
    assert.equal((await reads.find('sms'))?.state, 'running')
    clock.now += 2000
    assert.equal((await reads.find('sms'))?.state, 'lost')
    await writer.write([status])
    assert.equal((await reads.find('sms'))?.state, 'running')
  })

  it('writes a status when it changes, and not each time', async (t) => {
    const { writer, reads, clock } = await open(t)
    await writer.write([status])
    clock.now += 1000
    await writer.write([status])
    await writer.write([{ ...status, state: 'failing', reason: 'away' }])
    const shown = await reads.find('sms')
    assert.deepEqual([shown?.state, shown?.reason], ['failing', 'away'])
  })

  it('does not take a retry of an item that is not quarantined by the instance', async (t) => {
    const { writer, acts, store } = await open(t)
    await writer.write([status])
    const retry = { act: 'retry', connector: 'sms', items: [4711] } as const
    await assert.rejects(acts.perform(operator, retry, AbortSignal.abort()), { code: 'BUS_NOT_FOUND' })
    const kept = store.reader<ConnectorControlTables>().selectFrom('connectorActs').select('number')
    assert.deepEqual(await kept.execute(), [])
  })

  it('keeps an act until a process runs the instance, and does those of one instance in order', async (t) => {
    const { store, signals, now, writer, acts } = await open(t)
    await writer.write([status])
    const none = new AbortController()
    none.abort() // Whoever asks does not wait.
    const first = await acts.perform(operator, { act: 'restart', connector: 'sms' }, none.signal)
    assert.deepEqual(first, { isPending: true })
    await acts.perform(operator, { act: 'reset', connector: 'sms', cursor: null }, none.signal)
    const done: string[] = []
    const { promise, resolve } = Promise.withResolvers<void>()
    const performer = createActPerformer({
      ...{ store, signals, now },
      running: new Map([['sms', { tryNow() {} } as never]]),
      misconfigured: () => new Map(),
      guard: async () => {},
      async restart(_name, meanwhile) {
        done.push(meanwhile ? 'reset' : 'restart')
        if (done.length === 2) resolve()
      }
    })
    await performer.look()
    await performer.look()
    await promise
    assert.deepEqual(done, ['restart', 'reset'])
  })

  it('leaves an act open if this process no longer runs the instance', async (t) => {
    const { store, signals, now, writer, acts } = await open(t)
    await writer.write([status])
    const ended = new AbortController()
    ended.abort() // Whoever asks does not wait.
    for (const act of ['check', 'restart'] as const) {
      await acts.perform(operator, { act, connector: 'sms' }, ended.signal)
    }
    const lost = new BusError('BUS_CONTROL_STALE', 'lease-lost', { values: { channel: 'sms' } })
    const { promise: guarded, resolve } = Promise.withResolvers<void>()
    const performer = createActPerformer({
      ...{ store, signals, now },
      running: new Map([['sms', { check: async () => {}, tryNow() {} } as never]]),
      misconfigured: () => new Map(),
      restart: () => Promise.reject(lost),
      async guard() {
        resolve()
        throw lost
      }
    })
    await performer.look()
    await guarded
    await store.transaction(async () => {}) // What was to be written is written by now.
    const acted = store.reader<ConnectorControlTables>().selectFrom('connectorActs').select('doneAt')
    assert.deepEqual(
      (await acted.execute()).map(({ doneAt }) => doneAt),
      [null, null]
    )
  })

  it('has a process that does not run an instance tell of it only while no other one does', async (t) => {
    const { store, reads, writer, clock, now } = await open(t)
    await writer.write([status])
    const other = createStatusWriter({ store, now, instances: () => [], isHeld: () => false })
    const wrong = { ...status, state: 'misconfigured' } as const
    await other.write([wrong])
    assert.equal((await reads.find('sms'))?.state, 'running')
    assert.equal(other.isSeen('sms'), false)
    clock.now += 61_000 // The first process is gone.
    await other.write([wrong])
    assert.equal((await reads.find('sms'))?.state, 'misconfigured')
    assert.equal(other.isSeen('sms'), true)
    await writer.write([status])
    assert.equal((await reads.find('sms'))?.state, 'running')
  })

  it('keeps the agency of an instance whose settings cannot be read', async (t) => {
    const { store, reads, writer, now } = await open(t)
    const known = { name: 'sms', system: '/agencies/a/systems/b', agency: 'a' } as never
    const isHeld = (): boolean => true
    await createStatusWriter({ store, now, isHeld, instances: () => [known] }).write([status])
    await writer.write([{ ...status, state: 'misconfigured' }])
    const shown = await reads.list({ agency: 'a' })
    assert.deepEqual(
      shown.map(({ name, state }) => [name, state]),
      [['sms', 'misconfigured']]
    )
  })

  it('forgets an instance that was removed, and fails what is asked of it', async (t) => {
    const { store, reads, writer, acts, clock } = await open(t)
    await writer.write([status, { ...status, name: 'mail' }])
    const ended = new AbortController()
    ended.abort() // Whoever asks does not wait.
    await acts.perform(operator, { act: 'restart', connector: 'sms' }, ended.signal)
    await writer.forgetLost(new Set(['mail']))
    assert.equal((await reads.find('sms'))?.state, 'running', 'another process may run it')
    clock.now += 61_000
    await writer.forgetLost(new Set(['mail']))
    const left = await reads.list({})
    assert.deepEqual(
      left.map(({ name, state }) => [name, state]),
      [['mail', 'lost']]
    )
    const rows = store.reader<ConnectorControlTables>().selectFrom('connectorActs')
    const [act] = await rows.select(['doneAt', 'problem']).execute()
    assert.equal(act?.doneAt, clock.now)
    assert.match(act?.problem ?? '', /was removed from the settings/)
    const again = acts.perform(operator, { act: 'check', connector: 'sms' }, ended.signal)
    await assert.rejects(again, { code: 'BUS_NOT_FOUND' })
  })

  it('refuses to pause an instance that has never begun, since the wish could not be kept', async (t) => {
    const { writer, acts } = await open(t)
    await writer.write([status])
    const { signal } = new AbortController()
    const paused = acts.perform(operator, { act: 'pause', connector: 'sms' }, signal)
    await assert.rejects(paused, { code: 'BUS_STORE_UNAVAILABLE' })
  })

  it('refuses an act on an instance that nobody knows, and on one of another agency', async (t) => {
    const { writer, acts } = await open(t)
    await writer.write([status])
    const other = { ...operator, operator: false, agency: '000.00.93.H03' }
    const { signal } = new AbortController()
    for (const [actor, connector] of [
      [operator, 'mail'],
      [other, 'sms']
    ] as const) {
      await assert.rejects(acts.perform(actor, { act: 'pause', connector }, signal), {
        code: 'BUS_NOT_FOUND'
      })
    }
  })
})
