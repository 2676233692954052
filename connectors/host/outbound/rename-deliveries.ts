import type { StoreTransaction } from '#engines/store/store.ts'
import type { DeliveryTables } from './delivery-tables.ts'

/** Gives the deliveries of an instance to the one that it is called now. Does nothing if that one has delivered. */
export async function renameDeliveries(
  transaction: StoreTransaction,
  former: string,
  name: string
): Promise<void> {
  const db = transaction.tables<DeliveryTables>()
  const known = await db
    .selectFrom('deliveryInstances')
    .select('instance')
    .where('instance', '=', name)
    .executeTakeFirst()
  if (known) return
  for (const table of ['deliveryInstances', 'deliveries', 'deliveryLines', 'deliveryActs'] as const) {
    await db.updateTable(table).set({ instance: name }).where('instance', '=', former).execute()
  }
}
