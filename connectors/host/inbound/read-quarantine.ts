import type { Store } from '#engines/store/store.ts'
import type { ConnectorTables } from '../connector-tables.ts'
import type { ConnectorControlTables } from '../control/control-tables.ts'

/** A quarantined item, as people see it. Its content is the outside's and is not shown. */
export interface ShownQuarantined {
  readonly item: number
  readonly connector: string
  /** What the outside calls it. */
  readonly reference: string
  readonly code: string
  /** By language. */
  readonly reason: Readonly<Record<'vi' | 'en', string>>
  readonly since: string
  /** Whether its content is still kept, so that it can be read again. */
  readonly isKept: boolean
}

export interface QuarantineFilter {
  readonly connector?: string
  /** Of instances of this agency. */
  readonly agency?: string
}

export interface QuarantineReads {
  /** Oldest first. `after` is the `next` of the page before. */
  list(
    filter: QuarantineFilter,
    page: { readonly after?: number; readonly limit: number }
  ): Promise<{ readonly items: readonly ShownQuarantined[]; readonly next?: number }>
  find(item: number, filter: QuarantineFilter): Promise<ShownQuarantined | undefined>
}

export function createQuarantineReads(store: Store): QuarantineReads {
  const quarantined = ({ connector, agency }: QuarantineFilter) => {
    const all = store
      .reader<ConnectorTables & ConnectorControlTables>()
      .selectFrom('connectorItems')
      .leftJoin('connectorStatuses', 'connectorStatuses.instance', 'connectorItems.instance')
      .select(['number', 'connectorItems.instance', 'reference', 'fault', 'storedAt'])
      .select((e) => e.or([e('event', 'is not', null), e('raw', 'is not', null)]).as('isKept'))
      .where('connectorItems.state', '=', 'quarantined')
    const named = connector === undefined ? all : all.where('connectorItems.instance', '=', connector)
    return agency === undefined ? named : named.where('connectorStatuses.agency', '=', agency)
  }
  type Row = Awaited<ReturnType<ReturnType<typeof quarantined>['execute']>>[number]

  const show = ({ number, instance, reference, fault, storedAt, isKept }: Row): ShownQuarantined => {
    const { code, vi, en } = JSON.parse(fault ?? '{}') as Record<'code' | 'vi' | 'en', string>
    return {
      ...{ item: number, connector: instance, reference, code, reason: { vi, en } },
      since: new Date(storedAt).toISOString(),
      isKept: Boolean(isKept)
    }
  }

  return {
    async list(filter, { after = 0, limit }) {
      const rows = await quarantined(filter)
        .where('number', '>', after)
        .orderBy('number')
        .limit(limit + 1)
        .execute()
      const items = rows.slice(0, limit).map(show)
      const last = items.at(-1)
      return { items, ...(rows.length > limit && last ? { next: last.item } : {}) }
    },

    async find(item, filter) {
      const row = await quarantined(filter).where('number', '=', item).executeTakeFirst()
      return row && show(row)
    }
  }
}
