import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { EventDraft } from '../../connector.ts'
import type { OneStopSettings } from '../settings.ts'
import type { DossierState } from './dossier-state.ts'
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
  const { alsoPublish } = settings
  const rounds = (data.supplements ?? []) as readonly JsonObject[]
  const known = state.rounds ?? 0
  const asked = alsoPublish.includes('dossier.supplement-requested.v1')
    ? rounds.flatMap((round, index) => (index < known ? [] : supplementOf(data, round, index)))
    : []
  const status = String(data.status)
  const finishedAt = data.finishedAt ?? data.returnedAt ?? data.refusedAt
  const isNew = isFinished(status) && state.completedAs !== status && finishedAt !== undefined
  const completed =
    isNew && alsoPublish.includes('dossier.completed.v1')
      ? [{ name: `finished-${status}`, type: 'dossier.completed.v1', data: completedOf(data, attachments) }]
      : []
  return {
    drafts: [...asked, ...completed],
    state: {
      ...state,
      ...(rounds.length > known ? { rounds: rounds.length } : {}),
      ...(isNew ? { completedAs: status } : {})
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
        ...picked({ dueAt, supplementId: id }),
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
    ...picked({ result, note, returnedAt, onTime, supplementMinutes }),
    attachments: attachments.filter(({ sha256 }) => files.has(sha256)) as unknown as JsonObject[]
  }
}

function keyOf({ dossierCode = '', rootDossierCode }: JsonObject): JsonObject {
  return { dossierCode, ...picked({ rootDossierCode }) }
}

/** The members that are there. */
function picked(members: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  )
}
