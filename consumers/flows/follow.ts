import type { Archive } from '#bus/archive/archive.ts'
import type { Control } from '#bus/control/control.ts'
import type { Signals } from '#engines/signals/signals.ts'
import { isDiskSpaceLow } from '#engines/store/disk-space.ts'
import type { Store, WorkingStore } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { createProblemLog } from '#engines/telemetry/problem-log.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { pause } from '#protocol/timing/retry.ts'
import { progress } from '../projector/positions.ts'
import { type ExtendWork, type Extension, extend, rowsOf } from './extend.ts'
import type { NextBatch } from './flow-batch.ts'
import type { FlowTables } from './flow-tables.ts'
import {
  beginGeneration,
  type Generation,
  generationsIn,
  lane,
  removeSome,
  switchTo,
  viewVersion
} from './generations.ts'
import { type NextBatchOptions, nextBatch } from './next-batch.ts'

export interface FollowOptions extends NextBatchOptions {
  readonly control: Pick<Control, 'state' | 'sync'>
  readonly store: Store
  /** On one machine: its thread that writes adds the batches. */
  readonly workingStore?: Pick<WorkingStore, 'work'> | undefined
  readonly signals: Signals
  readonly logger: Logger
  readonly now: () => number
}

export interface RunningFlows {
  /** Why it is stopped; undefined while it runs, or waits for space on the disk. */
  problem(): string | undefined
  close(): Promise<void>
}

/** Looks at least this often: another process may have projected, without a signal here. */
const lookMs = 1000
const retryMs = 1000
/** Time between batches that are not full, so that few events do not cost a transaction each. */
const pauseMs = 500
/** The least in the thread that writes, where a batch takes less and publishers wait for its end. */
const pauseInWriterMs = 20
const messages = {
  begins: 'the view of flows is behind; see err; retrying every second',
  ends: 'the view of flows continues',
  level: 'error'
} as const
/** The view's name for those who wait for it. */
export const flowsProgress = '/flows'

/**
 * Keeps the view of flows: adds what the projector has archived, makes the view again beside itself when that
 * is asked for or a release needs it, and removes the old one. Every step is in one transaction and the progress is in
 * the store, so any process can continue after any other.
 */
export function followFlows(options: FollowOptions): RunningFlows {
  const { store, workingStore, signals, logger, now } = options
  const closing = new AbortController()
  const { signal } = closing
  let problem: unknown
  const problemLog = createProblemLog(logger, messages, now)

  const transaction = <T>(work: Parameters<typeof store.transaction<T>>[0]): Promise<T> =>
    store.transaction(work, { lane })

  const archive: Pick<Archive, 'after'> = {
    async after(number, limit) {
      const found = await options.archive.after(number, limit)
      await knowActs(options.control, Math.max(0, ...found.events.map(({ act }) => act)))
      return found
    }
  }

  const batchAfter = (number: number): Promise<NextBatch> => nextBatch({ ...options, archive }, number)

  /** The next batch of a generation that has many to come: it is made while the one before is written. */
  const ahead = new Map<number, { readonly after: number; readonly next: Promise<NextBatch> }>()

  const takeBatch = async ({ generation, position }: Generation): Promise<NextBatch> => {
    const made = ahead.get(generation)
    ahead.delete(generation)
    if (made?.after === position) {
      const next = await made.next
      if (next.isCut) return next // To one that is not cut, events may have been added since.
    }
    return batchAfter(position)
  }

  const add = (extension: Extension): Promise<void> =>
    workingStore
      ? workingStore.work({ extend: extension } satisfies ExtendWork, { rows: rowsOf(extension) })
      : transaction((transaction) => extend(transaction, extension))

  const extendNow = async (generation: Generation): Promise<Pick<NextBatch, 'isCut'> & { count: number }> => {
    const { batch, isCut } = await takeBatch(generation)
    const { events } = batch
    const last = events.at(-1)
    if (last) {
      if (isCut) {
        const next = batchAfter(last.number)
        next.catch(() => {}) // Whoever takes it sees the failure.
        ahead.set(generation.generation, { after: last.number, next })
      }
      await add({ generation, batch })
    }
    return { isCut, count: events.length }
  }

  /** One step of everything there is to do; returns whether there is more at once. */
  const step = async (): Promise<boolean> => {
    const all = await generationsIn(store.reader<FlowTables>())
    const inState = (wanted: Generation['state']) => all.find(({ state }) => state === wanted)
    const [live, building, ending] = [inState('live'), inState('building'), inState('ending')]
    if (!live || (building ?? live).version < viewVersion) {
      await transaction(beginGeneration)
      return true
    }
    const { isCut, count } = await extendNow(live)
    if (count > 0) signals.notify([flowsProgress])
    if (building) {
      const built = await extendNow(building)
      if (built.count > 0) return true
      await transaction((transaction) => switchTo(transaction, building))
      logger.info({ generation: building.generation }, 'the view of flows was made again and is in use')
    } else if (ending) {
      await transaction((transaction) => removeSome(transaction, ending))
    }
    return isCut || building !== undefined || ending !== undefined
  }

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const seen = signals.count(progress)
      const began = performance.now()
      try {
        const isMore = await step()
        problem = undefined
        problemLog.end()
        if (isMore) continue
        const tookMs = performance.now() - began
        await signals.wait(progress, seen, lookMs, signal)
        await pause(workingStore ? pauseAfter(tookMs) : pauseMs, { signal })
      } catch (error) {
        problem = error
        problemLog.report(error)
        await pause(retryMs, { signal })
      }
    }
  }
  const running = run()

  return {
    problem: () => (problem === undefined || isDiskSpaceLow(problem) ? undefined : String(problem)),
    async close() {
      closing.abort()
      await running
      await Promise.allSettled(Array.from(ahead.values(), ({ next }) => next))
    }
  }
}

/** On a slow disk, too, the view takes at most a fifth of the time; and larger batches change fewer rows. */
function pauseAfter(tookMs: number): number {
  return Math.min(pauseMs, Math.max(pauseInWriterMs, 4 * tookMs))
}

/**
 * Waits until this process knows an act: another may have recorded it, accepted events under it and archived them.
 * Who may see an event, and what its type expects, is known only then.
 */
async function knowActs(control: FollowOptions['control'], act: number): Promise<void> {
  if (act > control.state.lastAct) await control.sync()
  if (act > control.state.lastAct)
    throw new BusError('BUS_CONTROL_STALE', 'act-unknown-yet', { values: { act } })
}
