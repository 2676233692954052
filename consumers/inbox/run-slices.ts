import { setImmediate } from 'node:timers/promises'
import { namesOf } from '#bus/archive/archive.ts'
import type { Signals } from '#engines/signals/signals.ts'
import { isDiskSpaceLow } from '#engines/store/disk-space.ts'
import type { Store, StoreTransaction } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { createProblemLog, createProblemLogs } from '#engines/telemetry/problem-log.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { topicOf } from '#protocol/events/event.ts'
import { pause } from '#protocol/timing/retry.ts'
import { progress } from '../projector/positions.ts'
import type { QuarantinedRecord } from '../projector/project-records.ts'
import type { Quarantine } from '../projector/quarantine.ts'
import type { ExpiryAndRecall } from './expiry-and-recall.ts'
import {
  fanOutNext,
  fanOutSome,
  maxSlice,
  type NextEntry,
  nextEntry,
  nextSender,
  skipNext
} from './fan-out.ts'
import { refusingInbox } from './left-out.ts'
import { slicesLeft } from './news.ts'

export interface SlicesOptions {
  readonly store: Store
  readonly quarantine: Pick<Quarantine, 'add' | 'report' | 'recount'>
  readonly expiryAndRecall: Pick<ExpiryAndRecall, 'recallSome'>
  readonly signals: Signals
  readonly logger: Logger
  readonly now: () => number
}

export interface RunningSlices {
  /** Why it is stopped; undefined while it runs, or waits for space on the disk. */
  problem(): string | undefined
  close(): Promise<void>
}

/** Looks at least this often: another process may have left work, without a signal here. */
const lookMs = 1000
const retryMs = 1000

/**
 * Does what would make the projector's transactions long, until it is closed: each slice in a transaction of
 * its own, so that others can write in between. The progress is in the store: any process can continue. Events
 * and recalls go on apart, and a sender whose events cannot be entered stops nobody else's.
 */
export function runSlices(options: SlicesOptions): RunningSlices {
  const { store, quarantine, expiryAndRecall, signals, logger, now } = options
  const closing = new AbortController()
  /** Why all events, or recalls, are stopped. */
  const problems = new Map<string, unknown>()
  /** Senders whose last slice failed, why, and when it is tried again. */
  const failing = new Map<string, { readonly error: unknown; readonly until: number }>()
  /** Senders one of whose entries was refused, and how many of theirs are still to be added one by one to find it. */
  const oneByOne = new Map<string, number>()
  let lastSender = ''

  const problemLogs = createProblemLogs((what) => {
    const begins = `${what} are not in all inboxes yet; see err; retrying every second`
    return createProblemLog(logger, { begins, ends: `${what} reach the inboxes again`, level: 'error' }, now)
  })

  const goesOn = (sender: string): void => {
    if (!failing.delete(sender)) return
    problemLogs.end(`events of ${sender}`)
    quarantine.recount()
  }

  const fanOut = async (): Promise<boolean> => {
    const at = performance.now()
    const resting = new Set([...failing].flatMap(([sender, { until }]) => (until > at ? [sender] : [])))
    const sender = await nextSender(store.reader(), lastSender, resting)
    if (sender === undefined) {
      if (resting.size === 0) for (const sender of failing.keys()) goesOn(sender) // Another process has entered their events.
      return false
    }
    lastSender = sender
    try {
      const left = oneByOne.get(sender) ?? 0
      const news =
        left > 0
          ? await addNext(sender, left)
          : await store.transaction((transaction) => fanOutSome(transaction, sender))
      goesOn(sender)
      signals.notify([...news, progress, slicesLeft]) // Recalls wait for the events before them.
    } catch (error) {
      if (error instanceof BusError) throw error // The store cannot be written: that is not about this sender.
      if (store.refuses(error) && !oneByOne.has(sender)) {
        oneByOne.set(sender, maxSlice)
        return true
      }
      failing.set(sender, { error, until: performance.now() + retryMs })
      problemLogs.report(`events of ${sender}`, error)
    }
    return true
  }

  /** Adds a sender's next entry, or leaves it out where the store refuses it. */
  const addNext = async (sender: string, left: number): Promise<ReadonlySet<string>> => {
    if (left > 1) oneByOne.set(sender, left - 1)
    else oneByOne.delete(sender)
    const next = await nextEntry(store.reader(), sender)
    if (!next) return new Set()
    try {
      return await store.transaction((transaction) => fanOutNext(transaction, next))
    } catch (error) {
      if (!store.refuses(error)) throw error
      oneByOne.delete(sender) // It is found.
      const without = await store.transaction((transaction) => leaveOut(transaction, next, error))
      if (without) quarantine.report(without)
      return new Set()
    }
  }

  const leaveOut = async (
    transaction: StoreTransaction,
    next: NextEntry,
    error: unknown
  ): Promise<QuarantinedRecord | undefined> => {
    const agency = await skipNext(transaction, next)
    if (agency === undefined) return undefined
    const names = (await namesOf(transaction.tables(), [next.event])).get(next.event)
    if (!names) throw new TypeError(`no archived event has the number ${next.event}`)
    const headers = { ce_source: names.source, ce_id: names.id, bus_hash: names.hash }
    const record = { shard: refusingInbox(agency), position: next.event, topic: topicOf(names.type), headers }
    const one = { record, reason: `it cannot be put into the inbox of ${agency}: ${error}`, isOurs: true }
    await quarantine.add(transaction, one)
    return one
  }

  /** Repeats a step for as long as there is more to do, then waits for more. */
  const repeat = async (what: string, step: () => Promise<boolean>): Promise<void> => {
    while (!closing.signal.aborted) {
      const seen = signals.count(slicesLeft)
      try {
        const isMore = await step()
        if (problems.delete(what)) {
          problemLogs.end(what)
          quarantine.recount()
        }
        if (isMore) await setImmediate()
        else await signals.wait(slicesLeft, seen, lookMs, closing.signal)
      } catch (error) {
        problems.set(what, error)
        problemLogs.report(what, error)
        await pause(retryMs, { signal: closing.signal })
      }
    }
  }
  const running = [repeat('events', fanOut), repeat('recalls', expiryAndRecall.recallSome)]

  return {
    problem() {
      const errors = [...problems.values(), ...Array.from(failing.values(), ({ error }) => error)]
      return errors.filter((error) => !isDiskSpaceLow(error)).map(String)[0]
    },
    async close() {
      closing.abort()
      await Promise.all(running)
    }
  }
}
