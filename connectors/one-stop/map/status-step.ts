import type { JsonObject } from '#protocol/events/json.ts'
import type { ConnectorIo } from '../../connector.ts'
import { newest } from './content.ts'
import type { DossierState } from './dossier-state.ts'
import { present } from './present.ts'
import { isUnusual } from './statuses.ts'

export interface StatusStep {
  /** The status before; undefined where the record says nothing of the order. */
  readonly before: string | undefined
  readonly state: Pick<DossierState, 'status' | 'statusAt'>
}

/**
 * What the status of a record changes. Records have no time of their status, and may say less than progress does: one
 * with the status of the record before, and a first one that is older than known progress, changes nothing.
 */
export function stepOf(
  { status: known, recordStatus, statusAt, hash }: DossierState,
  status: string,
  at: string | undefined
): StatusStep {
  const isOlder = statusAt !== undefined && (at === undefined || at < statusAt)
  const isNews = hash === undefined ? !(isOlder && isUnusual(known, status)) : status !== recordStatus
  if (!isNews) return { before: recordStatus, state: {} }
  return { before: known, state: present({ status, statusAt: newest([statusAt, at]) }) }
}

interface Order {
  readonly code: string
  readonly before: string | undefined
  readonly status: string
}

/** What an event says of the order of statuses. */
export function orderOf({ code, before, status }: Order, { log }: Pick<ConnectorIo, 'log'>): JsonObject {
  if (before === undefined) return {}
  const isOdd = isUnusual(before, status)
  if (isOdd)
    log.warn({ dossier: code, before, status }, 'a dossier has an unusual order of statuses; it is carried')
  return { previousStatus: before, ...(isOdd ? { unusualOrder: true } : {}) }
}
