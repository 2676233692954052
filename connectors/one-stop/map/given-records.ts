import { BusError } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { ConnectorIo } from '../../connector.ts'
import type { OneStopSettings } from '../settings.ts'
import { dossierTypes } from './dossier-code.ts'
import type { DossierState } from './dossier-state.ts'
import { fromEvent, type OutboundRecord, recordTypes } from './from-event.ts'
import { present } from './present.ts'

/** An event that the agency was given of a dossier. */
export interface GivenRecord {
  readonly event: BusEvent
  /** As the outside has it once it is delivered; undefined where it cannot be. */
  readonly record: OutboundRecord | undefined
}

/**
 * What the agency was given of a dossier, oldest first. A delivery that is cut off after the outside has taken it
 * leaves no state behind: without this, the next poll would read the record and publish it as a change.
 */
export async function givenRecords(
  code: string,
  {
    settings,
    io
  }: { readonly settings: OneStopSettings; readonly io: Pick<ConnectorIo, 'given' | 'published'> }
): Promise<readonly GivenRecord[]> {
  const given: GivenRecord[] = []
  for (const event of await io.given(code, dossierTypes)) {
    given.push({ event, record: await recordOf(event, settings, io) })
  }
  return given
}

/** The record that an event becomes; undefined for one without a counterpart outside. */
export async function recordOf(
  event: BusEvent,
  settings: OneStopSettings,
  io: Pick<ConnectorIo, 'given' | 'published'>,
  onRefused: (reason: string) => void = () => {}
): Promise<OutboundRecord | undefined> {
  try {
    return await fromEvent(event, settings, io)
  } catch (error) {
    if (!(error instanceof BusError && error.code === 'BUS_PEER_REFUSED')) throw error
    onRefused(error.message)
    return undefined
  }
}

/** Whether a record is one that the agency was given and of whose delivery nothing is known yet. */
export function isUndelivered(
  hash: string,
  given: readonly GivenRecord[],
  known: DossierState | undefined
): boolean {
  const last = given.findLastIndex(({ event }) => event.id === known?.given)
  return given
    .slice(last + 1)
    .some(({ record }) => record?.service === 'DongBoHoSoMC' && record.hash === hash)
}

/** Of a dossier that is read for the first time: the state in which the agency was given it, if it was. */
export function givenState(code: string, given: readonly GivenRecord[]): DossierState {
  const newest = given.findLast(({ event }) => recordTypes.includes(event.type))
  if (!newest) return { version: 0 }
  const { hash, status } = newest.record ?? {}
  const { correlationid: flow } = newest.event
  return {
    version: 0,
    ...present({ hash, status, recordStatus: status }),
    isReceived: true,
    ...(flow === undefined || flow === code ? {} : { flow })
  }
}
