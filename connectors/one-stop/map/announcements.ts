import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { EventDraft } from '../../connector.ts'
import type { OneStopSettings } from '../settings.ts'
import { hashOf } from './content.ts'
import { present } from './present.ts'
import { isFinished } from './statuses.ts'

/** An event that a record brings beside itself. The host stores no second item of its reference, ever. */
export interface Announcement extends Pick<EventDraft, 'type' | 'data'> {
  readonly reference: string
}

interface Announced {
  /** The record as an event has it. */
  readonly data: JsonObject
  readonly attachments: readonly Attachment[]
  readonly settings: Pick<OneStopSettings, 'alsoPublish'>
}

/** Each finished status, and each supplement round, is announced once for a dossier: by its reference. */
export function announcements({ data, attachments, settings }: Announced): readonly Announcement[] {
  const rounds = (data.supplements ?? []) as readonly JsonObject[]
  const { status, finishedAt, returnedAt, refusedAt } = data
  const isEnd = isFinished(String(status)) && (finishedAt ?? returnedAt ?? refusedAt) !== undefined
  const all = [
    ...rounds.flatMap((round) => supplementOf(data, round)),
    ...(isEnd ? [completedOf(data, attachments)] : [])
  ]
  return all.filter(({ type }) => (settings.alsoPublish as readonly string[]).includes(type))
}

/** Rounds are told apart by their id and time: desks list them in any order, and not always all of them. */
function supplementOf(data: JsonObject, round: JsonObject): readonly Announcement[] {
  const { id, requestedBy, content, requestedAt, papers, dueAt } = round
  if (requestedAt === undefined) return []
  const names = ((papers ?? []) as readonly JsonObject[]).flatMap(
    ({ name, fileName }) => name ?? fileName ?? []
  )
  const name = hashOf({ requestedAt, ...present({ id }) }).slice(0, 32)
  return [
    {
      reference: `supplement ${data.dossierCode} ${name}`,
      type: 'dossier.supplement-requested.v1',
      data: {
        ...keyOf(data),
        content: content ?? '',
        requestedAt,
        ...present({ dueAt, supplementId: id }),
        ...(requestedBy === undefined ? {} : { by: { name: requestedBy } }),
        ...(names.length === 0 ? {} : { papers: names })
      }
    }
  ]
}

function completedOf(data: JsonObject, attachments: readonly Attachment[]): Announcement {
  const { status = '', result, note, finishedAt, returnedAt, refusedAt, onTime, supplementMinutes } = data
  const results = (data.results ?? []) as readonly JsonObject[]
  const files = new Set(results.flatMap(({ sha256 }) => sha256 ?? []))
  return {
    reference: `completed ${data.dossierCode} ${status}`,
    type: 'dossier.completed.v1',
    data: {
      ...keyOf(data),
      status,
      finishedAt: finishedAt ?? returnedAt ?? refusedAt ?? '',
      ...present({ result, note, returnedAt, onTime, supplementMinutes }),
      attachments: attachments.filter(({ sha256 }) => files.has(sha256)) as unknown as JsonObject[]
    }
  }
}

function keyOf({ dossierCode = '', rootDossierCode }: JsonObject): JsonObject {
  return { dossierCode, ...present({ rootDossierCode }) }
}
