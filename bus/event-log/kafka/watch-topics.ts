import { BusError } from '../../errors/bus-error.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Offsets } from './offsets.ts'

/** Notices at run time that topics are no longer what the order within a case rests on. */
export interface TopicWatch {
  /** Throws `BUS_LOG_UNAVAILABLE` while a topic has other partitions than configured. */
  check(): void
  /** Tells the listener each time that begins or ends, until the returned function is called. */
  onChange(listener: () => void): () => void
  close(): void
}

export interface TopicWatchOptions {
  readonly offsets: Pick<Offsets, 'partitions'>
  /** Of each topic, as configured. */
  readonly partitions: number
  readonly logger: Logger
}

const lookMs = 2000

export function watchTopics({ offsets, partitions, logger }: TopicWatchOptions): TopicWatch {
  const listeners = new Set<() => void>()
  let problem: BusError | undefined
  let isLooking = false

  const look = async (): Promise<void> => {
    const found = [...(await offsets.partitions())].find(([, count]) => count !== partitions)
    const before = problem
    problem = found && partitionsChanged(found, partitions)
    if (problem) logger.error({ err: problem }, 'nothing is appended or read')
    if ((problem === undefined) !== (before === undefined)) for (const listener of listeners) listener()
  }

  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    look()
      .catch((error: unknown) => logger.debug({ err: error }, 'not known how many partitions there are'))
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
