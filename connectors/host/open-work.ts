import type { Store, Tables } from '#engines/store/store.ts'
import type { CheckedInstances } from './check-instances.ts'
import type { ConnectorTables } from './connector-tables.ts'
import type { DeliveryTables } from './outbound/delivery-tables.ts'

type Both = ConnectorTables & DeliveryTables

/**
 * How many items and deliveries of an instance are not finished. A quarantined item is, once its content is no longer
 * kept: nothing can be done with it.
 */
export async function openWorkOf(db: Tables<Both>, instance: string): Promise<number> {
  const items = await db
    .selectFrom('connectorItems')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('instance', '=', instance)
    .where((e) =>
      e.or([
        e('state', '!=', 'quarantined'),
        ...(['event', 'answers', 'settles', 'raw', 'acknowledgeAt'] as const).map((one) =>
          e(one, 'is not', null)
        )
      ])
    )
    .executeTakeFirst()
  const deliveries = await db
    .selectFrom('deliveries')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('instance', '=', instance)
    .where((e) => e('open', '=', e.lit(1)))
    .executeTakeFirst()
  return Number(items?.count ?? 0) + Number(deliveries?.count ?? 0)
}

/** An instance that is no longer in the settings, though something of it is open. */
export interface RemovedInstance {
  readonly name: string
  readonly open: number
  /** The instance that has it as a former name, and was begun without it. */
  readonly successor: string | undefined
}

/** Instances that have run, run no more, and have not finished. A former name that is yet to be taken over is not told. */
export async function removedInstances(
  store: Store,
  instances: CheckedInstances
): Promise<readonly RemovedInstance[]> {
  const db = store.reader<Both>()
  const rows = await db.selectFrom('connectorInstances').select('instance').execute()
  const begun = new Set(rows.map(({ instance }) => instance))
  const current = currentNames(instances)
  const removed: RemovedInstance[] = []
  for (const name of begun) {
    if (current.has(name)) continue
    const successor = instances.valid.find(({ formerNames }) => formerNames.includes(name))?.name
    if (successor !== undefined && !begun.has(successor)) continue
    const open = await openWorkOf(db, name)
    if (open > 0) removed.push({ name, open, successor })
  }
  return removed
}

/** The names that instances have now. */
export function currentNames({ valid, misconfigured }: CheckedInstances): ReadonlySet<string> {
  return new Set([...valid, ...misconfigured].map(({ name }) => name))
}

/** What an operator is told of one. */
export function removedText({ open, successor }: RemovedInstance): string {
  const what = `${open} of its items and deliveries are open`
  return successor === undefined
    ? `removed from the settings while ${what}: add it again until they are finished, or add its new name with this one in formerNames`
    : `${successor} has this name in formerNames and was begun without it, while ${what}: take it out of formerNames and add it again until they are finished`
}
