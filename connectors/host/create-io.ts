import type { Archive } from '#bus/archive/archive.ts'
import { eventOf } from '#bus/archive/archived-event.ts'
import type { Attachments } from '#bus/attachments/attachments.ts'
import type { Control } from '#bus/control/control.ts'
import type { Computing } from '#bus/fair-use/computing.ts'
import type { RecipientStatuses } from '#bus/recipients/recipient-statuses.ts'
import type { Inbox } from '#consumers/inbox/read.ts'
import type { Store } from '#engines/store/store.ts'
import type { Logger } from '#engines/telemetry/logger.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { ConnectorIo } from '../connector.ts'
import type { ConnectorTables } from './connector-tables.ts'
import { readItemResults } from './inbound/item-results.ts'
import type { LimitedFetch } from './limited-fetch.ts'
import { createMarkReader, readMarks } from './marks.ts'
import { begunBy } from './outbound/begun.ts'
import type { Collecting } from './outbound/collect.ts'
import { undeliveredAmong } from './outbound/undelivered.ts'
import { storeAttachment } from './store-attachment.ts'

/** The parts of the bus that kinds use through `io`. */
export interface LentParts {
  readonly store: Store
  readonly control: Pick<Control, 'state'>
  readonly archive: Pick<Archive, 'ofSubjects' | 'numbersAbout' | 'numbersOf' | 'byNumbers'>
  readonly recipientStatuses: Pick<RecipientStatuses, 'delivered' | 'ofEvents'>
  readonly attachments: Pick<Attachments, 'upload' | 'find' | 'maxBytes'>
  readonly inbox: Pick<Inbox, 'hasAny' | 'entriesAfter' | 'enteredUpTo'>
  /** Waits up to `ms` until the whole log is projected; returns whether it is. */
  readonly caughtUp: (ms: number) => Promise<boolean>
  readonly computing: Computing
  /** The newest Avro schema of an event type. */
  readonly eventSchema: (type: string) => string | undefined
  readonly now: () => number
}

/** The instance that they are lent to. */
export interface Borrower {
  readonly name: string
  readonly agency: string
  readonly system: string
  readonly startAt: number
  readonly logger: Logger
  readonly fetching: LimitedFetch
  readonly collecting: Collecting
  readonly wake: () => void
  readonly secretFor: ConnectorIo['secretFor']
}

/** How long an instance waits for the projector when it asks what its agency has published. */
const caughtUpMs = 5000

/** Events in memory at a time, each of a megabyte at most. */
const eventsAtOnce = 20

/** What the host lends to an instance, for one call. */
export function createIo(parts: LentParts, borrower: Borrower): (signal: AbortSignal) => ConnectorIo {
  const {
    control,
    store,
    archive,
    recipientStatuses,
    attachments,
    inbox,
    caughtUp,
    computing,
    eventSchema,
    now
  } = parts
  const { name, agency, system, startAt, logger, fetching, collecting, wake, secretFor } = borrower

  const eventsOf = async (numbers: readonly number[]): Promise<readonly BusEvent[]> =>
    [...(await archive.byNumbers(numbers)).values()].sort((a, b) => a.number - b.number).map(eventOf)

  const givenOf = async (subject: string, types: readonly string[]): Promise<readonly number[]> => {
    const numbers = await archive.numbersAbout(subject, types)
    return [...(await recipientStatuses.delivered(agency, numbers))]
  }

  const ofInstance: Omit<ConnectorIo, 'signal' | 'fetch' | 'attach'> = {
    agency,
    agencyName: () => control.state.agencies.get(agency)?.name ?? agency,
    instance: name,
    startAt,
    log: logger,
    async attachment(sha256) {
      const found = await attachments.find(agency, sha256, inbox.hasAny)
      if (!found) throw new BusError('BUS_NOT_FOUND', 'not-found')
      return found.open()
    },
    async *published(subject, types) {
      if (!(await caughtUp(caughtUpMs))) throw new BusError('BUS_CONTROL_STALE', 'projector-behind')
      const about = await archive.ofSubjects(agency, [subject])
      const numbers = about.filter(({ type }) => types.includes(type)).map(({ number }) => number)
      numbers.sort((a, b) => a - b)
      for (let at = 0; at < numbers.length; at += eventsAtOnce) {
        yield* await eventsOf(numbers.slice(at, at + eventsAtOnce))
      }
    },
    given: async (subject, types) => eventsOf(await givenOf(subject, types)),
    async delivered(subject, types) {
      const given = await givenOf(subject, types)
      const undelivered = await undeliveredAmong(given, { store, inbox, name, agency })
      return eventsOf(given.filter((number) => !undelivered.has(number)))
    },
    begun: (sender, endedSince, limit) => begunBy(name, { sender, endedSince, limit }, parts),
    async *visible(types) {
      for (let [after, isMore] = [0, true]; isMore; ) {
        const found = await inbox.entriesAfter(agency, after, eventsAtOnce, types)
        for (const { event } of found.items) yield eventOf(event)
        ;({ looked: after, isMore } = found)
      }
    },
    mark: createMarkReader(store, name),
    marks: (from, to, limit) => readMarks(store, name, { from, to, limit }),
    results: (references) => readItemResults(parts, name, references),
    wake,
    unacknowledged: () => unacknowledgedOf(store, name),
    waiting: collecting.waiting,
    waitingEvent: collecting.waitingEvent,
    collected: collecting.collected,
    notCollected: collecting.notCollected,
    compute: computing.computeFor(agency),
    inTurn: computing.inTurn,
    eventSchema,
    isAgency: (code) => control.state.agencies.has(code),
    secretFor,
    now
  }
  return (signal) => ({
    ...ofInstance,
    signal,
    fetch: fetching.fetchWithin(signal),
    attach: (fileName, mediaType, bytes) =>
      storeAttachment(attachments, { agency, system }, { name: fileName, mediaType, bytes }, signal)
  })
}

async function unacknowledgedOf(store: Store, instance: string): Promise<readonly string[]> {
  const rows = await store
    .reader<ConnectorTables>()
    .selectFrom('connectorItems')
    .select('reference')
    .where('instance', '=', instance)
    .where('apart', '=', 0)
    .where((e) => e.or([e('state', '!=', 'quarantined'), e('acknowledgeAt', 'is not', null)]))
    .orderBy('number')
    .execute()
  return rows.map(({ reference }) => reference)
}
