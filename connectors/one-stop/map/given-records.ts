import { BusError } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { ConnectorIo } from '../../connector.ts'
import { dossierTypes } from '../../shared-formats/dossiers/dossier-code.ts'
import type { OneStopSettings } from '../settings.ts'
import type { DossierState } from './dossier-state.ts'
import { fromEvent, type OutboundRecord, recordTypes } from './from-event.ts'
import { present } from './present.ts'
import type { WaitingEvents } from './waiting-events.ts'

type LentIo = Pick<ConnectorIo, 'given' | 'published' | 'secretFor' | 'now'>

/** An event that the agency was given of a dossier. */
export interface GivenRecord {
  readonly event: BusEvent
  /** As the outside has it once it is delivered; undefined where it cannot be. */
  readonly record: OutboundRecord | undefined
  /** The outside fetches it, and may have done so and not have said so. */
  readonly isWaiting: boolean
}

/**
 * What the agency was given of a dossier, oldest first. A delivery that is cut off after the outside has taken it
 * leaves no state behind: without this, the next poll would read the record and publish it as a change.
 */
export async function givenRecords(
  code: string,
  {
    settings,
    io,
    waiting
  }: { readonly settings: OneStopSettings; readonly io: LentIo; readonly waiting: WaitingEvents }
): Promise<readonly GivenRecord[]> {
  const left = settings.server ? await waiting(code) : []
  const delivered = await io.given(code, dossierTypes)
  const ids = new Set(delivered.map(({ id }) => id))
  const given: GivenRecord[] = []
  for (const event of [...delivered, ...left.filter(({ id }) => !ids.has(id))]) {
    const isWaiting = left.some(({ id }) => id === event.id)
    given.push({ event, record: await recordOf(event, settings, io), isWaiting })
  }
  return given
}

/** The record that an event becomes; undefined for one without a counterpart outside. */
export async function recordOf(
  event: BusEvent,
  settings: OneStopSettings,
  io: LentIo,
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
    .filter(({ isWaiting }, index) => isWaiting || index > last)
    .some(({ record }) => record?.service === 'DongBoHoSoMC' && record.hash === hash)
}

/**
 * What is known of a dossier before a record is read. It changes also when the outside is given a record: of one that
 * is called, a delivery says so; one that calls fetches it, and may do so after its own last record.
 */
export function stateBefore(
  code: string,
  known: DossierState | undefined,
  {
    settings,
    given
  }: { readonly settings: Pick<OneStopSettings, 'server'>; readonly given: readonly GivenRecord[] }
): DossierState {
  if (known && !settings.server) return known
  const state = known ?? givenState(code, given)
  const newest = given.findLast(({ record, isWaiting }) => !isWaiting && record?.service === 'DongBoHoSoMC')
  const { hash, status } = newest?.record ?? {}
  if (hash === undefined || hash === known?.givenHash) return state
  return { ...state, hash, ...present({ status, recordStatus: status }), givenHash: hash, isReceived: true }
}

/** Of a dossier that is read for the first time: the flow in which the agency was given it. */
function givenState(code: string, given: readonly GivenRecord[]): DossierState {
  const flow = given.at(-1)?.event.correlationid
  return {
    version: 0,
    ...(given.some(({ event }) => recordTypes.includes(event.type)) ? { isReceived: true } : {}),
    ...(flow === undefined || flow === code ? {} : { flow })
  }
}
