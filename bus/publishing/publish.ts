import type { EventLog, RecordId, StoredRecord } from '#engines/event-log/event-log.ts'
import type { DiskSpace } from '#engines/store/disk-space.ts'
import type { Hop, Tracing } from '#engines/telemetry/tracing.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { type BusEvent, checkEvent } from '#protocol/events/event.ts'
import type { ReadEvent, SentEvent } from '#protocol/events/event-stages.ts'
import type { Json } from '#protocol/events/json.ts'
import { toRecord } from '#protocol/events/record.ts'
import { checkVouchedAttributes } from '#protocol/events/vouched-attributes.ts'
import type { Attachments } from '../attachments/attachments.ts'
import type { Control } from '../control/control.ts'
import type { Turns } from '../fair-use/turns.ts'
import { authorize, type Identity } from '../policy/identity.ts'
import { checkMayPublish } from '../policy/may-publish.ts'
import type { EventType, EventTypes } from '../registry/event-types.ts'
import type { AppendOutcome, AppendQueue, RecordToAppend } from './append-queue.ts'

/** The publishing system and its key. The caller has verified the system's signature over what it sends. */
export interface Publisher extends Identity {
  readonly agency: string
  /** Whether the bus holds its private key. */
  readonly hosted: boolean
}

export interface Submission {
  readonly publisher: Publisher
  readonly events: readonly SentEvent[]
  /** W3C trace context of the request; without one, each event's own attribute is used. */
  readonly traceparent: string | undefined
}

/** The outcome for one event. `source` and `id` as sent, if they could be read. */
export type PublishResult = RecordId &
  (
    | ({ readonly status: 'accepted' | 'repeated' } & StoredRecord)
    | { readonly status: 'rejected'; readonly error: BusError }
  )

/** An event that passed the checks, and the hop that stores it. */
interface Checked {
  readonly record: RecordToAppend
  readonly hop: Hop
}

export interface PublishingOptions {
  readonly control: Control
  readonly log: Pick<EventLog, 'find'>
  readonly eventTypes: EventTypes
  readonly attachments: Attachments
  readonly append: AppendQueue['append']
  /** A batch is checked in pieces, each in a turn of its agency. */
  readonly turns: Pick<Turns, 'next'>
  readonly space: Pick<DiskSpace, 'takeIn'>
  /** Throws `BUS_OVERLOADED` if the inboxes are as far behind an agency's events as they may be. */
  readonly checkLag: (agency: string) => void
  readonly tracing: Tracing
  readonly publicUrl: string
  readonly now: () => number
  /** See `createRecordedClock`. */
  readonly recordedNow: () => number
}

export interface Publishing {
  /**
   * Checks each event (attributes, rights, schema, attachments, conflict, in this order) and stores those
   * that pass, in the order given. Returns a result for each; nothing of a rejected event is stored.
   * Rejects if the publisher may not act (`authorize`), which is asked before each event is checked; nothing
   * is stored then. Otherwise it rejects only for failures that are not the caller's fault (`BUS_OVERLOADED`,
   * `BUS_LOG_UNAVAILABLE`, `BUS_STORE_UNAVAILABLE`). Some events may then be stored: send the same submission
   * again, and they come back as repeats.
   */
  publish(submission: Submission): Promise<readonly PublishResult[]>
  /**
   * Why an event would be rejected now; undefined if it would be accepted. Stores nothing, and does not compare it
   * with the log. Rejects as `publish` does.
   */
  check(publisher: Publisher, event: ReadEvent): Promise<BusError | undefined>
}

/** Events of a batch that are looked up in store and log at the same time: all agencies share these. */
const atOnce = 4

export function createPublishing(options: PublishingOptions): Publishing {
  const {
    control,
    log,
    eventTypes,
    attachments,
    append,
    turns,
    space,
    checkLag,
    tracing,
    publicUrl,
    now,
    recordedNow
  } = options

  /** The hop begins only after the rights are checked, so that nobody can write traces in another system's name. */
  const check = async (sent: SentEvent, submission: Submission): Promise<Checked> => {
    const { publisher } = submission
    const event = checkEvent(sent.value)
    checkVouchedAttributes(event, publisher)
    checkMayPublish(control.state, publisher.system, event, now())
    const hop = tracing.begin('send', event, submission.traceparent ?? event.traceparent)
    try {
      const { traceparent } = hop
      return { hop, record: await toCheckedRecord(event, sent, { ...submission, traceparent }) }
    } catch (error) {
      hop.end(error)
      throw error
    }
  }

  const toCheckedRecord = async (
    event: BusEvent,
    { value, body, hash, signature }: SentEvent,
    { publisher, traceparent }: Submission
  ): Promise<RecordToAppend> => {
    const act = control.state.lastAct
    const { codec, id: schemaId } = typeOf(event)
    const recordedTime = new Date(recordedNow()).toISOString()
    const facts = { schemaId, act, recordedTime, hash, signature, hosted: publisher.hosted }
    const written = value as unknown as BusEvent // With the attributes that are null: they were signed.
    const record = toRecord(written, { codec, traceparent, ...facts })
    codec.checkNames(event)
    codec.checkExtensions(event.data)
    await attachments.checkListed(publisher.agency, codec.attachmentsIn(event.data))
    return { ...record, checked: { ...facts, body, event } }
  }

  const typeOf = (event: BusEvent): EventType => {
    const type = eventTypes.current(event.type)
    if (!type)
      throw new BusError('BUS_PAYLOAD_INVALID', 'type-without-schema', { values: { type: event.type } })
    const { dataschema } = event
    if (
      dataschema !== undefined &&
      !type.ids.some((id) => dataschema === `${publicUrl}/registry/schemas/ids/${id}`)
    ) {
      throw new BusError('BUS_ATTRIBUTE_INVALID', 'dataschema-of-other-type', {
        values: { expected: `${publicUrl}/registry/schemas/ids/${type.id}`, got: dataschema }
      })
    }
    return type
  }

  const prepare = async (sent: SentEvent, submission: Submission): Promise<Checked | PublishResult> => {
    try {
      return await check(sent, submission)
    } catch (error) {
      if (!(error instanceof BusError) || error.retry === 'later') throw error
      return reject(sent, error, submission.publisher)
    }
  }

  /** An event already stored with this content is a repeat, whatever has changed since. */
  const reject = async (sent: SentEvent, error: BusError, publisher: Publisher): Promise<PublishResult> => {
    const names = namesOf(sent.value)
    if (names.source === publisher.system && names.id !== '') {
      const [held] = await log.find([names])
      if (held?.hash === sent.hash) return { ...names, status: 'repeated', ...held }
    }
    return { ...names, status: 'rejected', error }
  }

  return {
    async check(publisher, sent) {
      authorize(control, publisher, now())
      try {
        const event = checkEvent(sent.value)
        checkVouchedAttributes(event, publisher)
        checkMayPublish(control.state, publisher.system, event, now())
        const submission = { publisher, events: [], traceparent: undefined }
        await toCheckedRecord(event, { ...sent, signature: undefined }, submission)
        return undefined
      } catch (error) {
        if (error instanceof BusError && error.retry === 'never') return error
        throw error
      }
    },

    async publish(submission) {
      const { agency } = submission.publisher
      checkLag(agency)
      space.takeIn(submission.events.reduce((sum, sent) => sum + bytesOnDisk(sent), 0))
      const preparing: Promise<Checked | PublishResult>[] = []
      try {
        for (const sent of submission.events) {
          const turn = turns.next(agency)
          if (turn) await turn
          await preparing.at(-atOnce)
          // No await from here to the check of the rights: both are as of the same act.
          authorize(control, submission.publisher, now())
          const one = prepare(sent, submission)
          one.catch(() => {}) // `Promise.all` reports it.
          preparing.push(one)
        }
        const prepared = await Promise.all(preparing)
        const checked = prepared.filter((one) => 'record' in one)
        const held = await append(checked.map(({ record }) => record))
        const heldOf = new Map(checked.map((one, index) => [one, held[index]]))
        return prepared.map((one) => ('record' in one ? answer(one, heldOf.get(one)) : one))
      } catch (error) {
        for (const one of await Promise.allSettled(preparing)) {
          if (one.status === 'fulfilled' && 'record' in one.value) one.value.hop.end(error)
        }
        throw error
      }
    }
  }
}

/**
 * About the disk space of an event: it is in the archive and in its write-ahead log, with its indexes, and
 * has an inbox entry of about 300 bytes for each recipient, whose code has about 15.
 */
function bytesOnDisk({ body, value }: SentEvent): number {
  const named = value !== null && typeof value === 'object' && 'recipients' in value ? value.recipients : ''
  return 4 * body.length + 20 * (typeof named === 'string' ? named.length : 0)
}

function answer({ record, hop }: Checked, held: AppendOutcome | undefined): PublishResult {
  if (!held) throw new TypeError('an event without an outcome')
  const result = toResult(record, held)
  hop.end(result.status === 'rejected' ? result.error : undefined)
  return result
}

function toResult({ source, id, hash }: RecordToAppend, held: AppendOutcome): PublishResult {
  if (held.outcome === 'conflicting') {
    const error = new BusError('BUS_EVENT_ID_SPENT', 'event-id-spent', { values: { id } })
    return { source, id, status: 'rejected', error }
  }
  const { outcome, receipt, recordedTime } = held
  return { source, id, status: outcome === 'appended' ? 'accepted' : outcome, hash, receipt, recordedTime }
}

function namesOf(value: Json): RecordId {
  const member = (name: 'source' | 'id'): string => {
    const found = typeof value === 'object' && value !== null && !Array.isArray(value) && name in value
    const text = found ? (value as Readonly<Record<string, Json>>)[name] : undefined
    return typeof text === 'string' ? text.slice(0, 256) : ''
  }
  return { source: member('source'), id: member('id') }
}
