import type {
  Appended,
  EventLog,
  NewRecord,
  ReadOptions,
  Subscription
} from '#engines/event-log/event-log.ts'
import { defaultPartitions } from '#engines/event-log/partition.ts'
import type { WorkingStore } from '#engines/store/store.ts'
import { reachFailpoint } from '#engines/telemetry/failpoints.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { CheckedEvent, LoggedEvent } from '#protocol/events/event-stages.ts'
import type { NewArchivedEvent } from '../archive/archived-event.ts'
import type { Addition, AppendWork, Group, GroupAppended } from './append-group.ts'
import { onlyShard, readEnd } from './entries.ts'
import { heldEntries, heldEvents, nameOf } from './held-names.ts'
import { createEntryReader, type EntryReader } from './read-entries.ts'

/** A record to append; `checked` is set if it is an event that this process has checked. */
export interface RecordOfLog extends NewRecord {
  readonly checked?: CheckedEvent | undefined
}

/** Events about to be entered. */
export interface EnteringEvents<E> {
  /** In the order given: plain data, which is sent to the thread that writes. */
  readonly events: readonly E[]
  /** Called once the transaction is committed. */
  entered(what: Pick<GroupAppended, 'numbers' | 'news'>): void
  /** Called with why it was not. */
  failed(error: unknown): void
}

/** Prepares events for the archive and what is made of it, as the projector does with those that it reads. */
export interface Entering<E extends NewArchivedEvent = NewArchivedEvent> {
  /** The position of the last record that the projector has taken. */
  reached(): number
  begin(events: readonly LoggedEvent[]): EnteringEvents<E>
}

/**
 * The log of a bus on one machine. An event is stored once, in the archive, and is in the inboxes when its append is
 * answered, unless its sender has more to be added than one transaction may: archive, receipt, inbox entries and outbox
 * rows are one transaction. The log itself has the acts, the delivery steps, and events that could not be entered, which
 * the projector then takes.
 */
export interface ArchiveLog extends EventLog {
  append(records: readonly RecordOfLog[]): Promise<readonly Appended[]>
  /** Enters events from now on. Without it they wait in the log for the projector. */
  enterWith(entering: Entering): void
}

export interface ArchiveLogOptions {
  /** Must not be used by another process. To append, its work must do `AppendWork`. */
  readonly store: WorkingStore
  readonly partitions?: number
}

interface Append {
  readonly records: readonly RecordOfLog[]
  readonly resolve: (outcomes: readonly Appended[]) => void
  readonly reject: (error: unknown) => void
}

/** Most records of one transaction, and bytes of their values, so that no caller waits long for others. */
const maxGroup = 1000
const maxGroupBytes = 4_194_304

/** Rejects with `BUS_LOG_UNAVAILABLE`. */
export async function openArchiveLog({
  store,
  partitions = defaultPartitions
}: ArchiveLogOptions): Promise<ArchiveLog> {
  let end = await readEnd(store.reader()).catch(notRead)
  let isEndKnown = true
  const readers = new Set<EntryReader>()
  const waiting: Append[] = []
  let writing: Promise<void> | undefined
  let entering: Entering | undefined
  let closing: Promise<void> | undefined

  const refuseWhenClosed = (): void => {
    if (closing) throw new BusError('BUS_LOG_UNAVAILABLE', 'log-closed')
  }

  /** Whether what the projector is to take is taken: events after it keep their order. */
  const entersNow = (): boolean => entering !== undefined && entering.reached() >= end.event

  const write = async (records: readonly RecordOfLog[], mayEnter: boolean): Promise<readonly Appended[]> => {
    if (!isEndKnown) end = await readEnd(store.reader())
    isEndKnown = true
    const enters = mayEnter && entersNow() && records.some(({ checked }) => checked !== undefined)
    const entered = enters ? entering?.begin(records.flatMap(loggedOf)) : undefined
    const events = entered?.events.values()
    const additions = records.map((record): Addition<NewArchivedEvent> => {
      const event = record.checked && events?.next().value
      return event ? { event } : { entry: entryOf(record) }
    })
    const group: Group<NewArchivedEvent> = { additions, partitions, hasEvents: end.event > 0 }
    const work = { append: group } satisfies AppendWork<NewArchivedEvent>
    const done = await store.work<GroupAppended>(work, { usesReserve: true }).catch((error: unknown) => {
      isEndKnown = false // It may be committed all the same.
      entered?.failed(error)
      throw error
    })
    reachFailpoint('log.after-commit')
    if (done.end) end = done.end
    entered?.entered(done)
    return done.outcomes
  }

  /** Appends that were called while others were written share a transaction; what one got wrong stops no other. */
  const writeGroup = async (group: readonly Append[], mayEnter: boolean): Promise<void> => {
    const all = group.flatMap(({ records }) => records)
    try {
      const outcomes = await write(all, mayEnter)
      let at = 0
      for (const { records, resolve } of group) {
        resolve(outcomes.slice(at, at + records.length))
        at += records.length
      }
    } catch (error) {
      const isOfOne = store.refuses(error) || error instanceof TypeError
      if (isOfOne && group.length > 1) for (const one of group) await writeGroup([one], true)
      // The projector finds the event that the store refuses.
      else if (isOfOne && mayEnter) await writeGroup(group, false)
      else reject(group, error)
    }
  }

  const run = async (): Promise<void> => {
    await Promise.resolve() // What is appended in the same turn shares the first transaction.
    while (waiting.length > 0) {
      const group: Append[] = []
      let [count, bytes] = [0, 0]
      while (waiting.length > 0 && count < maxGroup && bytes < maxGroupBytes) {
        const next = waiting.shift() as Append
        group.push(next)
        count += next.records.length
        for (const { value } of next.records) bytes += value.length
      }
      const before = end.position
      await writeGroup(group, true)
      if (end.position > before) for (const reader of readers) reader.wake()
    }
    writing = undefined
  }

  return {
    append(records) {
      return new Promise((resolve, reject) => {
        refuseWhenClosed()
        if (records.length === 0) return resolve([])
        waiting.push({ records, resolve, reject })
        writing ??= run()
      })
    },

    async find(ids) {
      refuseWhenClosed()
      const [events, entries] = await Promise.all([
        heldEvents(store.reader(), ids),
        heldEntries(store.reader(), ids)
      ]).catch(notRead)
      return ids.map((id) => events.get(nameOf(id)) ?? entries.get(nameOf(id)))
    },

    read(options: ReadOptions): Subscription {
      refuseWhenClosed()
      const reader = createEntryReader({ store, lastPosition: () => end.position }, options)
      readers.add(reader)
      return {
        async close() {
          readers.delete(reader)
          await reader.close()
        }
      }
    },

    async ends() {
      refuseWhenClosed()
      return end.position === 0 ? new Map() : new Map([[onlyShard, end.position]])
    },

    async confirmStored() {}, // A name is written with its record.
    problem: () => undefined,
    warning: () => undefined,
    missingCopies: () => 0,

    enterWith(given) {
      entering = given
    },

    close() {
      closing ??= Promise.all([...readers].map((reader) => reader.close())).then(() => writing)
      return closing
    }
  }
}

function reject(group: readonly Append[], cause: unknown): void {
  const error =
    cause instanceof BusError && cause.code === 'BUS_LOG_UNAVAILABLE'
      ? cause
      : new BusError('BUS_LOG_UNAVAILABLE', 'append-failed', { cause, waitMs: 2000 })
  for (const one of group) one.reject(error)
}

function notRead(cause: unknown): never {
  throw new BusError('BUS_LOG_UNAVAILABLE', 'log-not-read', { cause, waitMs: 2000 })
}

function loggedOf({ checked, receipt, headers }: RecordOfLog): readonly LoggedEvent[] {
  return checked ? [{ ...checked, receipt, traceparent: headers.traceparent }] : []
}

function entryOf({ checked: _checked, ...entry }: RecordOfLog): NewRecord {
  return entry
}
