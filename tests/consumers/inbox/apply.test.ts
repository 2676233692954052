import assert from 'node:assert/strict'
import { it } from 'node:test'
import { appendEvents } from '#bus/archive/append-events.ts'
import { createArchive } from '#bus/archive/archive.ts'
import { archiveTables } from '#bus/archive/archive-tables.ts'
import { attachmentTables } from '#bus/attachments/attachment-tables.ts'
import { pinAttachments } from '#bus/attachments/pin-attachments.ts'
import { recipientStatusTables } from '#bus/recipients/recipient-status-tables.ts'
import { createRecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import { beginApplyingToInboxes } from '#consumers/inbox/apply.ts'
import { type InboxTables, inboxTables } from '#consumers/inbox/inbox-tables.ts'
import { slicesLeft } from '#consumers/inbox/news.ts'
import { enterSome } from '../../helpers/enter-all.ts'
import { projectedEvent } from '../../helpers/projected-event.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

/** Three values for each of these are more than PostgreSQL takes in one statement, and SQLite takes half as many. */
const many = 22_000

describeOnEveryStore('lists longer than any statement', (openStore) => {
  const event = projectedEvent(1, {
    type: 'document.issued.v1',
    from: '/agencies/000.00.91.H03/systems/qlvb',
    subject: 'circular',
    agency: 'A'
  })

  it('of agencies: a circular to all of a country is in every inbox, and the next one after it', async (t) => {
    const store = await openStore(t, [inboxTables])
    const agencies = Array.from({ length: many }, (_unused, at) => `A${at}`).sort()
    const grants = agencies.map((agency) => ({ agency, agreement: undefined }))
    for (const number of [1, 2]) {
      await store.transaction(async (transaction) => {
        const apply = await beginApplyingToInboxes(transaction, agencies)
        await apply([{ ...event, number, grants }])
      })
    }
    const news = new Set<string>()
    for (;;) {
      const slice = await enterSome(store)
      if (!slice) break
      for (const name of slice.news) news.add(name)
    }
    assert.ok(agencies.every((agency) => news.has(agency)))
    const { count } = await store
      .reader<InboxTables>()
      .selectFrom('inboxEntries')
      .select((e) => e.fn.countAll<number>().as('count'))
      .whereRef('number', '=', 'event')
      .executeTakeFirstOrThrow()
    assert.equal(Number(count), 2 * many)
  })

  it('of events: one agency answers, and asks for, as many as it likes', async (t) => {
    const store = await openStore(t, [archiveTables, recipientStatusTables])
    const archive = createArchive(store)
    const events = Array.from({ length: many }, (_unused, at) => ({
      ...event,
      number: at + 1,
      hash: `h${at}`
    }))
    await store.transaction((transaction) => appendEvents(transaction, events))
    const numbers = events.map(({ number }) => number)
    assert.equal((await archive.byNumbers(numbers)).size, many)
    const statuses = createRecipientStatuses({ store, now: Date.now })
    await statuses.markDelivered({ agency: 'A', system: '/agencies/A/systems/x' }, numbers)
    assert.equal((await statuses.given('A', numbers)).size, many)
  })

  it('of attachments: an event may list as many as a payload holds', async (t) => {
    const store = await openStore(t, [attachmentTables])
    const listed = Array.from({ length: many }, (_unused, at) => ({ sha256: `s${at}`, size: 1 }))
    await store.transaction((transaction) => pinAttachments(transaction, event, listed))
    await assert.doesNotReject(
      store.transaction((transaction) => pinAttachments(transaction, { ...event, number: 2 }, listed))
    )
  })
})

describeOnEveryStore('what is left to be done in slices', (openStore) => {
  const sent = { from: '/agencies/000.00.91.H03/systems/qlvb', subject: 'x', agency: '' }
  const event = projectedEvent(1, { ...sent, type: 'document.issued.v1' })
  const recall = projectedEvent(2, { ...sent, type: 'document.recalled.v1' })
  const grantsOf = (count: number) =>
    Array.from({ length: count }, (_unused, at) => ({ agency: `A${at}`, agreement: undefined }))

  for (const [name, events, isLeft] of [
    ['of an event with few recipients is nothing', [{ ...event, grants: grantsOf(2) }], false],
    ['of an event with many recipients is signalled', [{ ...event, grants: grantsOf(3000) }], true],
    ['of a recall is signalled', [{ ...recall, grants: grantsOf(1) }], true]
  ] as const) {
    it(name, async (t) => {
      const store = await openStore(t, [inboxTables])
      const agencies = grantsOf(3000).map(({ agency }) => agency)
      const news = await store.transaction(async (transaction) =>
        (await beginApplyingToInboxes(transaction, agencies.sort()))(events)
      )
      assert.equal(news.has(slicesLeft), isLeft)
    })
  }
})
