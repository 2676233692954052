import type { Store, Tables } from '#engines/store/store.ts'
import type { ConnectorTables } from './connector-tables.ts'
import type { DeliveryTables } from './outbound/delivery-tables.ts'

type Both = ConnectorTables & DeliveryTables

/** How many items and deliveries of an instance are not finished. */
export async function openWorkOf(db: Tables<Both>, instance: string): Promise<number> {
  const items = await db
    .selectFrom('connectorItems')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('instance', '=', instance)
    .where((e) => e.or([e('state', '=', 'to-publish'), e('state', '=', 'to-settle')]))
    .executeTakeFirst()
  const deliveries = await db
    .selectFrom('deliveries')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('instance', '=', instance)
    .where('open', '=', 1)
    .executeTakeFirst()
  return Number(items?.count ?? 0) + Number(deliveries?.count ?? 0)
}

/** An instance that is no longer in the settings, though something of it is open. */
export interface RemovedInstance {
  readonly name: string
  readonly open: number
}

/** Instances that have run, are none of these, and have not finished. */
export async function removedInstances(
  store: Store,
  names: ReadonlySet<string>
): Promise<readonly RemovedInstance[]> {
  const db = store.reader<Both>()
  const rows = await db.selectFrom('connectorInstances').select('instance').execute()
  const removed: RemovedInstance[] = []
  for (const { instance: name } of rows) {
    if (names.has(name)) continue
    const open = await openWorkOf(db, name)
    if (open > 0) removed.push({ name, open })
  }
  return removed
}
