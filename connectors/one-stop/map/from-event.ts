import type { BusEvent } from '#protocol/events/event.ts'
import type { Json, JsonObject } from '#protocol/events/json.ts'
import type { ConnectorIo } from '../../connector.ts'
import { dossierFields, progressFields } from '../dialect/fields.ts'
import { faults } from '../faults.ts'
import type { OneStopSettings } from '../settings.ts'
import { contentOf, hashOf, statusTimeOf, toRecord } from './content.ts'
import { present } from './present.ts'

/** A record to send: of a dossier with `DongBoHoSoMC`, or of its progress with `CapNhatTienDoHoSoMC`. */
export interface OutboundRecord {
  readonly service: 'DongBoHoSoMC' | 'CapNhatTienDoHoSoMC'
  readonly code: string
  readonly status: string
  /** When that status was set. */
  readonly statusAt: string | undefined
  readonly record: Readonly<Record<string, Json>>
  /** SHA-256 of its content as it is read back. */
  readonly hash: string
  /** How many files of the event the record does not name: the dialect has links, not files. */
  readonly unnamedFiles: number
}

/** Events that have the whole record of a dossier. */
export const recordTypes = ['dossier.received.v1', 'dossier.record-changed.v1']
const received = '2'
const processing = '4'
const supplementAsked = '5'

/** The record that an event becomes. Throws `recordIncomplete` and `codeWithoutCounterpart`. */
export async function fromEvent(
  event: BusEvent,
  settings: OneStopSettings,
  io: Pick<ConnectorIo, 'given' | 'published'>
): Promise<OutboundRecord> {
  const { type, data } = event
  switch (type) {
    case 'dossier.received.v1':
      return dossier({ status: received, ...data }, settings)
    case 'dossier.record-changed.v1':
      return dossier(data, settings)
    case 'dossier.status-changed.v1':
      return progress(data, settings)
    case 'dossier.transferred.v1': {
      const { reason = '', transferredAt = '' } = data
      return progress({ ...data, status: processing, content: reason, changedAt: transferredAt }, settings)
    }
    case 'dossier.supplement-requested.v1':
      return supplement(data, await knownRecord(event, io), settings)
    case 'dossier.completed.v1':
      return completion(data, await knownRecord(event, io), settings)
    default:
      throw faults.recordIncomplete({ values: { type, problem: 'it is of another kind' } })
  }
}

function dossier(data: JsonObject, settings: OneStopSettings): OutboundRecord {
  return outbound('DongBoHoSoMC', data, settings)
}

function progress(data: JsonObject, settings: OneStopSettings): OutboundRecord {
  return outbound('CapNhatTienDoHoSoMC', data, settings)
}

function outbound(
  service: OutboundRecord['service'],
  data: JsonObject,
  settings: OneStopSettings
): OutboundRecord {
  const fields = service === 'DongBoHoSoMC' ? dossierFields : progressFields
  const record = toRecord(data, fields, settings)
  const content = contentOf(record, fields, settings)
  return {
    ...{ service, record, hash: hashOf(content), statusAt: statusTimeOf(content) },
    ...{ code: String(data.dossierCode), status: String(data.status), unnamedFiles: unnamedIn(data) }
  }
}

function unnamedIn({ attachments = [], papers = [], results = [], supplements = [] }: JsonObject): number {
  const rounds = (supplements as readonly JsonObject[]).flatMap(
    (round) => (round.papers ?? []) as readonly JsonObject[]
  )
  const entries = [...(papers as readonly JsonObject[]), ...(results as readonly JsonObject[]), ...rounds]
  const named = new Set(entries.map(({ sha256 }) => sha256))
  return (attachments as readonly JsonObject[]).filter(({ sha256 }) => !named.has(sha256)).length
}

async function knownRecord({ subject }: BusEvent, io: Events): Promise<JsonObject | undefined> {
  return (await newestRecord(subject, io))?.data
}

type Events = Pick<ConnectorIo, 'given' | 'published'>

/** The newest whole record of a dossier that the agency published or was given. */
export async function newestRecord(
  code: string,
  { given, published }: Events
): Promise<BusEvent | undefined> {
  const other = (await given(code, recordTypes)).at(-1)
  let own: BusEvent | undefined
  for await (const event of published(code, recordTypes)) own = event
  if (own === undefined || other === undefined) return own ?? other
  return timeOf(other) < timeOf(own) ? own : other
}

/** An event's time in milliseconds since the epoch: as texts, times in different zones do not compare. */
export function timeOf({ time }: BusEvent): number {
  return Date.parse(time)
}

/** The record with the end of the dossier; of one whose record is not known, only progress can be told. */
function completion(
  data: JsonObject,
  known: JsonObject | undefined,
  settings: OneStopSettings
): OutboundRecord {
  const { dossierCode = '', status = '', result, note, finishedAt = '', returnedAt, attachments } = data
  const end = present({ status, result, note, finishedAt, returnedAt, attachments })
  if (known) return dossier({ ...known, ...end }, settings)
  const content = result ?? note ?? ''
  return progress(
    { dossierCode, status, content, changedAt: finishedAt, ...present({ attachments }) },
    settings
  )
}

/** The record with one more supplement round, unless it has it. */
function supplement(
  data: JsonObject,
  known: JsonObject | undefined,
  settings: OneStopSettings
): OutboundRecord {
  const { dossierCode = '', content = '', requestedAt = '', by, papers, dueAt, supplementId } = data
  const who = by === undefined ? {} : { by }
  const status = supplementAsked
  if (!known) return progress({ dossierCode, status, content, changedAt: requestedAt, ...who }, settings)
  const rounds = (known.supplements ?? []) as readonly JsonObject[]
  const isThere = rounds.some((round) => round.requestedAt === requestedAt && round.id === supplementId)
  if (isThere) return dossier(known, settings)
  const names = (papers ?? []) as readonly string[]
  const round = {
    content,
    requestedAt,
    ...present({ id: supplementId, requestedBy: (by as JsonObject | undefined)?.name, dueAt }),
    ...(names.length === 0 ? {} : { papers: names.map((name) => ({ name })) })
  }
  return dossier({ ...known, status, supplements: [...rounds, round] }, settings)
}
