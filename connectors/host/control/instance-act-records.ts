import { type ActRecord, type ActSource, evidenceIn } from '#bus/control/act-records.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import { agencyOf } from '#protocol/events/event.ts'
import type { ConnectorControlTables } from './control-tables.ts'

type Row = ConnectorControlTables['connectorActs']

/** What people did to connectors and to quarantined items, for people who search it. */
export function createInstanceActRecords(store: Store): ActSource {
  const rows = () => store.reader<ConnectorControlTables>().selectFrom('connectorActs').selectAll()

  const show = async (shown: readonly Row[]): Promise<readonly ActRecord[]> => {
    const names = [...new Set(shown.map(({ instance }) => instance))]
    const statuses = await inChunks(names, (some) =>
      store
        .reader<ConnectorControlTables>()
        .selectFrom('connectorStatuses')
        .select(['instance', 'agency'])
        .where('instance', 'in', some)
        .execute()
    )
    const agencies = new Map(statuses.map(({ instance, agency }) => [instance, agency ?? undefined]))
    return shown.map((row) => toRecord(row, agencies.get(row.instance)))
  }

  return {
    name: 'connectors',

    async after(number, limit) {
      const some = await rows().where('number', '>', number).orderBy('number').limit(limit).execute()
      return { acts: await show(some), end: some.at(-1)?.number ?? number }
    },

    async of(numbers) {
      return show(await inChunks(numbers, (some) => rows().where('number', 'in', some).execute()))
    }
  }
}

function toRecord(row: Row, owner: string | undefined): ActRecord {
  const { number, instance, act, reason, cursor, items, system, token, at, problem } = row
  const agency = agencyOf(system)
  const why = reason === null ? {} : { reason }
  return {
    ...{ number, act, resource: `/connectors/${instance}`, system, agency, at },
    ...(owner === undefined || owner === agency ? {} : { onBehalfOf: owner }),
    ...why,
    ...evidenceIn(token),
    agencies: owner === undefined || owner === agency ? [agency] : [agency, owner],
    body: {
      ...{ act, connector: instance, ...why },
      ...(act === 'reset' ? { cursor } : {}),
      ...(items === null ? {} : { items: JSON.parse(items) as number[] }),
      ...(problem === null ? {} : { problem: JSON.parse(problem) as Record<'vi' | 'en', string> })
    }
  }
}
