import { BusError } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { ConnectorIo } from '../../connector.ts'
import { dossierTypes } from '../../shared-formats/dossiers/dossier-code.ts'
import type { OneStopSettings } from '../settings.ts'
import { fromEvent, type OutboundRecord } from './from-event.ts'
import type { WaitingEvents } from './waiting-events.ts'

export interface GivenRecordsOptions {
  readonly settings: OneStopSettings
  readonly io: Pick<ConnectorIo, 'given' | 'published' | 'instance' | 'now'>
  readonly waiting: WaitingEvents
}

/** The newest record of a dossier that the outside was given, and its event. What still waits for it is not counted. */
export async function newestGiven(
  code: string,
  { settings, io, waiting }: GivenRecordsOptions
): Promise<{ readonly event: BusEvent; readonly record: OutboundRecord } | undefined> {
  const left = new Set((settings.server ? await waiting(code) : []).map(({ id }) => id))
  const given = await io.given(code, dossierTypes)
  for (const event of given.filter(({ id }) => !left.has(id)).reverse()) {
    const record = await recordOf(event, settings, io)
    if (record?.service === 'DongBoHoSoMC') return { event, record }
  }
  return undefined
}

/** Whether a record with this content waits for the outside, which may have it already. */
export async function isWaiting(
  { code, hash }: Pick<OutboundRecord, 'code' | 'hash'>,
  options: GivenRecordsOptions
): Promise<boolean> {
  return isAmong(await options.waiting(code), hash, options)
}

/** Whether the outside was given a record with this content, or may have it already. */
export async function isGiven(
  { code, hash }: Pick<OutboundRecord, 'code' | 'hash'>,
  options: GivenRecordsOptions
): Promise<boolean> {
  const given = await options.io.given(code, dossierTypes)
  return isAmong([...(await options.waiting(code)), ...given], hash, options)
}

async function isAmong(
  events: readonly BusEvent[],
  hash: string,
  { settings, io }: GivenRecordsOptions
): Promise<boolean> {
  for (const event of events) if ((await recordOf(event, settings, io))?.hash === hash) return true
  return false
}

/** Undefined for an event that has no counterpart outside. */
async function recordOf(
  event: BusEvent,
  settings: OneStopSettings,
  io: GivenRecordsOptions['io']
): Promise<OutboundRecord | undefined> {
  try {
    return await fromEvent(event, settings, io)
  } catch (error) {
    if (!(error instanceof BusError && error.code === 'BUS_PEER_REFUSED')) throw error
    return undefined
  }
}
