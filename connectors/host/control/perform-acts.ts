import type { Signals } from '#engines/signals/signals.ts'
import { inChunks } from '#engines/store/chunks.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorTables } from '../connector-tables.ts'
import { connectorsChanged } from '../host-parts.ts'
import { cursorVersionOf } from '../inbound/poll-outside.ts'
import { retryItem } from '../inbound/quarantine.ts'
import type { UnknownReferences } from '../inbound/unknown-references.ts'
import type { RunningInstance } from '../run-instance.ts'
import { shownTexts } from '../shown-reason.ts'
import type { ConnectorControlTables } from './control-tables.ts'

type ActRow = ConnectorControlTables['connectorActs']

export interface PerformActsOptions {
  readonly store: Store
  readonly signals: Signals
  readonly now: () => number
  /** The instances that this process runs. */
  readonly running: ReadonlyMap<string, RunningInstance>
  /** Those that do not run, and why. Any process may say so. */
  readonly misconfigured: () => ReadonlyMap<string, string>
  /**
   * Called, with the instance, in the transaction that writes what came of an act: throws if this process runs it no
   * longer. Then the act stays open, for the process that does.
   */
  readonly guard: (transaction: StoreTransaction, instance: string) => Promise<void>
  /** Stops an instance, changes something while it does not run, and starts it again. */
  readonly restart: (
    name: string,
    meanwhile?: (transaction: StoreTransaction) => Promise<unknown>
  ) => Promise<void>
}

/** What came of an act. */
interface Result {
  readonly problem?: unknown
  readonly unknown?: UnknownReferences | undefined
}

export interface ActPerformer {
  /** Starts on acts on instances of this process that are not done. Does not wait for them. */
  look(): Promise<void>
}

/** Performs acts on the instances of this process, those of one instance one after the other. After a crash an act is done again. */
export function createActPerformer(options: PerformActsOptions): ActPerformer {
  const { store, signals, now, running, misconfigured, restart, guard } = options
  const busy = new Set<string>()

  const resultOf = async ({ instance, act, cursor, items }: ActRow): Promise<Result> => {
    const reason = misconfigured().get(instance)
    if (reason !== undefined) {
      const values = { connector: instance, problem: reason }
      return { problem: new BusError('BUS_ACT_CONFLICT', 'connector-misconfigured', { values }) }
    }
    const one = running.get(instance)
    try {
      if (act === 'resume' || act === 'restart') one?.tryNow()
      if (act === 'check') return { unknown: await one?.check() }
      if (act === 'restart') await restart(instance)
      if (act === 'retry') await retryItems(instance, JSON.parse(items ?? '[]') as readonly number[])
      if (act === 'reset') {
        await restart(instance, (transaction) =>
          transaction
            .tables<ConnectorTables>()
            .updateTable('connectorInstances')
            .set({ cursor, ...(one ? { cursorVersion: cursorVersionOf(one.checked) } : {}) })
            .where('instance', '=', instance)
            .execute()
        )
      }
      return {}
    } catch (problem) {
      return { problem }
    }
  }

  /** Reads items again, one after the other. Throws if some still cannot be used. */
  const retryItems = async (name: string, items: readonly number[]): Promise<void> => {
    const codes: string[] = []
    for (const item of items) {
      const instance = running.get(name)?.opened()?.instance
      if (!instance) {
        throw new BusError('BUS_STORE_UNAVAILABLE', 'connector-not-started', { values: { connector: name } })
      }
      try {
        await retryItem(instance, store, item)
      } catch (error) {
        if (!(error instanceof BusError) || error.retry === 'later') throw error
        if (error.code !== 'BUS_NOT_FOUND') codes.push(error.code) // Otherwise somebody else retried it.
      }
    }
    if (codes.length === 0) return
    const values = { failed: codes.length, of: items.length, codes: [...new Set(codes)].join(', ') }
    throw new BusError('BUS_ACT_CONFLICT', 'still-quarantined', { values })
  }

  const perform = async (acts: readonly ActRow[]): Promise<void> => {
    for (const act of acts) {
      const { problem, unknown } = await resultOf(act)
      await store.transaction(async (transaction) => {
        if (!misconfigured().has(act.instance)) await guard(transaction, act.instance)
        await transaction
          .tables<ConnectorControlTables>()
          .updateTable('connectorActs')
          .set({
            doneAt: now(),
            problem: problem === undefined ? null : JSON.stringify(shownTexts(problem)),
            unknown: unknown === undefined ? null : JSON.stringify(unknown)
          })
          .where('number', '=', act.number)
          .execute()
      })
      signals.notify([connectorsChanged])
    }
  }

  return {
    async look() {
      const names = [...running.keys(), ...misconfigured().keys()].filter((name) => !busy.has(name))
      const acts = await inChunks(names, (some) =>
        store
          .reader<ConnectorControlTables>()
          .selectFrom('connectorActs')
          .selectAll()
          .where('doneAt', 'is', null)
          .where('instance', 'in', some)
          .orderBy('number')
          .execute()
      )
      for (const [name, own] of Map.groupBy(acts, ({ instance }) => instance)) {
        busy.add(name)
        // The store failed, or another process runs the instance now: the act is looked at again.
        void perform(own)
          .catch(() => {})
          .finally(() => busy.delete(name))
      }
    }
  }
}
