import { createRecentKeys } from '#bus/archive/recent-keys.ts'
import { appendGroup, type Group } from '#bus/archive-log/append-group.ts'
import { enterEvents, type SentToEnter } from '#consumers/inbox/enter-events.ts'
import { runStoreWriter } from '#engines/store/sqlite/run-store-writer.ts'

const options = { enter: enterEvents, find: createRecentKeys() }

runStoreWriter((transaction, group: Group<SentToEnter>) => appendGroup(transaction, group, options))
