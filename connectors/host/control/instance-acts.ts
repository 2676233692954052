import type { Signals } from '#engines/signals/signals.ts'
import type { Store } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorTables } from '../connector-tables.ts'
import { connectorsChanged } from '../host-parts.ts'
import type { DeliveryActor } from '../outbound/delivery-acts.ts'
import type { ConnectorControlTables, InstanceActName } from './control-tables.ts'

/**
 * What a person does to an instance. `restart`: it connects anew. `check`: asks the outside whether all is well.
 * `reset`: the next poll goes on at the cursor, or at the beginning if that is null; what was stored before is
 * not stored again.
 */
export interface InstanceAct {
  readonly act: InstanceActName
  readonly connector: string
  readonly reason?: string
  readonly cursor?: string | null
}

export interface InstanceActResult {
  /** The process that runs the instance has not done it yet. */
  readonly isPending: boolean
  /** What went wrong, by language. */
  readonly problem?: Readonly<Record<'vi' | 'en', string>>
}

export interface InstanceActs {
  /**
   * Records the act and waits some seconds until the process that runs the instance has done it. Throws
   * `BUS_NOT_FOUND` for an instance that does not exist or is another agency's.
   */
  perform(actor: DeliveryActor, act: InstanceAct, signal: AbortSignal): Promise<InstanceActResult>
}

export interface InstanceActsOptions {
  readonly store: Store
  readonly signals: Signals
  readonly now: () => number
}

const waitMs = 5000
const lookMs = 1000

export function createInstanceActs({ store, signals, now }: InstanceActsOptions): InstanceActs {
  const record = (actor: DeliveryActor, { act, connector, reason, cursor }: InstanceAct): Promise<number> =>
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
      const at = now()
      if (act === 'pause' || act === 'resume') {
        await transaction
          .tables<ConnectorTables>()
          .updateTable('connectorInstances')
          .set({
            desired: act === 'pause' ? 'paused' : 'running',
            desiredBy: actor.system,
            desiredReason: reason ?? null,
            desiredAt: at
          })
          .where('instance', '=', connector)
          .execute()
      }
      const row = {
        ...{ instance: connector, act, at, reason: reason ?? null, cursor: cursor ?? null },
        ...{ system: actor.system, token: actor.token, doneAt: null, problem: null }
      }
      const { number } = await db
        .insertInto('connectorActs')
        .values(row as Omit<ConnectorControlTables['connectorActs'], 'number'> as never) // The store numbers it.
        .returning('number')
        .executeTakeFirstOrThrow()
      return number
    })

  return {
    async perform(actor, act, signal) {
      const until = performance.now() + waitMs
      const number = await record(actor, act)
      signals.notify([connectorsChanged])
      for (;;) {
        const seen = signals.count(connectorsChanged)
        const { doneAt, problem } = await store
          .reader<ConnectorControlTables>()
          .selectFrom('connectorActs')
          .select(['doneAt', 'problem'])
          .where('number', '=', number)
          .executeTakeFirstOrThrow()
        if (doneAt !== null)
          return { isPending: false, ...(problem === null ? {} : { problem: JSON.parse(problem) }) }
        const leftMs = until - performance.now()
        if (leftMs <= 0 || signal.aborted) return { isPending: true }
        await signals.wait(connectorsChanged, seen, Math.min(leftMs, lookMs), signal)
      }
    }
  }
}
