import { activityTopic } from '#engines/event-log/activity-topic.ts'
import type { EventLog, LogRecord, RecordId } from '#engines/event-log/event-log.ts'
import type { Store } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { type EventRecord, toBusRecord } from '#protocol/events/record.ts'
import { type ControlTables, lastNumber } from './control-tables.ts'

/** An act as stored: number, body and token. */
export type StoredAct = ControlTables['controlActs']

/**
 * Writes every act to the log before the events that were checked under it. If the store is restored to an
 * older state, the log of Kafka still has the acts that those events need.
 */
export interface ActJournal {
  /** Which of the acts with these numbers the log does not contain. */
  missing(numbers: readonly number[]): Promise<readonly number[]>
  /** Queues the act before everything appended after this call, and retries until the log has it. */
  write(act: StoredAct): void
}

export interface ActJournalOptions {
  readonly log: Pick<EventLog, 'find'>
  readonly append: (records: readonly EventRecord[]) => Promise<unknown>
  readonly logger: Logger
}

const retryMs = 1000
const atOnce = 500

export function createActJournal({ log, append, logger }: ActJournalOptions): ActJournal {
  /** Acts that were not appended. One still there when the bus stops is written at the next start. */
  let failed: StoredAct[] = []

  const write = async (act: StoredAct): Promise<void> => {
    try {
      await append([toRecord(act)])
    } catch (error) {
      if (failed.length === 0) setTimeout(retry, retryMs, error).unref()
      failed.push(act)
    }
  }

  const retry = async (error: unknown): Promise<void> => {
    const acts = failed
    failed = []
    logger.error(
      { err: error, acts: acts.length },
      'acts are in force but not yet written to the event log; trying again'
    )
    // Some at a time, as the queue of appends is not endless; each by itself, as a part of the log may take none.
    for (let from = 0; from < acts.length; from += atOnce)
      await Promise.all(acts.slice(from, from + atOnce).map(write))
  }

  return {
    write: (act) => void write(act),
    async missing(numbers) {
      const missing: number[] = []
      for (let from = 0; from < numbers.length; from += atOnce) {
        const some = numbers.slice(from, from + atOnce)
        const held = await log.find(some.map(recordIdOf))
        missing.push(...some.filter((_number, index) => held[index] === undefined))
      }
      return missing
    }
  }
}

/**
 * Adds to the store the acts that the log has after `positions` and the store lacks. Returns their number.
 * The log may have them in another order than they were recorded, and not every number: acts that the bus
 * ignores are not written to the log.
 */
export async function adoptActs(
  store: Store,
  log: EventLog,
  positions: ReadonlyMap<string, number>
): Promise<number> {
  const found = (await recordsAfter(log, positions)).flatMap((record) => fromRecord(record) ?? [])
  const acts = found.toSorted((a, b) => a.number - b.number)
  return store.transaction(async (transaction) => {
    const db = transaction.tables<ControlTables>()
    let last = await lastNumber(db)
    let count = 0
    for (const act of acts) {
      if (act.number <= last) continue
      await db.insertInto('controlActs').values(act).execute()
      last = act.number
      count += 1
    }
    return count
  })
}

const type = 'bus.act-recorded.v1'

/** Under which the log has an act. */
export function recordIdOf(number: number): RecordId {
  return { source: '/bus', id: `act-${number}` }
}

function toRecord({ number, body, token, recordedAt }: StoredAct): EventRecord {
  const { resource } = JSON.parse(body) as { readonly resource: string }
  return toBusRecord({
    topic: activityTopic,
    type,
    id: recordIdOf(number).id,
    subject: resource,
    time: recordedAt,
    body,
    added: { bus_act: String(number), bus_token: token }
  })
}

function fromRecord({ topic, value, headers }: LogRecord): StoredAct | undefined {
  const { bus_act: number, bus_token: token, bus_recordedtime: recordedAt } = headers
  if (topic !== activityTopic || headers.ce_type !== type) return undefined
  if (number === undefined || token === undefined || recordedAt === undefined) return undefined
  return { number: Number(number), body: Buffer.from(value).toString('utf8'), token, recordedAt }
}

async function recordsAfter(
  log: EventLog,
  positions: ReadonlyMap<string, number>
): Promise<readonly LogRecord[]> {
  const ends = await log.ends()
  const reached = new Map(positions)
  const positionOf = (shard: string): number => reached.get(shard) ?? 0
  const isRead = (): boolean => [...ends].every(([shard, end]) => positionOf(shard) >= end)
  const activity: LogRecord[] = []
  if (isRead()) return activity
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const subscription = log.read({
    group: 'adopt-acts',
    positionOf: async (shard) => positionOf(shard),
    reader: async (records) => {
      activity.push(...records.filter(({ topic }) => topic === activityTopic))
      for (const { shard, position } of records) reached.set(shard, position)
      if (isRead()) resolve()
    },
    onState: (fault) => {
      if (fault !== undefined) reject(fault)
    }
  })
  try {
    await promise
    return activity
  } finally {
    await subscription.close()
  }
}
