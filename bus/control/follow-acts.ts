import { randomUUID } from 'node:crypto'
import type { Signals } from '#engines/signals/signals.ts'
import type { Store } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { pause } from '#protocol/timing/retry.ts'
import type { Control } from './control.ts'
import { type ControlTables, lastNumber } from './control-tables.ts'
import type { PeerTables } from './peer-tables.ts'

/** Whether this process knows the acts that other processes record. */
export interface Freshness {
  /** Resolves after the first query for new acts, successful or not; nothing may be answered before. Never rejects. */
  readonly begun: Promise<void>
  /**
   * Throws `BUS_CONTROL_STALE` if the process could not ask for new acts for a while. Rights may have been
   * withdrawn meanwhile, so nothing that depends on them may be answered or delivered.
   */
  check(): void
  /** Resolves when every live process has applied the act, or after a time limit. Never rejects. */
  waitUntilPropagated(act: number): Promise<void>
  close(): Promise<void>
}

/** For a process that does not share its store. */
export const alwaysFresh: Freshness = {
  begun: Promise.resolve(),
  check: () => {},
  waitUntilPropagated: async () => {},
  close: async () => {}
}

export interface FollowOptions {
  readonly control: Pick<Control, 'state' | 'sync' | 'ignoredActs'>
  /** Rejects if this process lacks an operator key that another process has been started with. */
  readonly checkTrust: () => Promise<void>
  readonly store: Store
  readonly signals: Signals
  readonly logger: Logger
}

/** Name under which a new act is signalled. */
const acted = '/acts'

const askMs = 300
/** Measured from the start of the query that succeeded. */
const freshMs = 2000
const propagationMs = 2500
const lookMs = 50
const heartbeatMs = 1000
/** A process without a heartbeat for this long counts as gone. */
const goneMs = 5000
const lane = 'peers'

/** Follows the acts of other processes, and tells them which act this one has applied. */
export function followActs({ control, checkTrust, store, signals, logger }: FollowOptions): Freshness {
  const me = randomUUID()
  const closing = new AbortController()
  const heard = new Map<string, { readonly heartbeats: number; readonly at: number }>()
  /** Acts applied at the start may be outdated: the state is fresh only after a first successful query. */
  let freshUntil = Number.NEGATIVE_INFINITY
  let sendingHeartbeat: Promise<void> | undefined
  let ignored = 0
  let reportedAct = -1
  let reportedAt = 0

  const peers = () => store.reader<PeerTables>().selectFrom('controlPeers').selectAll().execute()

  /** Writes the last act that this process has applied, and removes processes that are gone. */
  const heartbeat = async (): Promise<void> => {
    const at = performance.now()
    for (const { process, heartbeats } of await peers()) {
      if (heard.get(process)?.heartbeats !== heartbeats) heard.set(process, { heartbeats, at })
    }
    const gone = [...heard].filter(([process, last]) => process !== me && last.at < at - goneMs)
    const act = control.state.lastAct
    await store.transaction(
      async (transaction) => {
        const db = transaction.tables<PeerTables>()
        await db
          .insertInto('controlPeers')
          .values({ process: me, act, heartbeats: 0 })
          .onConflict((on) =>
            on
              .column('process')
              .doUpdateSet((e) => ({ act, heartbeats: e('controlPeers.heartbeats', '+', 1) }))
          )
          .execute()
        for (const [process, { heartbeats }] of gone) {
          await db
            .deleteFrom('controlPeers')
            .where('process', '=', process)
            .where('heartbeats', '=', heartbeats)
            .execute()
        }
      },
      { lane }
    )
    for (const [process] of gone) heard.delete(process)
    reportedAct = act
    reportedAt = at
  }

  const ask = async (): Promise<void> => {
    const began = performance.now()
    if ((await lastNumber(store.reader<ControlTables>())) > control.state.lastAct) await control.sync()
    if (control.ignoredActs() !== ignored) await askTrust()
    freshUntil = began + freshMs
    if (reportedAct === control.state.lastAct && reportedAt >= began - heartbeatMs) return
    // Not awaited: if the heartbeat cannot be written, this process must still ask for new acts.
    sendingHeartbeat ??= heartbeat()
      .catch((error: unknown) =>
        logger.warn(
          { err: error },
          'could not write the last act this process knows; other processes may wait up to 2.5 s for it'
        )
      )
      .finally(() => {
        sendingHeartbeat = undefined
      })
  }

  /** An act that only this process ignores may be a revocation, so it accepts nothing until it is restarted. */
  const askTrust = async (): Promise<void> => {
    try {
      await checkTrust()
      ignored = control.ignoredActs()
    } catch (error) {
      freshUntil = Number.NEGATIVE_INFINITY
      throw error
    }
  }

  const begun = Promise.withResolvers<void>()
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const seen = signals.count(acted)
      await ask().catch((error: unknown) =>
        logger.warn(
          { err: error },
          'control state is stale: the database did not answer, or the operator keys of this process are outdated, see err; asking again in 300 ms; requests are answered 503 after 2 s'
        )
      )
      begun.resolve()
      await signals.wait(acted, seen, askMs, closing.signal)
    }
  }
  const running = run()

  return {
    begun: begun.promise,

    check() {
      if (performance.now() > freshUntil) {
        throw new BusError('BUS_CONTROL_STALE', 'control-state-stale', { waitMs: 1000 })
      }
    },

    async waitUntilPropagated(act) {
      signals.notify([acted])
      const until = performance.now() + propagationMs
      while (performance.now() < until) {
        const all = await peers().catch(() => [])
        if (all.length > 0 && all.every((peer) => peer.process === me || peer.act >= act)) return
        await pause(lookMs)
      }
    },

    async close() {
      closing.abort()
      await running
      await sendingHeartbeat
      const leave = store.transaction(
        (transaction) =>
          transaction.tables<PeerTables>().deleteFrom('controlPeers').where('process', '=', me).execute(),
        { lane }
      )
      await leave.catch(() => {}) // If this fails, the others remove it later.
    }
  }
}
