import { createRecentKeys } from '#bus/archive/recent-keys.ts'
import { type AppendWork, appendGroup } from '#bus/archive-log/append-group.ts'
import { type DeliverWork, deliver } from '#bus/recipients/deliver.ts'
import { type ExtendWork, extend } from '#consumers/flows/extend.ts'
import { enterEvents, type SentToEnter } from '#consumers/inbox/enter-events.ts'
import { runStoreWriter } from '#engines/store/sqlite/run-store-writer.ts'
import type { StoreTransaction } from '#engines/store/store.ts'

const { find, read } = createRecentKeys()
const options = { enter: enterEvents, find }

type Work = AppendWork<SentToEnter> | DeliverWork | ExtendWork

const perform = async (transaction: StoreTransaction, work: Work): Promise<unknown> => {
  if ('append' in work) return appendGroup(transaction, work.append, options)
  return 'deliver' in work ? deliver(transaction, work.deliver) : extend(transaction, work.extend)
}

runStoreWriter({ readAhead: (transaction) => read(transaction.tables()), perform })
