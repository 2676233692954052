import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { InboxTables } from '#consumers/inbox/inbox-tables.ts'
import { createUnread } from '#consumers/inbox/unread.ts'
import { openInboxes } from '../../helpers/inboxes.ts'
import { describeOnEveryStore } from '../../helpers/stores.ts'

describeOnEveryStore('what an agency was not given', (open) => {
  it('is found behind what is withheld from it and more that it was given than is counted', async (t) => {
    const { store, project, recipientStatuses } = await openInboxes(open, t)
    const events = await project(...Array.from({ length: 700 }, () => ({ from: 'A', to: ['B'] })))
    const numbers = events.map(({ number }) => number)
    const reader = { agency: 'B', system: '/agencies/B/systems/qlvb' }
    await recipientStatuses.markDelivered(reader, numbers.slice(1, 697))
    await store.transaction((transaction) =>
      transaction
        .tables<InboxTables>()
        .updateTable('inboxEntries')
        .set({ agreement: '/agreements/a' })
        .where('event', '=', numbers[0] ?? 0)
        .execute()
    )
    const unread = createUnread({ store, recipientStatuses, stands: ({ agreement }) => agreement === null })
    const ask = () => unread('B', { max: 100, turn: () => undefined })
    for (const time of ['first', 'second']) {
      const { count, isMore, oldest } = await ask()
      assert.deepEqual([count, isMore, oldest?.event], [3, false, numbers[697]], time)
    }
    await recipientStatuses.markDelivered(reader, numbers.slice(698))
    assert.equal((await ask()).count, 1)
  })
})
