import type { Signals } from '#engines/signals/signals.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store, StoreTransaction, Tables } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { personColumns } from '../acting-person.ts'
import type { ConnectorTables } from '../connector-tables.ts'
import { connectorsChanged } from '../host-parts.ts'
import type { UnknownReferences } from '../inbound/unknown-references.ts'
import type { DeliveryActor } from '../outbound/delivery-acts.ts'
import { type ConnectorControlTables, everyInstance, type InstanceActName } from './control-tables.ts'

/**
 * What a person does to an instance. `restart`: it connects anew. `check`: asks the outside whether all is well, and,
 * while the instance is paused, what it has that is not stored.
 * `reset`: the next poll goes on at the cursor, or at the beginning if that is null; what was stored before is
 * not stored again. `retry`: quarantined items are read, or their events published, again.
 */
export interface InstanceAct {
  readonly act: Exclude<InstanceActName, 'reload'>
  readonly connector: string
  readonly reason?: string
  readonly cursor?: string | null
  readonly items?: readonly number[]
}

export interface InstanceActResult {
  /** The process that runs the instance has not done it yet. */
  readonly isPending: boolean
  /** What went wrong, by language. */
  readonly problem?: Readonly<Record<'vi' | 'en', string>>
  /** For `check` of a paused instance: what the outside gives that is not stored. */
  readonly unknown?: UnknownReferences
}

export interface InstanceActs {
  /**
   * Records the act and waits some seconds until the process that runs the instance has done it. Throws
   * `BUS_NOT_FOUND` for an instance that does not exist or is another agency's.
   */
  perform(actor: DeliveryActor, act: InstanceAct, signal: AbortSignal): Promise<InstanceActResult>
  /**
   * Records that every process reads the settings of the instances again, and waits some seconds until the first
   * one has. Throws `BUS_NOT_PERMITTED` for a caller that is no operator.
   */
  reload(
    actor: DeliveryActor,
    why: { readonly reason?: string },
    signal: AbortSignal
  ): Promise<InstanceActResult>
}

export interface InstanceActsOptions {
  readonly store: Store
  readonly signals: Signals
  readonly now: () => number
}

const waitMs = 5000
const lookMs = 1000

export function createInstanceActs({ store, signals, now }: InstanceActsOptions): InstanceActs {
  const record = (
    actor: DeliveryActor,
    { act, connector, reason, cursor, items }: InstanceAct
  ): Promise<number> =>
    store.transaction(async (transaction) => {
      const db = transaction.tables<ConnectorControlTables>()
      const status = await db
        .selectFrom('connectorStatuses')
        .select('agency')
        .where('instance', '=', connector)
        .executeTakeFirst()
      if (!status || !(actor.operator || status.agency === actor.agency)) {
        throw new BusError('BUS_NOT_FOUND', 'not-found')
      }
      if (items) await checkItems(transaction, connector, items)
      const at = now()
      if (act === 'pause' || act === 'resume') {
        const [changed] = await transaction
          .tables<ConnectorTables>()
          .updateTable('connectorInstances')
          .set({
            desired: act === 'pause' ? 'paused' : 'running',
            desiredBy: actor.person ? `${actor.person.name} (${actor.person.id})` : actor.system,
            desiredReason: reason ?? null,
            desiredAt: at
          })
          .where('instance', '=', connector)
          .execute()
        if (changed?.numUpdatedRows === 0n && act === 'pause') {
          throw new BusError('BUS_STORE_UNAVAILABLE', 'connector-not-started', { values: { connector } })
        }
      }
      return insertAct(db, actor, { instance: connector, act, reason, cursor, items, at })
    })

  /** Waits until a process has done it. */
  const outcomeOf = async (number: number, signal: AbortSignal): Promise<InstanceActResult> => {
    const until = performance.now() + waitMs
    signals.notify([connectorsChanged])
    for (;;) {
      const seen = signals.count(connectorsChanged)
      const row = await store
        .reader<ConnectorControlTables>()
        .selectFrom('connectorActs')
        .select(['doneAt', 'problem', 'unknown'])
        .where('number', '=', number)
        .executeTakeFirstOrThrow()
      if (row.doneAt !== null) return { isPending: false, ...resultIn(row) }
      const leftMs = until - performance.now()
      if (leftMs <= 0 || signal.aborted) return { isPending: true }
      await signals.wait(connectorsChanged, seen, Math.min(leftMs, lookMs), signal)
    }
  }

  return {
    perform: async (actor, act, signal) => outcomeOf(await record(actor, act), signal),

    async reload(actor, { reason }, signal) {
      if (!actor.operator) {
        const values = { act: 'reload', resource: '/v1/connectors' }
        throw new BusError('BUS_NOT_PERMITTED', 'act-not-permitted', { values })
      }
      const number = await store.transaction((transaction) =>
        insertAct(transaction.tables(), actor, { instance: everyInstance, act: 'reload', reason, at: now() })
      )
      return outcomeOf(number, signal)
    }
  }
}

/** What came of an act that is done, as its row has it. */
export function resultIn({
  problem,
  unknown
}: Pick<ConnectorControlTables['connectorActs'], 'problem' | 'unknown'>): Omit<
  InstanceActResult,
  'isPending'
> {
  return {
    ...(problem === null ? {} : { problem: JSON.parse(problem) }),
    ...(unknown === null ? {} : { unknown: JSON.parse(unknown) })
  }
}

/** Throws `BUS_NOT_FOUND` if one of the items is not quarantined, or is another instance's. */
async function checkItems(
  transaction: StoreTransaction,
  instance: string,
  items: readonly number[]
): Promise<void> {
  const found = await inChunks([...new Set(items)], (some) =>
    transaction
      .tables<ConnectorTables>()
      .selectFrom('connectorItems')
      .select('number')
      .where('instance', '=', instance)
      .where('state', '=', 'quarantined')
      .where('number', 'in', some)
      .execute()
  )
  if (found.length < new Set(items).size) throw new BusError('BUS_NOT_FOUND', 'not-found')
}

interface ActToInsert extends Pick<ConnectorControlTables['connectorActs'], 'instance' | 'act' | 'at'> {
  readonly reason?: string | undefined
  readonly cursor?: string | null | undefined
  readonly items?: readonly number[] | undefined
}

async function insertAct(
  db: Tables<ConnectorControlTables>,
  { system, token, person }: DeliveryActor,
  { instance, act, at, reason, cursor, items }: ActToInsert
): Promise<number> {
  const row = {
    ...{ instance, act, at, system, token, reason: reason ?? null, cursor: cursor ?? null },
    ...{ items: items ? JSON.stringify(items) : null, doneAt: null, problem: null, unknown: null },
    ...personColumns(person)
  }
  const { number } = await db
    .insertInto('connectorActs')
    .values(row as Omit<ConnectorControlTables['connectorActs'], 'number'> as never) // The store numbers it.
    .returning('number')
    .executeTakeFirstOrThrow()
  return number
}
