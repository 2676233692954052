import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { retryItem } from '#connectors/host/inbound/quarantine.ts'
import { createMarkReader } from '#connectors/host/marks.ts'
import { storeAttachment } from '#connectors/host/store-attachment.ts'
import { faults } from '#connectors/shared-formats/http/faults.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import { describeOnEngines } from '../helpers/engine-sets.ts'
import { itemOf, newInstanceName, openHostLab, outsideOf, until } from '../helpers/host-lab.ts'
import { codes, systemOf } from '../helpers/test-bus.ts'
import { publishesEachItem } from './connector-items.contract.ts'

const limitMs = 20_000
const bad = () => new BusError('BUS_ITEM_INVALID', 'report-unmatched', { values: { hash: 'x' } })
const subjects = (events: readonly { readonly subject: string }[]) => events.map(({ subject }) => subject)

/** What the host promises of instances and of what comes in, on each set of engines. */
export function connectorHostContract(): void {
  describeOnEngines('the host of connectors', (engines) => {
    it('never waits for an outside at the start; says why an instance fails and when it tries again', async (t) => {
      const lab = await openHostLab(t, engines)
      const [away, there] = [newInstanceName(), newInstanceName()]
      outsideOf(away).isAway = true
      outsideOf(there).items.push(itemOf('1'))
      const host = await lab.start([lab.instance(away), lab.instance(there)])
      await until(() => lab.statusOf(host, there)?.state === 'running', limitMs)
      await until(() => lab.statusOf(host, away)?.state === 'failing', limitMs)
      const { since, reason, nextTry } = lab.statusOf(host, away) ?? {}
      assert.match(reason ?? '', /it is away/)
      assert.ok(since && nextTry && nextTry > since)
      await until(async () => (await lab.published()).length === 1, limitMs)
      outsideOf(away).items.push(itemOf('2'))
      outsideOf(away).isAway = false
      await until(async () => (await lab.published()).length === 2, limitMs)
      await until(() => lab.statusOf(host, away)?.state === 'running', limitMs)
      const logged = lab.lines.filter(({ connector, level }) => connector === away && level >= 40)
      assert.ok(logged.length <= 3, 'the log has a line when it begins, not one for each try')
    })

    it('publishes an item once, in order, however often the outside gives it, across restarts', async (t) => {
      const lab = await openHostLab(t, engines)
      const name = newInstanceName()
      const outside = outsideOf(name)
      const given = Array.from({ length: 250 }, (_, index) => ({
        ...itemOf(`case-${index % 5}`, { causationid: String(index) }),
        reference: String(index)
      }))
      outside.items.push(...given)
      const first = await lab.start([lab.instance(name)])
      await until(async () => (await lab.published()).length >= 250, limitMs)
      await first.close()
      outside.items.push(...given, itemOf('last'))
      const again = await lab.start([lab.instance(name)])
      await until(async () => subjects(await lab.published()).includes('last'), limitMs)
      const published = await lab.published()
      assert.equal(published.length, 251)
      for (const { subject } of given.slice(0, 5).map(({ event }) => event)) {
        const order = published.filter((event) => event.subject === subject)
        const expected = given.filter(({ event }) => event.subject === subject)
        assert.deepEqual(
          order.map(({ causationid }) => causationid),
          expected.map(({ reference }) => reference)
        )
      }
      assert.equal(outside.cursors[0], undefined)
      assert.ok(outside.cursors.includes('250'), 'it went on from its cursor')
      await until(() => outside.acknowledged.length >= 251, limitMs)
      await until(async () => (await lab.items()).length === 0, limitMs)
      await again.close()
    })

    it('stores items, cursor and marks together, or nothing', async (t) => {
      const lab = await openHostLab(t, engines)
      const name = newInstanceName()
      const outside = outsideOf(name)
      const { store } = lab.core
      let isBroken = false
      outside.onPoll = () => {
        isBroken = outside.cursors.length === 1
      }
      const transaction: typeof store.transaction = (work, options) =>
        store.transaction(async (inner) => {
          const result = await work(inner)
          if (isBroken) throw new BusError('BUS_STORE_UNAVAILABLE', 'internal')
          return result
        }, options)
      const faulty: typeof store = {
        reader: () => store.reader(),
        transaction,
        refuses: (error) => store.refuses(error),
        close: () => store.close()
      }
      outside.items.push({ ...itemOf('1'), marks: { seen: '1' } }, itemOf('2'))
      const host = await lab.start([lab.instance(name)], { store: faulty })
      await until(() => lab.statusOf(host, name)?.state === 'failing', limitMs)
      assert.deepEqual([await lab.items(), await createMarkReader(store, name)('seen')], [[], undefined])
      await until(async () => (await lab.published()).length === 2, limitMs)
      assert.equal(await createMarkReader(store, name)('seen'), '1')
      assert.ok(outside.cursors.slice(0, 2).every((cursor) => cursor === undefined))
    })

    it('quarantines a bad item with its reason and goes on; a retry reads it again', async (t) => {
      const lab = await openHostLab(t, engines)
      const name = newInstanceName()
      const outside = outsideOf(name)
      const raw = Buffer.from(JSON.stringify(itemOf('2')))
      outside.items.push(itemOf('1'), { reference: '2', fault: bad(), raw }, itemOf('3'))
      const host = await lab.start([lab.instance(name)])
      await until(async () => (await lab.published()).length === 2, limitMs)
      await until(() => outside.acknowledged.length === 3, limitMs)
      const outcome = outside.acknowledged.find(({ reference }) => reference === '2')
      assert.match(outcome?.quarantined?.text('vi') ?? '', /Báo cáo nêu sự kiện/)
      const row = (await lab.items()).find(({ state }) => state === 'quarantined')
      const instance = host.find(name)?.opened()?.instance
      assert.ok(row && instance)
      await retryItem(instance, lab.core.store, row.number)
      await until(
        async () =>
          subjects(await lab.published())
            .sort()
            .join() === '1,2,3',
        limitMs
      )
    })

    it('quarantines what is rejected at publishing, with its event; a retry publishes that event', async (t) => {
      const lab = await openHostLab(t, engines)
      const name = newInstanceName()
      outsideOf(name).items.push(itemOf('1', { recipients: ['000.00.99.H99'] }), itemOf('2'))
      const host = await lab.start([lab.instance(name)])
      await until(async () => (await lab.published()).length === 1, limitMs)
      await until(async () => (await lab.items()).some(({ state }) => state === 'quarantined'), limitMs)
      const row = (await lab.items()).find(({ state }) => state === 'quarantined')
      assert.match(row?.fault ?? '', /BUS_NOT_PERMITTED/)
      assert.equal(JSON.parse(row?.event ?? '').subject, '1')
      const instance = host.find(name)?.opened()?.instance
      assert.ok(row && instance)
      await retryItem(instance, lab.core.store, row.number)
      await until(
        async () => (await lab.items())[0]?.fault !== null && (await lab.items()).length === 1,
        limitMs
      )
    })

    it('stores nothing of a poll when most of the last items are bad, and goes on once they are good', async (t) => {
      const lab = await openHostLab(t, engines)
      const name = newInstanceName()
      const outside = outsideOf(name)
      outside.items.push(
        ...Array.from({ length: 101 }, (_, index) => ({ reference: `${index}`, fault: bad() }))
      )
      const host = await lab.start([lab.instance(name)])
      await until(() => lab.statusOf(host, name)?.state === 'failing', limitMs)
      assert.match(lab.statusOf(host, name)?.reason ?? '', /101 of the last 200/)
      assert.deepEqual([await lab.items(), outside.cursors[0]], [[], undefined])
      outside.items.splice(0, 101, itemOf('good'))
      await until(async () => (await lab.published()).length === 1, limitMs)
      assert.ok(outside.cursors.slice(0, -1).every((cursor) => cursor === undefined || cursor === '1'))
      await until(() => lab.statusOf(host, name)?.state === 'running', limitMs)
    })

    it('goes on however many items are bad that anybody may send', async (t) => {
      const lab = await openHostLab(t, engines)
      const name = newInstanceName()
      const bad101 = Array.from({ length: 101 }, (_, index) => {
        return { reference: `${index}`, fault: bad(), isFromAnybody: true }
      })
      outsideOf(name).items.push(...bad101, itemOf('good'))
      const host = await lab.start([lab.instance(name)])
      await until(async () => (await lab.published()).length === 1, limitMs)
      assert.equal(lab.statusOf(host, name)?.state, 'running')
    })

    it('tells the outside again what became of an item, until it understands', async (t) => {
      const lab = await openHostLab(t, engines)
      const name = newInstanceName()
      const outside = outsideOf(name)
      let refusals = 2
      outside.onAcknowledge = () => {
        refusals -= 1
        if (refusals >= 0) throw faults.failed({ values: { host: '', status: 500 } })
      }
      outside.items.push(itemOf('1'))
      await lab.start([lab.instance(name)])
      await until(() => outside.acknowledged.length === 1, limitMs)
      await until(async () => (await lab.items()).length === 0, limitMs)
      outside.items.push(itemOf('1')) // The outside gives it once more: it is informed once more.
      await until(() => outside.acknowledged.length === 2, limitMs)
      assert.equal((await lab.published()).length, 1)
    })

    it('polls while it tells the outside of many items, however slowly that takes it', async (t) => {
      const lab = await openHostLab(t, engines)
      const name = newInstanceName()
      const outside = outsideOf(name)
      const polls: number[] = []
      outside.onAcknowledge = async () => {
        await pause(60)
        polls.push(outside.cursors.length)
      }
      outside.items.push(...Array.from({ length: 350 }, (_, index) => itemOf(`${index}`)))
      await lab.start([lab.instance(name)])
      await until(() => outside.acknowledged.length === 350, limitMs)
      assert.ok(Number(polls[349]) > Number(polls[150]), `polls at each: ${polls.join(', ')}`)
    })

    it('tells the faults of all instances together, runs the others, and neither of two of one name', async (t) => {
      const lab = await openHostLab(t, engines)
      const [twice, good, wrong] = [newInstanceName(), newInstanceName(), newInstanceName()]
      const host = await lab.start([
        lab.instance(twice),
        lab.instance(twice),
        lab.instance('no-such', { kind: 'unknown' }),
        lab.instance('extra', { settings: { outside: 'x', more: 1 }, every: 'often' }),
        lab.instance(wrong, { settings: { outside: 'wrong' } }),
        lab.instance(good),
        'not a mapping' as unknown as object
      ])
      await until(() => lab.statusOf(host, good)?.state === 'running', limitMs)
      await until(() => lab.statusOf(host, wrong)?.state === 'misconfigured', limitMs)
      const states = host.statuses().map(({ name, state }) => `${name} ${state}`)
      const expected = [twice, twice, 'no-such', 'extra', wrong, 'unnamed'].map(
        (name) => `${name} misconfigured`
      )
      assert.deepEqual(states.sort(), [...expected, `${good} running`].sort())
      assert.match(lab.statusOf(host, twice)?.reason ?? '', /is used 2 times/)
      assert.match(
        lab.statusOf(host, 'no-such')?.reason ?? '',
        /the kind unknown does not exist; available kinds: .*list/
      )
      assert.match(lab.statusOf(host, 'extra')?.reason ?? '', /\/every/)
      assert.equal(lab.lines.filter(({ msg }) => msg.startsWith('connectors do not run')).length, 1)
    })

    it('pauses and resumes an instance within two seconds of the wish', async (t) => {
      const lab = await openHostLab(t, engines)
      const name = newInstanceName()
      const host = await lab.start([lab.instance(name)])
      await until(() => lab.statusOf(host, name)?.state === 'running', limitMs)
      await lab.act('pause', name, { reason: 'maintenance' })
      await until(() => lab.statusOf(host, name)?.state === 'paused', 2000)
      const { reason, by } = lab.statusOf(host, name) ?? {}
      assert.deepEqual([reason, by], ['maintenance', '/bus/systems/operator'])
      const polls = outsideOf(name).cursors.length
      outsideOf(name).items.push(itemOf('1'))
      await lab.act('resume', name)
      await until(async () => (await lab.published()).length === 1, 5000)
      assert.ok(outsideOf(name).cursors.length <= polls + 10)
    })

    it('stores what it receives without a session, says what became of each item, and publishes it', async (t) => {
      const lab = await openHostLab(t, engines)
      const name = newInstanceName()
      outsideOf(name).isAway = true
      const receiver = await lab.receiver([lab.instance(name)])
      const items = [itemOf('1'), itemOf('1'), itemOf('2', { recipients: ['000.00.99.H99'] })]
      const send = () =>
        receiver.receive(name, new Request('http://x/', { method: 'POST', body: JSON.stringify(items) }))
      assert.deepEqual(await (await send()).json(), ['stored', 'repeated', 'BUS_NOT_PERMITTED'])
      // What is quarantined is no success when it is sent again.
      const again = ['repeated', 'repeated', 'BUS_NOT_PERMITTED']
      assert.deepEqual(await (await send()).json(), again)
      assert.deepEqual(await lab.published(), [])
      await lab.start([lab.instance(name)])
      await until(async () => (await lab.published()).length === 1, limitMs)
      assert.deepEqual(await (await send()).json(), again)
      await lab.act('pause', name)
      await until(async () => (await send().catch(({ code }) => code)) === 'BUS_CONNECTOR_PAUSED', 5000)
      await assert.rejects(receiver.receive('unknown', new Request('http://x/')), { code: 'BUS_NOT_FOUND' })
    })

    it('stores a large request in parts, while others are served', async (t) => {
      const lab = await openHostLab(t, engines)
      const name = newInstanceName()
      const receiver = await lab.receiver([lab.instance(name)])
      const items = Array.from({ length: 1000 }, (_, index) => itemOf(`${index}`))
      let isAnswered = false
      const answered = receiver
        .receive(name, new Request('http://x/', { method: 'POST', body: JSON.stringify(items) }))
        .finally(() => (isAnswered = true))
      const seen: number[] = []
      for (; !isAnswered; await pause(1)) seen.push(await lab.references(name))
      assert.deepEqual(new Set((await (await answered).json()) as string[]), new Set(['stored']))
      assert.ok(
        seen.some((count) => count > 0 && count < items.length),
        `seen meanwhile: ${seen.join(', ')}`
      )
      assert.equal(await lab.references(name), items.length)
    })

    it('carries references, cursor and marks to a renamed instance', async (t) => {
      const lab = await openHostLab(t, engines)
      const [former, name] = [newInstanceName(), newInstanceName()]
      outsideOf(former).items.push({ ...itemOf('1'), marks: { seen: '1' } })
      const first = await lab.start([lab.instance(former)])
      await until(async () => (await lab.published()).length === 1, limitMs)
      await first.close()
      outsideOf(name).items.push(itemOf('0'), itemOf('1'), itemOf('2'))
      await lab.start([lab.instance(name, { formerNames: [former] })])
      await until(async () => subjects(await lab.published()).includes('2'), limitMs)
      assert.deepEqual(subjects(await lab.published()).sort(), ['1', '2'])
      assert.equal(outsideOf(name).cursors[0], '1')
      assert.equal(await createMarkReader(lab.core.store, name)('seen'), '1')
    })

    it('keeps the attachments of an item until its event is published', async (t) => {
      const lab = await openHostLab(t, engines)
      const name = newInstanceName()
      const receiver = await lab.receiver([lab.instance(name)])
      const bytes = Buffer.from('kept')
      const uploader = { agency: codes.A, system: systemOf('A') }
      const attachment = await storeAttachment(
        lab.core.attachments,
        uploader,
        { name: 'a.txt', mediaType: 'text/plain', bytes },
        new AbortController().signal
      )
      const item = itemOf('1')
      const data = { ...item.event.data, attachments: [attachment as unknown as JsonObject] }
      const body = JSON.stringify([{ ...item, event: { ...item.event, data } }])
      await receiver.receive(name, new Request('http://x/', { method: 'POST', body }))
      const holds = () =>
        lab.core.store
          .reader<{ attachmentHolds: { sha256: string } }>()
          .selectFrom('attachmentHolds')
          .select('sha256')
          .execute()
      assert.deepEqual(
        [...(await holds())].map(({ sha256 }) => sha256),
        [attachment.sha256]
      )
      await lab.start([lab.instance(name)])
      await until(async () => (await lab.published()).length === 1, limitMs)
      await until(async () => (await holds()).length === 0, limitMs)
    })

    it('keeps a report whose delivery it does not know, and forgets it once that is clear', async (t) => {
      const lab = await openHostLab(t, engines)
      const name = newInstanceName()
      const outside = outsideOf(name)
      outside.items.push(
        { reference: 'report', settles: { event: 'f'.repeat(64), as: 'done' } },
        { ...itemOf('1'), settles: { event: 'e'.repeat(64), as: 'not-done' } }
      )
      await lab.start([lab.instance(name)])
      await until(async () => (await lab.published()).length === 1, limitMs)
      await until(async () => (await lab.items()).length === 2, limitMs)
      assert.deepEqual(
        (await lab.items()).map(({ reference, state }) => [reference, state]),
        [
          ['report', 'to-settle'],
          ['1', 'to-settle']
        ]
      )
    })

    it('runs an instance in one process at a time, and in another one soon after the first has ended', async (t) => {
      const lab = await openHostLab(t, engines)
      if (!lab.core.areShared) return // One process has the data folder to itself.
      const name = newInstanceName()
      const first = await lab.start([lab.instance(name)])
      await until(() => lab.statusOf(first, name)?.state === 'running', limitMs)
      const second = await lab.start([lab.instance(name)])
      outsideOf(name).items.push(itemOf('1'))
      await until(async () => (await lab.published()).length === 1, limitMs)
      assert.equal(second.find(name), undefined)
      await first.close()
      outsideOf(name).items.push(itemOf('2'))
      await until(async () => (await lab.published()).length === 2, limitMs)
      assert.equal(lab.statusOf(second, name)?.state, 'running')
    })

    it('pauses every instance after a restore, until somebody resumes it', async (t) => {
      const lab = await openHostLab(t, engines)
      const name = newInstanceName()
      const before = await lab.start([lab.instance(name)])
      await until(() => lab.statusOf(before, name)?.state === 'running', limitMs)
      await before.close()
      const restored = await lab.start([lab.instance(name)], { epoch: lab.parts.epoch + 1 })
      await until(() => lab.statusOf(restored, name)?.state === 'paused', limitMs)
      assert.match(lab.statusOf(restored, name)?.reason ?? '', /^restored/)
      outsideOf(name).items.push(itemOf('1'))
      await lab.act('resume', name)
      await until(async () => (await lab.published()).length === 1, limitMs)
      await restored.close()
      const again = await lab.start([lab.instance(name)], { epoch: lab.parts.epoch + 1 })
      await until(() => lab.statusOf(again, name)?.state === 'running', limitMs)
    })

    publishesEachItem(2000, engines)

    it('is not given another system, nor removed unnoticed, while something of it is open', async (t) => {
      const lab = await openHostLab(t, engines)
      const name = newInstanceName()
      const receiver = await lab.receiver([lab.instance(name)])
      const body = JSON.stringify([itemOf('1')])
      await receiver.receive(name, new Request('http://x/', { method: 'POST', body }))
      const without = await lab.start([])
      await until(() => lab.statusOf(without, name)?.state === 'misconfigured', limitMs)
      assert.match(lab.statusOf(without, name)?.reason ?? '', /removed from the settings while 1 /)
      await without.close()
      const other = await lab.start([lab.instance(name, { system: systemOf('B') })])
      await until(() => lab.statusOf(other, name)?.state === 'misconfigured', limitMs)
      assert.match(lab.statusOf(other, name)?.reason ?? '', /was changed from/)
      assert.deepEqual(await lab.published(), [])
      await other.close()
      const right = await lab.start([lab.instance(name)])
      await until(async () => (await lab.published()).length === 1, limitMs)
      await until(async () => (await lab.items()).length === 0, limitMs)
      await right.close()
      const changed = await lab.start([lab.instance(name, { system: systemOf('B') })])
      await until(() => ['running', 'paused'].includes(lab.statusOf(changed, name)?.state ?? ''), limitMs)
    })

    it('is misconfigured in a process whose settings differ from those of the one that runs it', async (t) => {
      const lab = await openHostLab(t, engines)
      if (!lab.core.areShared) return // One process has the data folder to itself.
      const name = newInstanceName()
      const first = await lab.start([lab.instance(name)])
      await until(() => lab.statusOf(first, name)?.state === 'running', limitMs)
      const same = await lab.start([lab.instance(name)])
      const other = await lab.start([lab.instance(name, { maxInFlight: 2 })])
      await until(() => lab.statusOf(other, name)?.state === 'misconfigured', limitMs)
      assert.match(lab.statusOf(other, name)?.reason ?? '', /with other settings/)
      assert.equal(lab.statusOf(same, name), undefined)
    })
  })
}
