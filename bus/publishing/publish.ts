import type { EventLog, NewRecord } from '#engines/event-log/event-log.ts'
import type { Hop, Tracing } from '#engines/telemetry/tracing.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { type BusEvent, checkEvent } from '#protocol/events/event.ts'
import { type WrittenEvent, writeEvent } from '#protocol/events/hash.ts'
import { isSameJson, type Json } from '#protocol/events/json.ts'
import type { Proof } from '#protocol/events/proof.ts'
import { type EventRecord, toRecord } from '#protocol/events/record.ts'
import type { Attachments } from '../attachments/attachments.ts'
import type { Control } from '../control/control.ts'
import { checkMayPublish } from '../policy/may-publish.ts'
import type { EventType, EventTypes } from '../registry/event-types.ts'
import type { AppendQueue, Held } from './append-queue.ts'
import type { KnownEvent, RecentlyAppended } from './recently-appended.ts'

/** The system that publishes, its signature already verified against what it sends. */
export interface Publisher {
  readonly system: string
  readonly agency: string
  /** The bus holds its key. */
  readonly hosted: boolean
}

/** One event as it came, parsed, with the proof that its system signed it; unsigned where that is allowed. */
export interface Submitted {
  readonly value: Json
  /** Its canonical form and hash where they are known already. */
  readonly written?: WrittenEvent | undefined
  readonly signature: Proof | undefined
}

export interface Submission {
  readonly publisher: Publisher
  readonly events: readonly Submitted[]
  /** W3C trace context of the request; where it has none, each event's own attribute counts. */
  readonly traceparent: string | undefined
}

/** What became of one event. `source` and `id` as sent, where they could be read. */
export type PublishResult = { readonly source: string; readonly id: string } & (
  | {
      readonly status: 'accepted' | 'repeated'
      readonly hash: string
      readonly receipt: Proof
      readonly recordedTime: string
    }
  | { readonly status: 'refused'; readonly error: BusError }
)

/** An event that may be stored, what is kept of it, and the hop that stores it. */
interface Checked {
  readonly record: EventRecord
  readonly kept: KnownEvent | undefined
  readonly hop: Hop
}

export interface PublishingOptions {
  readonly control: Control
  readonly log: Pick<EventLog, 'find'>
  readonly eventTypes: EventTypes
  readonly attachments: Attachments
  readonly append: AppendQueue['append']
  /** Where this process projects too; undefined elsewhere. */
  readonly recent?: RecentlyAppended | undefined
  readonly tracing: Tracing
  readonly publicUrl: string
  readonly now: () => number
}

export interface Publishing {
  /**
   * Checks events in the order attributes, rights, schema, attachments,
   * conflict, and stores those that pass, in the order given. Answers for each;
   * a refused one stores nothing of itself. Rejects only for what is not the
   * caller's fault (`BUS_OVERLOADED`, `BUS_LOG_UNAVAILABLE`): some may be
   * stored then, and the same submission again is a repeat.
   */
  publish(submission: Submission): Promise<readonly PublishResult[]>
}

export function createPublishing(options: PublishingOptions): Publishing {
  const { control, log, eventTypes, attachments, append, recent, tracing, publicUrl, now } = options

  /** The hop begins once the event is known to be its publisher's, so that nobody writes traces in another's name. */
  const check = async (submitted: Submitted, submission: Submission): Promise<Checked> => {
    const event = checkEvent(submitted.value)
    checkMayPublish(control.state, submission.publisher.system, event, now())
    const hop = tracing.begin('send', event, submission.traceparent ?? event.traceparent)
    try {
      const { traceparent } = hop
      return { hop, ...(await toCheckedRecord(event, submitted, { ...submission, traceparent })) }
    } catch (error) {
      hop.end(error)
      throw error
    }
  }

  const toCheckedRecord = async (
    event: BusEvent,
    { value, written = writeEvent(value), signature }: Submitted,
    { publisher, traceparent }: Submission
  ): Promise<Omit<Checked, 'hop'>> => {
    const { hash, body } = written
    const act = control.state.lastAct
    const { codec, id: schemaId } = typeOf(event)
    const recordedTime = new Date(now()).toISOString()
    const facts = { schemaId, act, recordedTime, hash, signature, hosted: publisher.hosted }
    const record = toRecord(event, { codec, traceparent, ...facts })
    if (!isSameJson(codec.decode(record.value), event.data)) {
      throw new BusError('BUS_PAYLOAD_INVALID', 'payload-not-kept', { values: { type: event.type } })
    }
    await attachments.checkListed(publisher.agency, codec.attachmentsIn(event.data))
    return { record, kept: recent && { ...facts, body } }
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

  /** A refused event that is already held with this content is a repeat, whatever has changed since. */
  const repeatOf = async (
    names: Names,
    { value, written }: Submitted,
    publisher: Publisher
  ): Promise<PublishResult | undefined> => {
    if (names.source !== publisher.system || names.id === '') return undefined
    const { hash } = written ?? writeEvent(value)
    const [held] = await log.find([names])
    return held?.hash === hash
      ? { ...names, status: 'repeated', hash, receipt: held.receipt, recordedTime: held.recordedTime }
      : undefined
  }

  const keepOf =
    (checked: readonly Checked[]) =>
    (signed: readonly NewRecord[]): void => {
      for (const [index, record] of signed.entries()) {
        const kept = checked[index]?.kept
        if (kept) recent?.keep(record, kept)
      }
    }

  return {
    async publish(submission) {
      await recent?.room()
      const prepared = await Promise.all(
        submission.events.map(async (submitted) => {
          try {
            return await check(submitted, submission)
          } catch (error) {
            if (!(error instanceof BusError) || error.retry === 'later') throw error
            return error
          }
        })
      )
      const checked = prepared.filter((one): one is Checked => !(one instanceof BusError))
      const records = checked.map(({ record }) => record)
      const held = await append(records, keepOf(checked)).catch((error: unknown) => {
        for (const { hop } of checked) hop.end(error)
        throw error
      })
      let next = 0
      return Promise.all(
        submission.events.map(async (submitted, index) => {
          const names = namesOf(submitted.value)
          const one = prepared[index]
          if (one instanceof BusError) {
            return (
              (await repeatOf(names, submitted, submission.publisher)) ?? {
                ...names,
                status: 'refused' as const,
                error: one
              }
            )
          }
          const outcome = held[next++]
          if (one === undefined || outcome === undefined) throw new TypeError('an event without an outcome')
          if (outcome.outcome !== 'appended') recent?.forget(one.record.hash)
          const result = toResult(names, one.record.hash, outcome)
          one.hop.end(result.status === 'refused' ? result.error : undefined)
          return result
        })
      )
    }
  }
}

function toResult(names: Names, hash: string, held: Held): PublishResult {
  if (held.outcome === 'conflicting') {
    const error = new BusError('BUS_EVENT_ID_SPENT', 'event-id-spent', { values: { id: names.id } })
    return { ...names, status: 'refused', error }
  }
  const { receipt, recordedTime } = held
  return {
    ...names,
    status: held.outcome === 'appended' ? 'accepted' : 'repeated',
    hash,
    receipt,
    recordedTime
  }
}

interface Names {
  readonly source: string
  readonly id: string
}

function namesOf(value: Json): Names {
  const member = (name: 'source' | 'id'): string => {
    const found = typeof value === 'object' && value !== null && !Array.isArray(value) && name in value
    const text = found ? (value as Readonly<Record<string, Json>>)[name] : undefined
    return typeof text === 'string' ? text.slice(0, 256) : ''
  }
  return { source: member('source'), id: member('id') }
}
