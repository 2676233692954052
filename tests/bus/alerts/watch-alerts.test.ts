import assert from 'node:assert/strict'
import { it } from 'node:test'
import { alertTables } from '#bus/alerts/alert-tables.ts'
import { chooseTeller } from '#bus/alerts/teller.ts'
import { type LeaseTables, leaseTables } from '#bus/leases/lease-tables.ts'
import { createLogger } from '#engines/telemetry/logger.ts'
import {
  type Hook,
  hookChannel,
  startAlertLab,
  startHook,
  startTricklingMailServer
} from '../../helpers/alert-lab.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'
import { until } from '../../helpers/until.ts'

/** What a hook was told, in short. */
const reported = ({ taken }: Hook): readonly string[] =>
  taken.map(({ message }) =>
    (['begun', 'lasting', 'ended'] as const)
      .flatMap((kind) => message[kind].map(({ alert }) => `${kind} ${alert.replace('Lienthong', '')}`))
      .join(', ')
  )

describeOnEveryStore('alerts', (open) => {
  const openStore: typeof open = (t) => open(t, [alertTables])
  const clock = () => ({ at: Date.parse('2026-11-27T08:00:00Z') })

  it('are told once when they have lasted, once when they are over, together what changes together', async (t) => {
    const store = await openStore(t, [])
    const hook = await startHook(t)
    const settings = { language: 'en', channels: [hookChannel('duty', hook)] }
    const { metrics, alerts, pass } = startAlertLab(t, { store, clock: clock(), settings })
    metrics.connectorUp.set({ instance: 'mail' }, 0)
    metrics.connectorUp.set({ instance: 'staff' }, 0)
    await pass(14)
    assert.deepEqual(reported(hook), [])
    assert.deepEqual(
      (await alerts.list()).map(({ state, labels }) => [state, labels.instance]),
      [
        ['pending', 'mail'],
        ['pending', 'staff']
      ]
    )
    await pass(2)
    await pass(30)
    assert.deepEqual(reported(hook), ['begun ConnectorDown, begun ConnectorDown'])
    const [first] = hook.taken
    assert.ok(first?.isSigned)
    assert.match(first.message.subject, /^\[Liên Thông\] NEW: Connector mail has not been running .*\(\+1\)$/)
    assert.match(first.message.text, /What to do: Why and since when: lienthong connectors show staff/)
    metrics.connectorUp.set({ instance: 'mail' }, 1)
    await pass(4)
    assert.equal(hook.taken.length, 1, 'not over before five minutes')
    await pass(2)
    assert.deepEqual(reported(hook).slice(1), ['ended ConnectorDown'])
    assert.equal(hook.taken[1]?.message.ended[0]?.labels.instance, 'mail')
  })

  it('that did not last are not told', async (t) => {
    const store = await openStore(t, [])
    const hook = await startHook(t)
    const settings = { channels: [hookChannel('duty', hook)] }
    const { metrics, pass } = startAlertLab(t, { store, clock: clock(), settings })
    metrics.connectorUp.set({ instance: 'mail' }, 0)
    await pass(14)
    metrics.connectorUp.set({ instance: 'mail' }, 1)
    await pass(1)
    metrics.connectorUp.set({ instance: 'mail' }, 0)
    await pass(14)
    assert.deepEqual(reported(hook), [])
  })

  it('are not repeated after a restart, and are told as over by the next process', async (t) => {
    const store = await openStore(t, [])
    const hook = await startHook(t)
    const time = clock()
    const settings = { channels: [hookChannel('duty', hook)] }
    const before = startAlertLab(t, { store, clock: time, settings })
    before.metrics.diskReserveUsed.set({ disk: 'data' }, 1)
    await before.pass(1)
    await before.alerts.close()
    time.at += 3_600_000
    const after = startAlertLab(t, { store, clock: time, settings })
    await after.pass(1) // Its figures come late.
    after.metrics.diskReserveUsed.set({ disk: 'data' }, 1)
    await after.pass(10)
    assert.deepEqual(reported(hook), ['begun DiskFull'])
    after.metrics.diskReserveUsed.set({ disk: 'data' }, 0)
    await after.pass(6)
    assert.deepEqual(reported(hook), ['begun DiskFull', 'ended DiskFull'])
  })

  it('are sent again under the same id until they are taken, also by the next process', async (t) => {
    const store = await openStore(t, [])
    const hook = await startHook(t)
    hook.status = 302 // A redirect is not followed.
    const time = clock()
    const settings = { channels: [hookChannel('duty', hook)] }
    const before = startAlertLab(t, { store, clock: time, settings })
    before.metrics.diskReserveUsed.set({ disk: 'data' }, 1)
    await before.pass(0)
    await before.alerts.close()
    assert.equal(hook.taken.length, 1)
    hook.status = 204
    time.at += 60_000
    const { metrics, pass } = startAlertLab(t, { store, clock: time, settings })
    metrics.diskReserveUsed.set({ disk: 'data' }, 1)
    await pass(0)
    await pass(60)
    assert.equal(hook.taken.length, 2)
    assert.equal(hook.taken[0]?.id, hook.taken[1]?.id)
  })

  it('wait for no time that was stored while the clock was a month ahead', async (t) => {
    const store = await openStore(t, [])
    const hook = await startHook(t)
    hook.status = 500
    const time = clock()
    const settings = { channels: [hookChannel('duty', hook)] }
    const before = startAlertLab(t, { store, clock: { at: time.at + 30 * 86_400_000 }, settings })
    before.metrics.diskReserveUsed.set({ disk: 'data' }, 1)
    before.metrics.connectorUp.set({ instance: 'mail' }, 0)
    await before.pass(0)
    await before.alerts.close()
    assert.deepEqual(reported(hook), ['begun DiskFull'], 'and the connector is pending')
    hook.status = 204
    const { metrics, pass } = startAlertLab(t, { store, clock: time, settings })
    metrics.diskReserveUsed.set({ disk: 'data' }, 1)
    metrics.connectorUp.set({ instance: 'mail' }, 0)
    await pass(0)
    assert.deepEqual(reported(hook).slice(1), ['begun DiskFull'])
    for (let minutes = 0; minutes < 16; minutes += 1) await pass(1)
    assert.deepEqual(reported(hook).slice(2), ['begun ConnectorDown'])
  })

  it('about a channel that does not work are told over the others, and are over when it works', async (t) => {
    const store = await openStore(t, [])
    const [broken, other] = [await startHook(t), await startHook(t)]
    broken.status = 500
    const settings = {
      language: 'en',
      channels: [hookChannel('broken', broken), hookChannel('other', other)]
    }
    const { metrics, alerts, pass } = startAlertLab(t, { store, clock: clock(), settings })
    metrics.diskReserveUsed.set({ disk: 'data' }, 1)
    for (const minutes of [0, 1, 2, 6]) await pass(minutes)
    assert.deepEqual(reported(other), ['begun DiskFull', 'begun AlertChannelFailing'])
    assert.match(
      alerts.warning() ?? '',
      /alert channel broken did not take a message: the address answered 500/
    )
    broken.status = 200
    await pass(16)
    await pass(6)
    assert.equal(alerts.warning(), undefined)
    assert.deepEqual(reported(other).slice(2), ['ended AlertChannelFailing'])
    assert.ok(reported(broken).every((text) => text === 'begun DiskFull'))
  })

  it('that a channel did not take for days are told minutes after it is back, those since the first in one message', async (t) => {
    const store = await openStore(t, [])
    const hook = await startHook(t)
    hook.status = 500
    const settings = { remindHours: 0, channels: [hookChannel('duty', hook)] }
    const { metrics, pass } = startAlertLab(t, { store, clock: clock(), settings })
    metrics.diskReserveUsed.set({ disk: 'data' }, 1)
    for (let tries = 0; tries < 12; tries += 1) await pass(500)
    metrics.appendQueue.set(6000)
    metrics.connectorInDoubt.set({ instance: 'mail' }, 1)
    for (let tries = 0; tries < 4; tries += 1) await pass(11)
    metrics.diskReserveUsed.set({ disk: 'data' }, 0)
    metrics.connectorInDoubt.set({ instance: 'mail' }, 0)
    for (let tries = 0; tries < 4; tries += 1) await pass(11)
    hook.status = 200
    const before = hook.taken.length
    metrics.projectorQuarantined.set(3)
    await pass(5)
    assert.deepEqual(reported(hook).slice(before), [
      'begun DiskFull',
      'begun AppendQueueLong, begun ProjectorQuarantined, ended ConnectorInDoubt, ended DiskFull'
    ])
    assert.equal(new Set(hook.taken.slice(0, before + 1).map(({ id }) => id)).size, 1)
    await pass(60)
    assert.equal(hook.taken.length, before + 2)
  })

  it('go over a channel that answers while another trickles, and the bus stops meanwhile', async (t) => {
    const store = await openStore(t, [])
    const hook = await startHook(t)
    const trickling = await startTricklingMailServer(t)
    const settings = { channels: [{ name: 'slow', mail: trickling.mail }, hookChannel('duty', hook)] }
    const { metrics, alerts, look } = startAlertLab(t, { store, clock: clock(), settings })
    metrics.diskReserveUsed.set({ disk: 'data' }, 1)
    await trickling.trickles
    metrics.projectorQuarantined.set(3)
    await look(1)
    await until(() => hook.taken.length === 2, 5000)
    const before = performance.now()
    await alerts.close()
    assert.ok(performance.now() - before < 2000)
  })

  it('are told once by two processes, also while the one that told does not know yet that it is replaced', async (t) => {
    const store = await open(t, [alertTables, leaseTables])
    const [hook, time] = [await startHook(t), clock()]
    const settings = { channels: [hookChannel('duty', hook)] }
    const start = (owner: string) => {
      const teller = chooseTeller({ store, owner, logger: createLogger({ level: 'silent' }) })
      t.after(() => teller.close())
      return { ...startAlertLab(t, { store, clock: time, settings, teller }), teller }
    }
    const first = start('first')
    await until(async () => (await store.transaction(first.teller.tells)) === true, 10_000)
    // As a process does that takes the lease of one that is paused.
    await store.transaction((transaction) =>
      transaction
        .tables<LeaseTables>()
        .updateTable('channelLeases')
        .set((e) => ({ owner: 'second', epoch: e('epoch', '+', 1), renewals: 0 }))
        .execute()
    )
    first.metrics.diskReserveUsed.set({ disk: 'data' }, 1)
    await first.pass(0)
    assert.deepEqual(reported(hook), [])
    const second = start('second')
    second.metrics.diskReserveUsed.set({ disk: 'data' }, 1)
    await until(async () => (await store.transaction(second.teller.tells)) === true, 10_000)
    await Promise.all([first.pass(0), second.pass(0)])
    await Promise.all([first.pass(1), second.pass(1)])
    assert.deepEqual(reported(hook), ['begun DiskFull'])
  })

  it('go to the agency that they are about, too, and not to others; reminders follow', async (t) => {
    const store = await openStore(t, [])
    const [duty, one, mail] = [await startHook(t), await startHook(t), await startHook(t)]
    const settings = {
      remindHours: 5,
      channels: [
        hookChannel('duty', duty),
        hookChannel('one', one, { agencies: ['H01'] }),
        hookChannel('mail', mail, { exceptConnectors: ['H02-mail'] })
      ]
    }
    const { metrics, pass } = startAlertLab(t, { store, clock: clock(), settings })
    metrics.agencyOldestUndelivered.set({ agency: 'H01' }, 200_000)
    metrics.agencyOldestUndelivered.set({ agency: 'rest' }, 200_000)
    metrics.connectorInDoubt.set({ instance: 'H02-mail' }, 2)
    await pass(0)
    await pass(11)
    assert.deepEqual(reported(one), ['begun AgencySilent'])
    assert.deepEqual(reported(mail), ['begun AgencySilent, begun FurtherAgenciesSilent'])
    assert.deepEqual(reported(duty), [
      'begun AgencySilent, begun ConnectorInDoubt, begun FurtherAgenciesSilent'
    ])
    await pass(300)
    assert.deepEqual(reported(one), ['begun AgencySilent', 'lasting AgencySilent'])
    assert.match(one.taken[1]?.message.text ?? '', /^VẪN CÒN: Cơ quan H01 chưa nhận/)
  })

  it('tell of each silent agency, also beyond those that the metrics name', async (t) => {
    const store = await openStore(t, [])
    const [duty, one] = [await startHook(t), await startHook(t)]
    const settings = { channels: [hookChannel('duty', duty), hookChannel('one', one, { agencies: ['H60'] })] }
    const values = Array.from({ length: 60 }, (_, index) => ({
      labels: { agency: `H${index + 1}` },
      value: 200_000 - index
    }))
    const unbounded = [{ name: 'lienthong_agency_oldest_undelivered_seconds', values }]
    const { metrics, pass } = startAlertLab(t, { store, clock: clock(), settings, unbounded })
    for (const { labels, value } of values.slice(0, 50)) metrics.agencyOldestUndelivered.set(labels, value)
    metrics.agencyOldestUndelivered.set({ agency: 'rest' }, 190_000)
    await pass(0)
    await pass(11)
    const agencies = duty.taken.flatMap(({ message }) => message.begun.map(({ labels }) => labels.agency))
    assert.deepEqual(agencies.sort(), values.map(({ labels }) => labels.agency).sort())
    assert.deepEqual(reported(one), ['begun AgencySilent'])
  })

  it('have the limits of the settings', async (t) => {
    const store = await openStore(t, [])
    const hook = await startHook(t)
    const change = {
      LienthongAppendQueueLong: { threshold: 10, forMinutes: 0 },
      LienthongDiskFull: { off: true }
    }
    const settings = { change, channels: [hookChannel('duty', hook)] }
    const { metrics, pass } = startAlertLab(t, { store, clock: clock(), settings })
    metrics.appendQueue.set(11)
    metrics.diskReserveUsed.set({ disk: 'data' }, 1)
    await pass(1)
    assert.deepEqual(reported(hook), ['begun AppendQueueLong'])
  })
})
