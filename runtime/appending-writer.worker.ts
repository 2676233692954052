import { createRecentKeys } from '#bus/archive/recent-keys.ts'
import { type AppendWork, appendGroup } from '#bus/archive-log/append-group.ts'
import { type DeliverWork, deliver } from '#bus/recipients/deliver.ts'
import { enterEvents, type SentToEnter } from '#consumers/inbox/enter-events.ts'
import { runStoreWriter } from '#engines/store/sqlite/run-store-writer.ts'

const { find, read } = createRecentKeys()
const options = { enter: enterEvents, find }

runStoreWriter({
  readAhead: (transaction) => read(transaction.tables()),
  perform: async (transaction, work: AppendWork<SentToEnter> | DeliverWork): Promise<unknown> =>
    'append' in work ? appendGroup(transaction, work.append, options) : deliver(transaction, work.deliver)
})
