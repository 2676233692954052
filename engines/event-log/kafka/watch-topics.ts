import { BusError } from '#protocol/errors/bus-error.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { isOtherLog } from './known-log.ts'
import type { Offsets } from './offsets.ts'

/** Notices while the bus runs that topics have changed in a way that would break the order of events. */
export interface TopicWatch {
  /**
   * Throws `BUS_LOG_UNAVAILABLE` while a topic has another number of partitions than configured, or the log
   * is not the store's.
   */
  check(): void
  /** Calls the listener when such a problem appears or is gone, until the returned function is called. */
  onChange(listener: () => void): () => void
  close(): void
}

export interface TopicWatchOptions {
  readonly offsets: Pick<Offsets, 'partitions'>
  /** Number of partitions of each topic, as configured. */
  readonly partitions: number
  /** Whether the log seems to have the same first record. Called often; cheap. */
  readonly seemsSame: () => Promise<boolean>
  /** Rejects if this is not the store's log, or if the brokers cannot be asked. */
  readonly confirm: () => Promise<unknown>
  readonly logger: Logger
}

const lookMs = 2000

export function watchTopics({
  offsets,
  partitions,
  seemsSame,
  confirm,
  logger
}: TopicWatchOptions): TopicWatch {
  const listeners = new Set<() => void>()
  let problem: BusError | undefined
  let isLooking = false
  /** After brokers did not answer or had no such topic, the next answer may come from another log. */
  let isSuspect = false

  const otherLog = async (): Promise<BusError | undefined> => {
    if (!isSuspect && (await seemsSame())) return undefined
    isSuspect = true
    try {
      await confirm()
      isSuspect = false
      return undefined
    } catch (error) {
      if (isOtherLog(error)) return error
      throw error
    }
  }

  const find = async (): Promise<BusError | undefined> => {
    try {
      const counts = await offsets.partitions()
      const found = [...counts].find(([, count]) => count !== partitions)
      return (await otherLog()) ?? (found && partitionsChanged(found, partitions))
    } catch (error) {
      isSuspect = true
      throw error
    }
  }

  const look = async (): Promise<void> => {
    const before = problem
    problem = await find()
    if (problem)
      logger.error(
        { err: problem },
        'writing and reading the event log are stopped: fix the problem in err; checking again every 2 s'
      )
    if ((problem === undefined) !== (before === undefined)) for (const listener of listeners) listener()
  }

  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    look()
      .catch((error: unknown) =>
        logger.debug({ err: error }, 'the number of partitions could not be read; checking again in 2 s')
      )
      .finally(() => {
        isLooking = false
      })
  }, lookMs)

  return {
    check() {
      if (problem) throw problem
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => clearInterval(timer)
  }
}

function partitionsChanged([topic, found]: readonly [string, number], partitions: number): BusError {
  return new BusError('BUS_LOG_UNAVAILABLE', 'partitions-changed', { values: { topic, found, partitions } })
}
