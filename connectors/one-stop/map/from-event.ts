import type { BusEvent } from '#protocol/events/event.ts'
import { instantMs } from '#protocol/events/instant.ts'
import type { Json, JsonObject } from '#protocol/events/json.ts'
import type { ConnectorIo } from '../../connector.ts'
import { dossierFields, progressFields } from '../dialect/fields.ts'
import { faults } from '../faults.ts'
import { createFileLinks, type FileLinks } from '../files/file-links.ts'
import type { OneStopSettings } from '../settings.ts'
import { contentOf, hashOf, statusTimeOf, toRecord } from './content.ts'
import { present } from './present.ts'
import { filesOf, unlinkedIn, withLinks, withUnnamedFiles } from './unlinked-files.ts'

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
  /** How many files of the event the record has no link to: the dialect has links, not files. */
  readonly unlinkedFiles: number
}

/** Events that have the whole record of a dossier. */
export const recordTypes = ['dossier.received.v1', 'dossier.record-changed.v1']
const received = '2'
const processing = '4'
const supplementAsked = '5'

interface To {
  readonly settings: OneStopSettings
  readonly io: Pick<ConnectorIo, 'given' | 'published' | 'secretFor' | 'now'>
  readonly links: FileLinks | undefined
}

/** The record that an event becomes. Throws `recordIncomplete` and `codeWithoutCounterpart`. */
export async function fromEvent(
  event: BusEvent,
  settings: OneStopSettings,
  io: To['io']
): Promise<OutboundRecord> {
  const { type, data } = event
  const to = { settings, io, links: await createFileLinks(settings, io) }
  switch (type) {
    case 'dossier.received.v1':
      return dossier({ status: received, ...data }, to)
    case 'dossier.record-changed.v1':
      return dossier(data, to)
    case 'dossier.status-changed.v1':
      return progress(data, to)
    case 'dossier.transferred.v1': {
      const { reason = '', transferredAt = '' } = data
      return progress({ ...data, status: processing, content: reason, changedAt: transferredAt }, to)
    }
    case 'dossier.supplement-requested.v1':
      return supplement(data, await knownRecord(event, io), to)
    case 'dossier.completed.v1':
      return completion(data, await knownRecord(event, io), to)
    default:
      throw faults.recordIncomplete({ values: { type, problem: 'it is of another kind' } })
  }
}

function dossier(data: JsonObject, to: To, place: 'papers' | 'results' = 'papers'): OutboundRecord {
  return outbound('DongBoHoSoMC', data, { ...to, place })
}

function progress(data: JsonObject, to: To): OutboundRecord {
  return outbound('CapNhatTienDoHoSoMC', data, { ...to, place: undefined })
}

/** `place`: where files are listed that no entry names; undefined if the record has no place for files. */
function outbound(
  service: OutboundRecord['service'],
  data: JsonObject,
  { settings, io, links, place }: To & { readonly place: 'papers' | 'results' | undefined }
): OutboundRecord {
  const fields = service === 'DongBoHoSoMC' ? dossierFields : progressFields
  const canName = links !== undefined && place !== undefined
  const named = canName ? withUnnamedFiles(data, place) : data
  const content = contentOf(toRecord(named, fields, settings), fields, settings)
  const linked = links ? withLinks(named, (file) => links.linkTo(file, io.now())) : named
  return {
    ...{ service, record: toRecord(linked, fields, settings) },
    ...{ hash: hashOf(content), statusAt: statusTimeOf(content) },
    ...{
      code: String(data.dossierCode),
      status: String(data.status),
      unlinkedFiles: unlinkedIn(linked).length
    }
  }
}

/** Says what a record leaves out. */
export function tellUnlinked(
  { code, unlinkedFiles }: Pick<OutboundRecord, 'code' | 'unlinkedFiles'>,
  { log }: Pick<ConnectorIo, 'log'>
): void {
  if (unlinkedFiles === 0) return
  const values = { dossier: code, files: unlinkedFiles }
  log.warn(values, 'files of an event are not sent: the dialect carries links, and these files have none')
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
  return instantMs(time)
}

/** The record with the end of the dossier; of one whose record is not known, only progress can be told. */
function completion(data: JsonObject, known: JsonObject | undefined, to: To): OutboundRecord {
  const { dossierCode = '', status = '', result, note, finishedAt = '', returnedAt, attachments } = data
  const end = present({ status, result, note, finishedAt, returnedAt })
  if (known) {
    const files = [...filesOf(known), ...filesOf(data)] as unknown as Json
    const named = withUnnamedFiles(known, 'papers') // Its own files are no results.
    return dossier({ ...named, ...end, attachments: files }, to, 'results')
  }
  const content = result ?? note ?? ''
  return progress({ dossierCode, status, content, changedAt: finishedAt, ...present({ attachments }) }, to)
}

/** The record with one more supplement round, unless it has it. */
function supplement(data: JsonObject, known: JsonObject | undefined, to: To): OutboundRecord {
  const { dossierCode = '', content = '', requestedAt = '', by, papers, dueAt, supplementId } = data
  const who = by === undefined ? {} : { by }
  const status = supplementAsked
  if (!known) return progress({ dossierCode, status, content, changedAt: requestedAt, ...who }, to)
  const rounds = (known.supplements ?? []) as readonly JsonObject[]
  const isThere = rounds.some((round) => round.requestedAt === requestedAt && round.id === supplementId)
  if (isThere) return dossier(known, to)
  const names = (papers ?? []) as readonly string[]
  const round = {
    content,
    requestedAt,
    ...present({ id: supplementId, requestedBy: (by as JsonObject | undefined)?.name, dueAt }),
    ...(names.length === 0 ? {} : { papers: names.map((name) => ({ name })) })
  }
  return dossier({ ...known, status, supplements: [...rounds, round] }, to)
}
