import { setImmediate } from 'node:timers/promises'
import type { Signals } from '#engines/signals/signals.ts'
import { isDiskSpaceLow } from '#engines/store/disk-space.ts'
import type { Store } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { pause } from '#protocol/timing/retry.ts'
import { progress } from '../projector/positions.ts'
import type { ExpiryAndRecall } from './expiry-and-recall.ts'
import { fanOutSome, isFanningOut } from './fan-out.ts'

export interface SlicesOptions {
  readonly store: Store
  readonly expiryAndRecall: Pick<ExpiryAndRecall, 'recallSome'>
  readonly signals: Signals
  readonly logger: Logger
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
 * its own, so that others can write in between. The progress is in the store: any process can continue.
 */
export function runSlices({ store, expiryAndRecall, signals, logger }: SlicesOptions): RunningSlices {
  const closing = new AbortController()
  let problem: string | undefined
  let lastSender = ''

  const fanOut = async (): Promise<boolean> => {
    if (!(await isFanningOut(store.reader()))) return false
    const slice = await store.transaction((transaction) => fanOutSome(transaction, lastSender))
    if (!slice) return false
    lastSender = slice.sender
    signals.notify(slice.news)
    return true
  }

  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const seen = signals.count(progress)
      try {
        const isMore = [await fanOut(), await expiryAndRecall.recallSome()].includes(true)
        problem = undefined
        if (isMore) await setImmediate()
        else await signals.wait(progress, seen, lookMs, closing.signal)
      } catch (error) {
        problem = isDiskSpaceLow(error) ? undefined : String(error)
        logger.error({ err: error }, 'events or recalls are not in all inboxes yet; see err; retrying in 1 s')
        await pause(retryMs, { signal: closing.signal })
      }
    }
  }
  const running = run()

  return {
    problem: () => problem,
    async close() {
      closing.abort()
      await running
    }
  }
}
