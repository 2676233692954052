import { BusError } from '#protocol/errors/bus-error.ts'
import type { Fault } from '#protocol/errors/faults.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { createProblemLog } from '../../telemetry/problem-log.ts'
import { activityTopic } from '../activity-topic.ts'
import { isOtherLog } from './known-log.ts'
import type { IdsOfTopics } from './known-topics.ts'
import { type Place, shardOf } from './offsets.ts'
import type { TopicIds, TopicNow } from './topic-ids.ts'

/** Notices while the bus runs that topics have changed in a way that would break the order of events. */
export interface TopicWatch {
  /**
   * Throws `BUS_LOG_UNAVAILABLE` while a topic is missing, is not the one that the store's positions belong
   * to, or has another number of partitions than configured.
   */
  check(): void
  problem(): BusError | undefined
  /** Which partitions lack copies, and whether that is old; undefined if all copies are in step. */
  warning(): string | undefined
  /** Number of partitions that lack copies, or did when the topics were last looked at. */
  missingCopies(): number
  /** The broker that led a partition when the topics were last looked at; `place` is as the cluster names it. */
  leaderOf(place: Place): number | undefined
  /** Calls the listener when such a problem appears or is gone, until the returned function is called. */
  onChange(listener: () => void): () => void
  close(): void
}

export interface TopicWatchOptions {
  readonly ids: Pick<TopicIds, 'ask'>
  readonly namespace: string
  /** Without the namespace. */
  readonly topics: readonly string[]
  /** Number of partitions of each topic, as configured. */
  readonly partitions: number
  /** The topics that the store's positions belong to. */
  readonly known: () => Promise<IdsOfTopics>
  /** Called when the store belongs to another topic of that name than before. */
  readonly onAccepted: (topic: string) => void
  /** Rejects if this is not the store's log, or if the brokers cannot be asked. */
  readonly confirm: () => Promise<unknown>
  readonly logger: Logger
  readonly now: () => number
}

const lookMs = 2000
const aboutTopics = {
  begins: 'writing and reading the event log are stopped: fix the problem in err; checking again every 2 s',
  ends: 'the topics are as they must be again; writing and reading the event log continue',
  level: 'error'
} as const
const aboutCopies = {
  begins: 'partitions of the event log lack copies; see err',
  ends: 'all copies of the event log are in step again'
}
const aboutLooking = {
  begins: 'the topics of the event log cannot be looked at; see err; trying again every 2 s',
  ends: 'the topics of the event log are looked at again'
}
/** A busy broker may not answer once or twice. */
const maxFailures = 5

export async function watchTopics(options: TopicWatchOptions): Promise<TopicWatch> {
  const { ids, namespace, topics, partitions, known, onAccepted, confirm, logger } = options
  const listeners = new Set<() => void>()
  let problem: BusError | undefined
  let isLooking = false
  let accepted = await known()
  let now: ReadonlyMap<string, TopicNow> = new Map()
  let behind: readonly string[] = []
  const stopped = createProblemLog(logger, aboutTopics, options.now)
  const unseen = refusal('topics-not-seen', {}).message
  const looking = createProblemLog(logger, aboutLooking, options.now, () => unseen)
  let failures = 0
  const copies = createProblemLog(logger, aboutCopies, options.now)

  const lookAtCopies = (found: ReadonlyMap<string, TopicNow>): void => {
    behind = topics.flatMap((topic) => {
      const partitions = found.get(namespace + topic)?.behind ?? []
      return partitions.map((partition) => shardOf(topic, partition))
    })
    const [first] = behind
    if (first === undefined) copies.end()
    else copies.report(refusal('copies-behind', { count: behind.length, first }))
  }

  const find = async (): Promise<BusError | undefined> => {
    const [found, ours] = await Promise.all([ids.ask(topics.map((topic) => namespace + topic)), known()])
    now = found
    for (const topic of topics) if (ours.get(topic) !== accepted.get(topic)) onAccepted(topic)
    accepted = ours
    lookAtCopies(found)
    for (const topic of topics) {
      const there = found.get(namespace + topic)
      if (!there) return refusal('topic-missing', { topic })
      if (there.partitions !== partitions)
        return refusal('partitions-changed', { topic, found: there.partitions, partitions })
      if (there.id === ours.get(topic)) continue
      if (topic === activityTopic) await confirm()
      return refusal('topic-created-anew', { topic })
    }
    return undefined
  }

  const look = async (): Promise<void> => {
    const before = problem
    problem = await find().catch((error: unknown) => {
      if (isOtherLog(error)) return error
      throw error
    })
    if (problem) stopped.report(problem)
    else stopped.end()
    if (problem?.fault !== before?.fault) for (const listener of listeners) listener()
  }

  await look()
  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    look()
      .then(
        () => {
          failures = 0
          looking.end()
        },
        (error: unknown) => {
          failures += 1
          if (failures >= maxFailures) looking.report(error)
        }
      )
      .finally(() => {
        isLooking = false
      })
  }, lookMs)

  return {
    check() {
      if (problem) throw problem
    },
    problem: () => problem,
    leaderOf: ({ topic, partition }) => now.get(topic)?.leaders.get(partition),
    warning: () => joined([looking.current()?.reason, copies.current()?.reason]),
    missingCopies: () => behind.length,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => clearInterval(timer)
  }
}

function joined(warnings: readonly (string | undefined)[]): string | undefined {
  return warnings.filter((one) => one !== undefined).join(' ') || undefined
}

function refusal(fault: Fault, values: Readonly<Record<string, string | number>>): BusError {
  return new BusError('BUS_LOG_UNAVAILABLE', fault, { values })
}
