import { inChunks } from '#engines/store/chunks.ts'
import type { Store } from '#engines/store/store.ts'
import type { ConnectorTables } from '../connector-tables.ts'
import type { UnknownReferences } from '../inbound/unknown-references.ts'
import type { InstanceState } from '../instance-status.ts'
import type { DeliveryTables } from '../outbound/delivery-tables.ts'
import type { ConnectorControlTables } from './control-tables.ts'

/** An instance, as people see it. Times are RFC 3339. */
export interface ShownInstance {
  readonly name: string
  readonly kind: string
  readonly system?: string
  readonly agency?: string
  /** `lost`: no process has reported it for a minute. */
  readonly state: InstanceState | 'lost'
  readonly since: string
  readonly reason?: string
  readonly pausedBy?: string
  readonly nextTry?: string
  readonly cursor?: string
  /** The last poll that brought something: others write nothing. */
  readonly polled?: string
  /** When the oldest event that is not delivered was recorded. */
  readonly undeliveredSince?: string
  readonly counts: {
    /** Items stored and not published yet. */
    readonly toPublish: number
    readonly quarantined: number
    readonly waiting: number
    readonly dead: number
    readonly inDoubt: number
  }
  /** While it is paused: what the last check found outside that is not stored. Only of one instance. */
  readonly unknown?: UnknownReferences & { readonly at: string }
}

export interface InstanceReads {
  /** By name. `names`: only these. */
  list(filter: {
    readonly agency?: string
    readonly names?: readonly string[]
  }): Promise<readonly ShownInstance[]>
  find(name: string): Promise<ShownInstance | undefined>
}

/** A process that is alive confirms its instances three times in this. */
const lostMs = 60_000

type StatusRow = ConnectorControlTables['connectorStatuses']

export function createInstanceReads(store: Store, now: () => number): InstanceReads {
  const show = async (rows: readonly StatusRow[]): Promise<readonly ShownInstance[]> => {
    const names = rows.map(({ instance }) => instance)
    const positions = await inChunks(names, (some) =>
      store
        .reader<ConnectorTables>()
        .selectFrom('connectorInstances')
        .select(['instance', 'cursor', 'polledAt'])
        .where('instance', 'in', some)
        .execute()
    )
    const ofItems = await inChunks(names, (some) =>
      store
        .reader<ConnectorTables>()
        .selectFrom('connectorItems')
        .select(['instance', 'state'])
        .select((e) => e.fn.countAll().as('count'))
        .where('instance', 'in', some)
        .groupBy(['instance', 'state'])
        .execute()
    )
    const ofDeliveries = await inChunks(names, (some) =>
      store
        .reader<DeliveryTables>()
        .selectFrom('deliveries')
        .select(['instance', 'state'])
        .select((e) => [e.fn.countAll().as('count'), e.fn.min('recordedAt').as('oldest')])
        .where('instance', 'in', some)
        .where((e) => e('open', '=', e.lit(1)))
        .groupBy(['instance', 'state'])
        .execute()
    )
    const counts = new Map(
      [...ofItems, ...ofDeliveries].map(({ instance, state, count }) => [
        `${instance} ${state}`,
        Number(count)
      ])
    )
    const oldest = (name: string): number | undefined => {
      const own = ofDeliveries.filter(({ instance }) => instance === name)
      return own.length === 0 ? undefined : Math.min(...own.map((row) => Number(row.oldest)))
    }
    const byName = new Map(positions.map((position) => [position.instance, position]))
    return rows.map((row) => {
      const countOf = (state: string): number => counts.get(`${row.instance} ${state}`) ?? 0
      const { cursor = null, polledAt = null } = byName.get(row.instance) ?? {}
      const undelivered = oldest(row.instance)
      return {
        ...statusOf(row, now()),
        ...(cursor === null ? {} : { cursor: cursor.split('\n', 1)[0] ?? '' }),
        ...(polledAt === null ? {} : { polled: new Date(polledAt).toISOString() }),
        ...(undelivered === undefined ? {} : { undeliveredSince: new Date(undelivered).toISOString() }),
        counts: {
          toPublish: countOf('to-publish'),
          quarantined: countOf('quarantined'),
          waiting: countOf('waiting'),
          dead: countOf('dead'),
          inDoubt: countOf('in-doubt')
        }
      }
    })
  }

  const statuses = () =>
    store.reader<ConnectorControlTables>().selectFrom('connectorStatuses').selectAll().orderBy('instance')

  const lastUnknown = async (name: string): Promise<ShownInstance['unknown']> => {
    const row = await store
      .reader<ConnectorControlTables>()
      .selectFrom('connectorActs')
      .select(['doneAt', 'unknown'])
      .where('instance', '=', name)
      .where('act', '=', 'check')
      .where('unknown', 'is not', null)
      .orderBy('number', 'desc')
      .executeTakeFirst()
    if (!row) return undefined
    const found = JSON.parse(row.unknown ?? '') as UnknownReferences
    return { ...found, at: new Date(row.doneAt ?? 0).toISOString() }
  }

  return {
    async list({ agency, names }) {
      const rows = await (agency === undefined
        ? statuses()
        : statuses().where('agency', '=', agency)
      ).execute()
      const wanted = names && new Set(names)
      return show(wanted ? rows.filter(({ instance }) => wanted.has(instance)) : rows)
    },

    async find(name) {
      const [shown] = await show(await statuses().where('instance', '=', name).execute())
      if (shown?.state !== 'paused') return shown
      const unknown = await lastUnknown(name)
      return unknown ? { ...shown, unknown } : shown
    }
  }
}

function statusOf(row: StatusRow, now: number): Omit<ShownInstance, 'counts'> {
  const { instance, kind, system, agency, since, reason, pausedBy, nextTry, confirmedAt } = row
  const isLost = now - confirmedAt > lostMs
  const whose = { ...(system === null ? {} : { system }), ...(agency === null ? {} : { agency }) }
  if (isLost) {
    return { name: instance, kind, ...whose, state: 'lost', since: new Date(confirmedAt).toISOString() }
  }
  return {
    name: instance,
    kind,
    ...whose,
    state: row.state,
    since,
    ...(reason === null ? {} : { reason }),
    ...(pausedBy === null ? {} : { pausedBy }),
    ...(nextTry === null ? {} : { nextTry })
  }
}
