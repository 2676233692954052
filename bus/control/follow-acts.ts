import { randomUUID } from 'node:crypto'
import type { Signals } from '#engines/signals/signals.ts'
import type { Store } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { pause } from '#protocol/errors/retry.ts'
import type { Control } from './control.ts'
import { type ControlTables, lastNumber } from './control-tables.ts'
import type { FellowTables } from './fellow-tables.ts'

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
  everywhere(act: number): Promise<void>
  close(): Promise<void>
}

/** Of a process that shares its store with none. */
export const alwaysFresh: Freshness = {
  begun: Promise.resolve(),
  check: () => {},
  everywhere: async () => {},
  close: async () => {}
}

export interface FollowOptions {
  readonly control: Pick<Control, 'state' | 'sync'>
  readonly store: Store
  readonly signals: Signals
  readonly logger: Logger
}

/** What an act is signalled under. */
const acted = '/acts'

const askMs = 300
/** From the start of the question that was answered. */
const freshMs = 2000
const everywhereMs = 2500
const lookMs = 50
const beatMs = 1000
/** A process that is not heard of for so long is gone. */
const goneMs = 5000
const lane = 'fellows'

/** Follows the acts other processes record, and tells them how far this one has come. */
export function followActs({ control, store, signals, logger }: FollowOptions): Freshness {
  const me = randomUUID()
  const closing = new AbortController()
  const heard = new Map<string, { readonly beats: number; readonly at: number }>()
  /** What was folded when the process began may be old by now: it is fresh once a question was answered. */
  let freshUntil = Number.NEGATIVE_INFINITY
  let beating: Promise<void> | undefined
  let toldAct = -1
  let toldAt = 0

  const fellows = () => store.reader<FellowTables>().selectFrom('controlFellows').selectAll().execute()

  /** Tells how far this process has come, and forgets those that are gone. */
  const beat = async (): Promise<void> => {
    const at = performance.now()
    for (const { process, beats } of await fellows()) {
      if (heard.get(process)?.beats !== beats) heard.set(process, { beats, at })
    }
    const gone = [...heard].filter(([process, last]) => process !== me && last.at < at - goneMs)
    const act = control.state.lastAct
    await store.transaction(
      async (transaction) => {
        const db = transaction.tables<FellowTables>()
        await db
          .insertInto('controlFellows')
          .values({ process: me, act, beats: 0 })
          .onConflict((on) =>
            on.column('process').doUpdateSet((e) => ({ act, beats: e('controlFellows.beats', '+', 1) }))
          )
          .execute()
        for (const [process, { beats }] of gone) {
          await db
            .deleteFrom('controlFellows')
            .where('process', '=', process)
            .where('beats', '=', beats)
            .execute()
        }
      },
      { lane }
    )
    for (const [process] of gone) heard.delete(process)
    toldAct = act
    toldAt = at
  }

  const ask = async (): Promise<void> => {
    const began = performance.now()
    if ((await lastNumber(store.reader<ControlTables>())) > control.state.lastAct) await control.sync()
    freshUntil = began + freshMs
    if (toldAct === control.state.lastAct && toldAt >= began - beatMs) return
    // Nobody waits for it: that others may not hear of this process keeps it from asking no more.
    beating ??= beat()
      .catch((error: unknown) => logger.warn({ err: error }, 'others not told how far this process is'))
      .finally(() => {
        beating = undefined
      })
  }

  const begun = Promise.withResolvers<void>()
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const seen = signals.count(acted)
      await ask().catch((error: unknown) => logger.warn({ err: error }, 'acts of others not heard of'))
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

    async everywhere(act) {
      signals.notify([acted])
      const until = performance.now() + everywhereMs
      while (performance.now() < until) {
        const all = await fellows().catch(() => [])
        if (all.length > 0 && all.every((fellow) => fellow.process === me || fellow.act >= act)) return
        await pause(lookMs)
      }
    },

    async close() {
      closing.abort()
      await running
      await beating
      const leave = store.transaction(
        (transaction) =>
          transaction.tables<FellowTables>().deleteFrom('controlFellows').where('process', '=', me).execute(),
        { lane }
      )
      await leave.catch(() => {}) // The others see that it is gone.
    }
  }
}
