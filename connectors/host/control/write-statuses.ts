import { randomUUID } from 'node:crypto'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store, Tables } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { CheckedInstance } from '../check-instances.ts'
import type { InstanceStatus } from '../instance-status.ts'
import { shownTexts } from '../shown-reason.ts'
import type { ConnectorControlTables } from './control-tables.ts'

/** Statuses are confirmed this often, so that one whose process has died is seen to be old. */
const confirmMs = 20_000
/** A process that has not confirmed for this long is gone. */
const goneMs = 60_000

type Row = ConnectorControlTables['connectorStatuses']

export interface StatusWriter {
  /** Writes the statuses that have changed since the last call, or all if they are due to be confirmed. */
  write(statuses: readonly InstanceStatus[]): Promise<void>
  /** Removes the statuses of instances that are no longer configured, and fails acts on them that are not done. */
  forget(names: readonly string[]): Promise<void>
  /** The same for all that no process has confirmed for a minute, but these. */
  forgetLost(known: ReadonlySet<string>): Promise<void>
  /** Whether the status that others see of an instance is the one of this process. */
  isSeen(instance: string): boolean
}

export interface StatusWriterOptions {
  readonly store: Store
  readonly instances: () => readonly CheckedInstance[]
  /** Whether this process runs an instance. Of others it tells only what no other process does. */
  readonly isHeld: (instance: string) => boolean
  readonly now: () => number
}

export function createStatusWriter({ store, instances, isHeld, now }: StatusWriterOptions): StatusWriter {
  const owner = randomUUID()
  const seen = new Set<string>()
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
      confirmedAt: at,
      owner
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
      if (rows.length > 0) {
        const own = rows.filter(({ instance }) => isHeld(instance))
        const others = rows.filter(({ instance }) => !isHeld(instance))
        const taken = await store.transaction(async (transaction) => [
          ...(await upsert(transaction.tables(), own)),
          ...(await upsert(transaction.tables(), others, { owner, before: at - goneMs }))
        ])
        for (const { instance } of rows) seen.delete(instance)
        for (const { instance } of taken) seen.add(instance)
      }
      written = next
      if (isDue) confirmedAt = at
    },

    forget: (names) =>
      store.transaction((transaction) => forgetIn(transaction.tables(), names, now(), () => true)),
    async forgetLost(known) {
      const before = now() - goneMs
      const isLost = ({ instance, confirmedAt }: Pick<Row, 'instance' | 'confirmedAt'>): boolean =>
        confirmedAt < before && !known.has(instance)
      const rows = await store
        .reader<ConnectorControlTables>()
        .selectFrom('connectorStatuses')
        .select(['instance', 'confirmedAt'])
        .execute()
      const lost = rows.filter(isLost).map(({ instance }) => instance)
      if (lost.length === 0) return
      await store.transaction((transaction) => forgetIn(transaction.tables(), lost, now(), isLost))
    },
    isSeen: (instance) => seen.has(instance)
  }
}

/** Removes the statuses of those that still are as the condition says: a process may have taken one up meanwhile. */
async function forgetIn(
  db: Tables<ConnectorControlTables>,
  names: readonly string[],
  at: number,
  isSo: (row: Pick<Row, 'instance' | 'confirmedAt'>) => boolean
): Promise<void> {
  for (const connector of names) {
    const row = await db
      .selectFrom('connectorStatuses')
      .select(['instance', 'confirmedAt'])
      .where('instance', '=', connector)
      .executeTakeFirst()
    if (!row || !isSo(row)) continue
    await db.deleteFrom('connectorStatuses').where('instance', '=', connector).execute()
    const removed = new BusError('BUS_ACT_CONFLICT', 'connector-removed', { values: { connector } })
    await db
      .updateTable('connectorActs')
      .set({ doneAt: at, problem: JSON.stringify(shownTexts(removed)) })
      .where('instance', '=', connector)
      .where('doneAt', 'is', null)
      .execute()
  }
}

/** Returns those written. With `unless`, only those are that this owner wrote or nobody has confirmed since. */
async function upsert(
  db: Tables<ConnectorControlTables>,
  rows: readonly Row[],
  unless?: { readonly owner: string; readonly before: number }
): Promise<readonly Pick<Row, 'instance'>[]> {
  return inChunks(rows, (some) =>
    db
      .insertInto('connectorStatuses')
      .values(some)
      .onConflict((on) => {
        const update = on.column('instance').doUpdateSet((e) => ({
          kind: e.ref('excluded.kind'),
          // Whoever cannot read its settings does not know these, and its agency must go on seeing it.
          system: e.fn.coalesce('excluded.system', 'connectorStatuses.system'),
          agency: e.fn.coalesce('excluded.agency', 'connectorStatuses.agency'),
          state: e.ref('excluded.state'),
          since: e.ref('excluded.since'),
          reason: e.ref('excluded.reason'),
          pausedBy: e.ref('excluded.pausedBy'),
          nextTry: e.ref('excluded.nextTry'),
          confirmedAt: e.ref('excluded.confirmedAt'),
          owner: e.ref('excluded.owner')
        }))
        if (!unless) return update
        return update.where((e) =>
          e.or([
            e('connectorStatuses.owner', '=', unless.owner),
            e('connectorStatuses.confirmedAt', '<', unless.before)
          ])
        )
      })
      .returning('instance')
      .execute()
  )
}
