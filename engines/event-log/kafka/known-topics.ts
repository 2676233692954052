import type { Store, StoreTransaction } from '../../store/store.ts'
import type { ReservationTables } from './reservation-tables.ts'
import type { TopicIds } from './topic-ids.ts'

/** Ids of topics by their names, without the namespace. */
export type IdsOfTopics = ReadonlyMap<string, string>

/** The topics that the store's positions belong to. */
export async function knownTopics(store: Store): Promise<IdsOfTopics> {
  const rows = await store.reader<ReservationTables>().selectFrom('logTopics').selectAll().execute()
  return new Map(rows.map(({ topic, id }) => [topic, id]))
}

/** Ids that the topics have now; those that do not exist are left out. */
export async function idsOf(
  ids: Pick<TopicIds, 'ask'>,
  namespace: string,
  topics: readonly string[]
): Promise<IdsOfTopics> {
  const found = await ids.ask(topics.map((topic) => namespace + topic))
  return new Map([...found].map(([name, { id }]) => [name.slice(namespace.length), id]))
}

/** Records topics that the store does not know yet. */
export async function recordNewTopics(store: Store, ids: IdsOfTopics): Promise<void> {
  if (ids.size === 0) return
  const rows = [...ids].map(([topic, id]) => ({ topic, id }))
  const record = (transaction: StoreTransaction) =>
    transaction
      .tables<ReservationTables>()
      .insertInto('logTopics')
      .values(rows)
      .onConflict((on) => on.column('topic').doNothing())
      .execute()
  await store.transaction(record, { lane: 'log-ids' })
}

/** Lets the store belong to the topic that has this id now. Its positions in the earlier one must end with it. */
export async function replaceTopic(transaction: StoreTransaction, topic: string, id: string): Promise<void> {
  await transaction
    .tables<ReservationTables>()
    .updateTable('logTopics')
    .set({ id })
    .where('topic', '=', topic)
    .execute()
}
