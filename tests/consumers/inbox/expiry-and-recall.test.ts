import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { appendEvents } from '#bus/archive/append-events.ts'
import { createArchive } from '#bus/archive/archive.ts'
import { archiveTables } from '#bus/archive/archive-tables.ts'
import { recipientStatusTables } from '#bus/recipients/recipient-status-tables.ts'
import { createRecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { InboxPage } from '#client/inbox.ts'
import { createSigner } from '#client/signer.ts'
import { beginApplyingToInboxes } from '#consumers/inbox/apply.ts'
import { createExpiryAndRecall } from '#consumers/inbox/expiry-and-recall.ts'
import { inboxTables } from '#consumers/inbox/inbox-tables.ts'
import type { ProjectedEvent } from '#consumers/projector/projected-event.ts'
import { openSqliteStore } from '#engines/store/sqlite/sqlite-store.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import { enterAll } from '../../helpers/enter-all.ts'
import { projectedEvent } from '../../helpers/projected-event.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { codes, type Letter, startTestBus, systemOf, type TestBus } from '../../helpers/test-bus.ts'
import { until } from '../../helpers/until.ts'

const soon = (ms: number): string => new Date(Date.now() + ms).toISOString()
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function subjectsOf({ events }: InboxPage): readonly string[] {
  return events.map(({ event }) => event.subject)
}

async function statesOf(bus: TestBus, event: BusEvent): Promise<Record<string, string>> {
  const query = new URLSearchParams({ source: event.source, id: event.id })
  const { deliveries } = await bus.clients.A.get<{
    deliveries: readonly { readonly agency: string; readonly state: string }[]
  }>(`/v1/events?${query}`)
  return Object.fromEntries(deliveries.map(({ agency, state }) => [agency, state]))
}

function recallOf(bus: TestBus, subject: string, recipients: string): BusEvent {
  return bus.document(
    { type: 'document.recalled.v1', subject, recipients },
    {
      affectedDocumentId: subject,
      responseFor: [{ organId: codes.A, code: '15/SMA-VP', documentId: subject }]
    }
  )
}

describe('events that expire', () => {
  it('are not delivered after their time; the sender sees that they expired', async (t) => {
    const bus = await startTestBus(t)
    const short = bus.document({ subject: 'short', expirytime: soon(1500) })
    await bus.clients.A.publish(short, bus.document({ subject: 'lasting', expirytime: soon(3_600_000) }))
    await until(async () => codes.B in (await statesOf(bus, short)), 10_000)
    await pause(1600)
    const page = await bus.clients.B.page()
    assert.deepEqual(subjectsOf(page), ['lasting'])
    assert.deepEqual(await statesOf(bus, short), { [codes.B]: 'expired' })
    await bus.clients.B.page({ after: page.next })
    assert.deepEqual(await statesOf(bus, short), { [codes.B]: 'expired' }, 'it was not on that page')
  })

  it('stay where they were delivered in time, whether the page was confirmed or not', async (t) => {
    const bus = await startTestBus(t)
    const expirytime = soon(6000)
    const confirmed = bus.document({ subject: 'confirmed', expirytime })
    const given = bus.document({ subject: 'given', expirytime })
    await bus.clients.A.publish(confirmed)
    const first = await bus.clients.B.page({ waitSeconds: 5 })
    await bus.clients.A.publish(given)
    const second = await bus.clients.B.page({ after: first.next, waitSeconds: 5 })
    assert.deepEqual(subjectsOf(second), ['given'])
    await until(async () => (await statesOf(bus, given))[codes.B] === 'delivered', 10_000)
    await until(() => Date.now() > Date.parse(expirytime), 10_000)
    assert.deepEqual(subjectsOf(await bus.clients.B.page()), ['confirmed', 'given'])
    assert.deepEqual(await statesOf(bus, confirmed), { [codes.B]: 'delivered' })
    assert.deepEqual(await statesOf(bus, given), { [codes.B]: 'delivered' })
  })

  it('cannot be acknowledged by who was not given them, from the moment they expire', async (t) => {
    const bus = await startTestBus(t)
    const short = bus.document({ expirytime: soon(1000) })
    await bus.clients.A.publish(short)
    await until(async () => codes.B in (await statesOf(bus, short)), 10_000)
    const { source, id } = short
    await pause(Date.parse(String(short.expirytime)) - Date.now() + 1)
    await assert.rejects(
      bus.clients.B.acknowledge({ source, id, state: 'accepted' }),
      /^GatewayError: BUS_STATE_CONFLICT/
    )
    assert.deepEqual(await statesOf(bus, short), { [codes.B]: 'expired' })
  })

  it('expire by the hundreds without stopping a reader short of what stands after them', async (t) => {
    const bus = await startTestBus(t)
    const expirytime = soon(1000)
    for (let batch = 0; batch < 2; batch += 1) {
      await bus.clients.A.publish(...Array.from({ length: 60 }, () => bus.document({ expirytime })))
    }
    await bus.clients.A.publish(bus.document({ subject: 'lasting' }))
    await pause(1100)
    assert.deepEqual(subjectsOf(await bus.clients.B.page({ limit: 20, waitSeconds: 5 })), ['lasting'])
  })
})

/** Events with an attachment each, and how a reader finds them. */
async function listing(bus: TestBus, changes: Partial<BusEvent>) {
  const attachment = await bus.clients.A.attach('a.txt', 'text/plain', Buffer.from(String(changes.subject)))
  const event = bus.document(changes, { attachments: [{ ...attachment }] })
  const [published] = await bus.clients.A.publish(event)
  const names = new URLSearchParams({ source: event.source, id: event.id })
  const paths = [
    `/v1/events/${published?.hash}`,
    `/v1/events?${names}`,
    `/v1/attachments/${attachment.sha256}`
  ]
  const statusesFor = (letter: Letter, method = 'GET'): Promise<readonly number[]> =>
    Promise.all(paths.map((path) => statusOf(bus, letter, path, method)))
  return { event, statusesFor }
}

async function statusOf(bus: TestBus, letter: Letter, path: string, method: string): Promise<number> {
  const key = bus.keys[letter].privateJwk
  const signer = await createSigner({ system: systemOf(letter), key, audience: bus.url })
  const headers = { authorization: `Bearer ${await signer.plain()}` }
  return (await fetch(bus.url + path, { method, headers })).status
}

describe('what ended before it was delivered', () => {
  it('is read by its recipient by no name, nor its attachment; its publisher reads it with what became of it', async (t) => {
    const bus = await startTestBus(t)
    const expired = await listing(bus, { subject: 'expired', expirytime: soon(1000) })
    const recalled = await listing(bus, { subject: 'recalled' })
    await bus.clients.A.publish(recallOf(bus, 'recalled', codes.B))
    await until(async () => (await statesOf(bus, recalled.event))[codes.B] === 'recalled', 10_000)
    await pause(1100)
    for (const ended of [expired, recalled]) {
      assert.deepEqual(await ended.statusesFor('B'), [404, 404, 404])
      assert.deepEqual(await ended.statusesFor('B', 'HEAD'), [404, 404, 404])
      assert.deepEqual(await ended.statusesFor('A'), [200, 200, 200])
    }
    assert.deepEqual(await statesOf(bus, expired.event), { [codes.B]: 'expired' }, 'though no page was read')
    assert.deepEqual(await statesOf(bus, recalled.event), { [codes.B]: 'recalled' })
    const { attachments } = recalled.event.data
    const forwarded = bus.document({ source: systemOf('B'), recipients: codes.C }, { attachments })
    await assert.rejects(bus.clients.B.publish(forwarded), /BUS_ATTACHMENT_MISSING/)
  })

  it('stays readable where it was delivered before, or was being read in that moment', async (t) => {
    const bus = await startTestBus(t)
    const read = await listing(bus, { subject: 'read' })
    await bus.clients.B.page({ waitSeconds: 5 })
    await until(async () => (await statesOf(bus, read.event))[codes.B] === 'delivered', 10_000)
    await bus.clients.A.publish(recallOf(bus, 'read', codes.B))
    await until(async () => (await bus.clients.B.page()).events.length === 2, 10_000)
    assert.deepEqual(await read.statusesFor('B'), [200, 200, 200])
    assert.deepEqual(await statesOf(bus, read.event), { [codes.B]: 'delivered' })
  })
})

describe('a recall', () => {
  it('of a document that was sent thousands of times stops nothing', async (t) => {
    const parts = [archiveTables, inboxTables, recipientStatusTables]
    const store = openSqliteStore({ folder: temporaryFolder(t), parts, onFatal: assert.ifError })
    t.after(() => store.close())
    const archive = createArchive(store)
    const recipientStatuses = createRecipientStatuses({ store, now: Date.now })
    const expiryAndRecall = createExpiryAndRecall({ store, archive, recipientStatuses, settledNow: Date.now })
    const to = { type: 'document.issued.v1', from: systemOf('A'), subject: 'often', agency: codes.B }
    const sent = Array.from({ length: 5000 }, (_, index) => projectedEvent(index + 1, to))
    const recall = projectedEvent(sent.length + 1, { ...to, type: 'document.recalled.v1' })
    await store.transaction(async (transaction) => {
      await appendEvents(transaction, [...sent, recall])
      const apply = await beginApplyingToInboxes(transaction, [codes.B])
      await apply([...sent, recall])
    })
    await enterAll(store)
    while (await expiryAndRecall.recallSome());
    for (const { number } of [sent[0], sent.at(-1)] as readonly ProjectedEvent[]) {
      assert.deepEqual(
        (await recipientStatuses.ofEvent(number)).map(({ state }) => state),
        ['recalled']
      )
    }
    assert.deepEqual(await recipientStatuses.ofEvent(recall.number), [])
  })

  it('ends what was not delivered, with the recipients it names; the others and what was delivered stay', async (t) => {
    const bus = await startTestBus(t)
    const recipients = `${codes.B},${codes.C}`
    const kept = bus.document({ subject: 'kept', recipients })
    await bus.clients.A.publish(kept)
    const page = await bus.clients.B.page({ waitSeconds: 5 })
    await bus.clients.B.page({ after: page.next })
    const taken = bus.document({ subject: 'taken', recipients })
    await bus.clients.A.publish(taken)
    await bus.clients.A.publish(recallOf(bus, 'kept', codes.B), recallOf(bus, 'taken', codes.B))
    await until(async () => (await statesOf(bus, taken))[codes.B] === 'recalled', 10_000)
    const after = await bus.clients.B.page({ after: page.next, waitSeconds: 5 })
    assert.deepEqual(
      after.events.map(({ event }) => [event.type, event.subject]),
      [
        ['document.recalled.v1', 'kept'],
        ['document.recalled.v1', 'taken']
      ]
    )
    assert.deepEqual(await statesOf(bus, kept), { [codes.B]: 'delivered', [codes.C]: 'pending' })
    assert.deepEqual(await statesOf(bus, taken), { [codes.B]: 'recalled', [codes.C]: 'pending' })
    assert.deepEqual(subjectsOf(await bus.clients.C.page()), ['kept', 'taken'])
    await assert.rejects(
      bus.clients.B.acknowledge({ source: taken.source, id: taken.id, state: 'accepted' }),
      /^GatewayError: BUS_STATE_CONFLICT/
    )
  })

  it('takes back nothing of another agency, and nothing issued after it', async (t) => {
    const bus = await startTestBus(t)
    const foreign = bus.document({
      source: `/agencies/${codes.B}/systems/qlvb`,
      subject: 'same',
      recipients: codes.C
    })
    await bus.clients.B.publish(foreign)
    await bus.clients.A.publish(recallOf(bus, 'same', codes.C))
    await bus.clients.A.publish(bus.document({ subject: 'same', recipients: codes.C }))
    await until(async () => (await bus.clients.C.page()).events.length === 3, 10_000)
    const { events } = await bus.clients.C.page()
    assert.deepEqual(
      events.map(({ event }) => event.type),
      ['document.issued.v1', 'document.recalled.v1', 'document.issued.v1']
    )
  })
})
