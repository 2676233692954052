import { randomUUID } from 'node:crypto'
import type { Signals } from '#engines/signals/signals.ts'
import type { Store } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { pause } from '#protocol/errors/retry.ts'
import type { Control } from './control.ts'
import { type ControlTables, lastNumber } from './control-tables.ts'
import type { PeerTables } from './peer-tables.ts'

/** Whether this process knows the acts that others record. */
export interface Freshness {
  /** Resolves once the first question was answered, or could not be: before that nothing is let through. Never rejects. */
  readonly begun: Promise<void>
  /**
   * Throws `BUS_CONTROL_STALE` where the last act's number has not been heard of
   * for a while: rights may have ended meanwhile, so nothing that rests on them
   * may be answered or handed over.
   */
  check(): void
  /** Resolves once every live process has folded the act, at the latest after a while. Never rejects. */
  waitUntilPropagated(act: number): Promise<void>
  close(): Promise<void>
}

/** Of a process that shares its store with none. */
export const alwaysFresh: Freshness = {
  begun: Promise.resolve(),
  check: () => {},
  waitUntilPropagated: async () => {},
  close: async () => {}
}

export interface FollowOptions {
  readonly control: Pick<Control, 'state' | 'sync' | 'ignoredActs'>
  /** Rejects where acts are ignored because this process lacks an operator key that others have by now. */
  readonly checkTrust: () => Promise<void>
  readonly store: Store
  readonly signals: Signals
  readonly logger: Logger
}

/** What an act is signalled under. */
const acted = '/acts'

const askMs = 300
/** From the start of the question that was answered. */
const freshMs = 2000
const propagationMs = 2500
const lookMs = 50
const heartbeatMs = 1000
/** A process that is not heard of for so long is gone. */
const goneMs = 5000
const lane = 'peers'

/** Follows the acts other processes record, and tells them how far this one has come. */
export function followActs({ control, checkTrust, store, signals, logger }: FollowOptions): Freshness {
  const me = randomUUID()
  const closing = new AbortController()
  const heard = new Map<string, { readonly heartbeats: number; readonly at: number }>()
  /** What was folded when the process began may be old by now: it is fresh once a question was answered. */
  let freshUntil = Number.NEGATIVE_INFINITY
  let sendingHeartbeat: Promise<void> | undefined
  let ignored = 0
  let reportedAct = -1
  let reportedAt = 0

  const peers = () => store.reader<PeerTables>().selectFrom('controlPeers').selectAll().execute()

  /** Tells how far this process has come, and forgets those that are gone. */
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
    // Nobody waits for it: that others may not hear of this process keeps it from asking no more.
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

  /** An act that others take and this process ignores may be a revocation: until it is started anew, it lets nothing through. */
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
        throw new BusError('BUS_CONTROL_STALE', 'acts-not-heard-of', { waitMs: 1000 })
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
      await leave.catch(() => {}) // The others see that it is gone.
    }
  }
}
