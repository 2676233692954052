import type { Store, StoreTransaction } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorTables } from './connector-tables.ts'

/** What an instance is to do, and who said so. */
export type DesiredState = Pick<
  ConnectorTables['connectorInstances'],
  'instance' | 'desired' | 'desiredBy' | 'desiredReason' | 'desiredAt'
>

/** Throws `BUS_CONTROL_STALE` unless an instance of the name is run, and by the rate group. */
export async function checkRunBy(
  transaction: StoreTransaction,
  name: string,
  rateGroup: string
): Promise<void> {
  const row = await transaction
    .tables<ConnectorTables>()
    .selectFrom('connectorInstances')
    .select('rateGroup')
    .where('instance', '=', name)
    .executeTakeFirst()
  if (row?.rateGroup === rateGroup) return
  throw new BusError('BUS_CONTROL_STALE', 'lease-lost', { values: { channel: name } })
}

/** Those that somebody paused. */
export function pausedInstances(store: Store): Promise<readonly DesiredState[]> {
  return store
    .reader<ConnectorTables>()
    .selectFrom('connectorInstances')
    .select(['instance', 'desired', 'desiredBy', 'desiredReason', 'desiredAt'])
    .where('desired', '=', 'paused')
    .execute()
}

/** Instances with events that are not in the log yet. */
export async function instancesToPublish(store: Store): Promise<readonly string[]> {
  const rows = await store
    .reader<ConnectorTables>()
    .selectFrom('connectorItems')
    .select('instance')
    .distinct()
    .where('state', '=', 'to-publish')
    .execute()
  return rows.map(({ instance }) => instance)
}
