import { type ActRecord, type ActSource, evidenceIn } from '#bus/control/act-records.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import { agencyOf } from '#protocol/events/event.ts'
import type { DeliveryTables } from './delivery-tables.ts'

type Row = DeliveryTables['deliveryActs']

/** What people did to deliveries, for people who search it. */
export function createDeliveryActRecords(store: Store): ActSource {
  const reader = () => store.reader<DeliveryTables>()
  const rows = () => reader().selectFrom('deliveryActs').selectAll()

  const show = async (shown: readonly Row[]): Promise<readonly ActRecord[]> => {
    const names = [...new Set(shown.map(({ instance }) => instance))]
    const instances = await inChunks(names, (some) =>
      reader()
        .selectFrom('deliveryInstances')
        .select(['instance', 'agency'])
        .where('instance', 'in', some)
        .execute()
    )
    const agencies = new Map(instances.map(({ instance, agency }) => [instance, agency]))
    // An event that was given up long ago may have no delivery any more: its act is shown by its number.
    const hashes = new Map<string, string>()
    for (const [instance, own] of Map.groupBy(shown, (row) => row.instance)) {
      const events = own.map(({ event }) => event)
      const known = await inChunks(events, (some) =>
        reader()
          .selectFrom('deliveries')
          .select(['event', 'hash'])
          .where('instance', '=', instance)
          .where('event', 'in', some)
          .execute()
      )
      for (const { event, hash } of known) hashes.set(`${instance} ${event}`, hash)
    }
    return shown.map((row) =>
      toRecord(row, {
        owner: agencies.get(row.instance),
        event: hashes.get(`${row.instance} ${row.event}`) ?? String(row.event)
      })
    )
  }

  return {
    name: 'deliveries',

    async after(number, limit) {
      const some = await rows().where('number', '>', number).orderBy('number').limit(limit).execute()
      return { acts: await show(some), end: some.at(-1)?.number ?? number }
    },

    async of(numbers) {
      return show(await inChunks(numbers, (some) => rows().where('number', 'in', some).execute()))
    }
  }
}

interface Delivery {
  /** The agency that it is delivered to. */
  readonly owner: string | undefined
  readonly event: string
}

function toRecord(row: Row, { owner, event }: Delivery): ActRecord {
  const { number, instance, reason, system, token, at } = row
  const agency = agencyOf(system)
  const [act = '', as] = row.act.split(' as ')
  const why = reason === null ? {} : { reason }
  return {
    ...{ number, act, resource: `/deliveries/${instance}/${event}`, system, agency, at },
    ...(owner === undefined || owner === agency ? {} : { onBehalfOf: owner }),
    ...why,
    ...evidenceIn(token),
    agencies: owner === undefined || owner === agency ? [agency] : [agency, owner],
    body: { act, connector: instance, event, ...(as === undefined ? {} : { as }), ...why }
  }
}
