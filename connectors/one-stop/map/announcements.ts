import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { EventDraft } from '../../connector.ts'
import type { OneStopSettings } from '../settings.ts'
import type { DossierState } from './dossier-state.ts'
import { present } from './present.ts'
import { isFinished } from './statuses.ts'

/** What a record says beside its content: that the dossier is finished, and that supplements are asked for. */
export interface Announcements {
  readonly drafts: readonly Announcement[]
  readonly state: DossierState
}

/** `name` is part of the reference. */
interface Announcement extends Pick<EventDraft, 'type' | 'data'> {
  readonly name: string
}

interface Announced {
  /** The record as an event has it. */
  readonly data: JsonObject
  readonly attachments: readonly Attachment[]
  readonly state: DossierState
  readonly settings: Pick<OneStopSettings, 'alsoPublish'>
}

/** Each finished status, and each supplement round, is announced once for a dossier. */
export function announcements({ data, attachments, state, settings }: Announced): Announcements {
  const says = (type: OneStopSettings['alsoPublish'][number]): boolean => settings.alsoPublish.includes(type)
  const rounds = says('dossier.supplement-requested.v1')
    ? ((data.supplements ?? []) as readonly JsonObject[])
    : []
  const known = state.rounds ?? 0
  const asked = rounds.flatMap((round, index) => (index < known ? [] : supplementOf(data, round, index)))
  const status = String(data.status)
  const finishedAt = data.finishedAt ?? data.returnedAt ?? data.refusedAt
  const isNew = isFinished(status) && state.completedAs !== status && finishedAt !== undefined
  const isEnd = isNew && says('dossier.completed.v1')
  const end = {
    name: `finished-${status}`,
    type: 'dossier.completed.v1',
    data: completedOf(data, attachments)
  }
  return {
    drafts: [...asked, ...(isEnd ? [end] : [])],
    state: {
      ...state,
      ...(rounds.length > known ? { rounds: rounds.length } : {}),
      ...(isEnd ? { completedAs: status } : {})
    }
  }
}

function supplementOf(data: JsonObject, round: JsonObject, index: number): readonly Announcement[] {
  const { id, requestedBy, content, requestedAt, papers, dueAt } = round
  if (requestedAt === undefined) return []
  const names = ((papers ?? []) as readonly JsonObject[]).flatMap(
    ({ name, fileName }) => name ?? fileName ?? []
  )
  return [
    {
      name: `supplement-${index + 1}`,
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

function completedOf(data: JsonObject, attachments: readonly Attachment[]): JsonObject {
  const { status = '', result, note, finishedAt, returnedAt, refusedAt, onTime, supplementMinutes } = data
  const results = (data.results ?? []) as readonly JsonObject[]
  const files = new Set(results.flatMap(({ sha256 }) => sha256 ?? []))
  return {
    ...keyOf(data),
    status,
    finishedAt: finishedAt ?? returnedAt ?? refusedAt ?? '',
    ...present({ result, note, returnedAt, onTime, supplementMinutes }),
    attachments: attachments.filter(({ sha256 }) => files.has(sha256)) as unknown as JsonObject[]
  }
}

function keyOf({ dossierCode = '', rootDossierCode }: JsonObject): JsonObject {
  return { dossierCode, ...present({ rootDossierCode }) }
}
