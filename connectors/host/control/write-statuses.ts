import { inChunks } from '#engines/store/chunks.ts'
import type { Store, Tables } from '#engines/store/store.ts'
import type { CheckedInstance } from '../check-instances.ts'
import type { InstanceStatus } from '../instance-status.ts'
import type { ConnectorControlTables } from './control-tables.ts'

/** Statuses are confirmed this often, so that one whose process has died is seen to be old. */
const confirmMs = 20_000

type Row = ConnectorControlTables['connectorStatuses']

export interface StatusWriter {
  /** Writes the statuses that have changed since the last call, or all if they are due to be confirmed. */
  write(statuses: readonly InstanceStatus[]): Promise<void>
  /** Removes the statuses of instances that are no longer configured. */
  forget(names: readonly string[]): Promise<void>
}

export function createStatusWriter(
  store: Store,
  instances: () => readonly CheckedInstance[],
  now: () => number
): StatusWriter {
  let written = new Map<string, string>()
  let confirmedAt = 0

  const rowOf = (status: InstanceStatus, known: ReadonlyMap<string, CheckedInstance>, at: number): Row => {
    const { name, kind, state, since, reason, by, nextTry } = status
    const { system, agency } = known.get(name) ?? {}
    return {
      instance: name,
      kind,
      system: system ?? null,
      agency: agency ?? null,
      state,
      since,
      reason: reason ?? null,
      pausedBy: by ?? null,
      nextTry: nextTry ?? null,
      confirmedAt: at
    }
  }

  return {
    async write(statuses) {
      const at = now()
      const next = new Map(statuses.map((status) => [status.name, JSON.stringify(status)]))
      const isDue = Math.abs(at - confirmedAt) >= confirmMs // The clock may have been set back.
      const changed = statuses.filter(({ name }) => isDue || next.get(name) !== written.get(name))
      const known = new Map(instances().map((one) => [one.name, one]))
      const rows = [...new Map(changed.map((status) => [status.name, rowOf(status, known, at)])).values()]
      if (rows.length > 0) await store.transaction((transaction) => upsert(transaction.tables(), rows))
      written = next
      if (isDue) confirmedAt = at
    },

    async forget(names) {
      await store.transaction(async (transaction) => {
        await inChunks(names, (some) =>
          transaction
            .tables<ConnectorControlTables>()
            .deleteFrom('connectorStatuses')
            .where('instance', 'in', some)
            .execute()
        )
      })
    }
  }
}

async function upsert(db: Tables<ConnectorControlTables>, rows: readonly Row[]): Promise<void> {
  await inChunks(rows, (some) =>
    db
      .insertInto('connectorStatuses')
      .values(some)
      .onConflict((on) =>
        on.column('instance').doUpdateSet((e) => ({
          kind: e.ref('excluded.kind'),
          system: e.ref('excluded.system'),
          agency: e.ref('excluded.agency'),
          state: e.ref('excluded.state'),
          since: e.ref('excluded.since'),
          reason: e.ref('excluded.reason'),
          pausedBy: e.ref('excluded.pausedBy'),
          nextTry: e.ref('excluded.nextTry'),
          confirmedAt: e.ref('excluded.confirmedAt')
        }))
      )
      .execute()
  )
}
