import { setImmediate } from 'node:timers/promises'
import { toArchived } from '#bus/archive/archived-event.ts'
import type { Control } from '#bus/control/control.ts'
import { grantsFor } from '#bus/policy/visibility.ts'
import type { RecentlyAppended } from '#bus/publishing/recently-appended.ts'
import type { EventTypes } from '#bus/registry/event-types.ts'
import { activityTopic } from '#engines/event-log/activity-topic.ts'
import type { LogRecord } from '#engines/event-log/event-log.ts'
import type { Hop, Tracing } from '#engines/telemetry/tracing.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { canonicalJson } from '#protocol/events/canonical.ts'
import { type BusEvent, expiresAtOf, withoutNulls } from '#protocol/events/event.ts'
import type { LoggedEvent } from '#protocol/events/event-stages.ts'
import { hashOfCanonical, leafHash } from '#protocol/events/hash.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { PayloadCodec } from '#protocol/events/payload-codec.ts'
import { parseProof } from '#protocol/events/proof.ts'
import { fromRecord } from '#protocol/events/record.ts'
import { isReceiptToken, receiptKidOf, receiptRootOf } from '#protocol/trust/receipt.ts'
import { verifyInclusion } from '#protocol/trust/submission.ts'
import type { ProjectedEvent } from './projected-event.ts'

export interface ProjectionOptions {
  readonly control: Pick<Control, 'state' | 'sync'>
  readonly eventTypes: EventTypes
  readonly tracing: Tracing
  /** Events that this process publishes; undefined if it publishes none. */
  readonly recent?: RecentlyAppended | undefined
}

/** An event, and the agencies that may see it, before it has its number. */
export interface EventToProject extends Omit<ProjectedEvent, 'number'> {
  readonly event: BusEvent
  readonly hop: Hop
}

/** One read from the log. */
export interface Decoded extends EventToProject {
  readonly record: LogRecord
}

/** A record that reaches no inbox. */
export interface QuarantinedRecord {
  readonly record: Pick<LogRecord, 'shard' | 'position' | 'topic' | 'headers'>
  readonly reason: string
  /** The bus gave a receipt for it: somebody counts on it. */
  readonly isOurs: boolean
}

export interface Projection {
  readonly events: readonly Decoded[]
  readonly quarantined: readonly QuarantinedRecord[]
  /** How many of the records these are; what comes after waits. */
  readonly taken: number
  /** Why the next record must wait: this process does not know its act or schema yet. Undefined if no record waits. */
  readonly waits: BusError | undefined
}

/** Records handled in one turn of the event loop. */
const inOneGo = 10

/** Decides for each record whether the bus wrote it, which event it contains, and who may see it. */
export function createProjection(options: ProjectionOptions) {
  const { control, recent } = options
  /** The last token found valid: up to 500 consecutive records share one. */
  let lastGood = { token: '', root: '' }

  const isOurs = async (record: LogRecord): Promise<boolean> => {
    const receipt = parseProof(record.headers.bus_receipt ?? '')
    if (!receipt) return false
    const {
      ce_source: source = '',
      ce_id: id = '',
      bus_hash: hash = '',
      bus_recordedtime: recordedtime = ''
    } = record.headers
    const leaf = leafHash({ source, id, hash, recordedtime })
    const { token } = receipt
    if (token === lastGood.token) return verifyInclusion(leaf, receipt, lastGood.root)
    const root = receiptRootOf(token)
    if (root === undefined || !verifyInclusion(leaf, receipt, root)) return false
    const kid = receiptKidOf(token)
    if (kid === undefined) return false
    if (!control.state.busKeys.has(kid)) await control.sync() // Another process may have just recorded the act that adds its key.
    const keys = [...control.state.busKeys.values()].map(({ jwk }) => jwk)
    const good = await isReceiptToken(token, keys)
    if (good) lastGood = { token, root }
    return good
  }

  return async (records: readonly LogRecord[]): Promise<Projection> => {
    const events: Decoded[] = []
    const quarantined: QuarantinedRecord[] = []
    for (const [taken, record] of records.entries()) {
      if (taken % inOneGo === inOneGo - 1) await setImmediate() // A long batch must not block the event loop.
      if (record.topic === activityTopic) continue // Acts are applied from the store, not from the log.
      const own = recent?.take(record)
      const isGood = own !== undefined || (await isOurs(record))
      const decoded = isGood ? decodeOrReason(record, own, options) : 'it has no valid receipt of this bus'
      if (decoded instanceof BusError) {
        if (taken === 0) throw decoded
        return { events, quarantined, taken, waits: decoded } // The records before it need not wait.
      }
      if (typeof decoded !== 'string') events.push(decoded)
      else quarantined.push({ record, reason: decoded, isOurs: isGood })
    }
    return { events, quarantined, taken: records.length, waits: undefined }
  }
}

/** Also returns what the record waits for: an act or a schema that this process does not know yet. No record stops the records after it. */
function decodeOrReason(
  record: LogRecord,
  own: LoggedEvent | undefined,
  options: ProjectionOptions
): Decoded | string | BusError {
  try {
    return decode(record, own, options)
  } catch (error) {
    if (error instanceof BusError && error.code === 'BUS_CONTROL_STALE') return error
    return `it cannot be read: ${error}` // Decoding asks nothing outside this process: trying again does not help.
  }
}

/** The event of a record with a valid receipt, or why it is not the event that the receipt was given for. */
function decode(
  record: LogRecord,
  own: LoggedEvent | undefined,
  { control, eventTypes, tracing }: ProjectionOptions
): Decoded | string {
  const read = own ?? readOrReason(record, eventTypes)
  if (typeof read === 'string') return read
  const codec = read && eventTypes.codecOf(read.schemaId)
  if (!codec)
    throw new BusError('BUS_CONTROL_STALE', 'schema-unknown-yet', { values: { position: record.position } })
  if (read.act > control.state.lastAct) {
    throw new BusError('BUS_CONTROL_STALE', 'act-unknown-yet', { values: { act: read.act } })
  }
  return { ...toProjected(read, codec, { control, tracing }), record }
}

/** What an event is projected with, by the state under which it was accepted; the hop begins. */
export function toProjected(
  read: LoggedEvent,
  codec: Pick<PayloadCodec, 'attachmentsIn'>,
  { control, tracing }: Pick<ProjectionOptions, 'control' | 'tracing'>
): EventToProject {
  const { event } = read
  const hop = tracing.begin('process', event, read.traceparent)
  return {
    ...toArchived(read),
    traceparent: hop.traceparent,
    event,
    hop,
    grants: grantsFor(control.state, event, read.act, instantMs(read.recordedTime)),
    expiresAt: expiresAtOf(event),
    attachments: codec.attachmentsIn(event.data)
  }
}

/** Undefined if its schema is not known yet. */
function readOrReason(record: LogRecord, eventTypes: EventTypes): LoggedEvent | string | undefined {
  try {
    const read = fromRecord(record, eventTypes.codecOf)
    if (!read) return undefined
    const body = canonicalJson(read.event as never)
    if (hashOfCanonical(body) !== read.hash) return 'its event differs from the one in its receipt'
    return { ...read, event: withoutNulls(read.event), body }
  } catch (error) {
    if (error instanceof BusError && error.code === 'BUS_RECORD_FOREIGN') return error.message
    throw error
  }
}
