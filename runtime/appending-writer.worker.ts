import { appendGroup, type Group } from '#bus/archive-log/append-group.ts'
import { enterEvents, type NewProjectedEvent } from '#consumers/inbox/enter-events.ts'
import { runStoreWriter } from '#engines/store/sqlite/run-store-writer.ts'

runStoreWriter((transaction, group: Group<NewProjectedEvent>) => appendGroup(transaction, group, enterEvents))
