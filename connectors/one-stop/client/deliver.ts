import { BusError } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { ConnectorIo, Delivered, LookedUp, OutboundEvent } from '../../connector.ts'
import { dossierFields, progressFields } from '../dialect/fields.ts'
import { isRaw } from '../dialect/json.ts'
import { hashOfRecord, newest } from '../map/content.ts'
import { createDossierStates, type DossierState, type DossierStates } from '../map/dossier-state.ts'
import { fromEvent, type OutboundRecord, tellUnlinked } from '../map/from-event.ts'
import { present } from '../map/present.ts'
import type { DialectSession } from './dialect-session.ts'

/** Sends the record that an event becomes, unless the outside has it already. */
export async function deliver(
  session: DialectSession,
  { event }: OutboundEvent,
  io: ConnectorIo
): Promise<Delivered> {
  const outbound = await fromEvent(event, session.settings, io)
  const states = createDossierStates(io, session.recent)
  return session.recent.during(async () => {
    const before = await states.of(outbound.code)
    const isNews = outbound.service === 'CapNhatTienDoHoSoMC' || before?.hash !== outbound.hash
    if (isNews) await send(session, outbound, { isKnown: before?.hash !== undefined, io })
    tellUnlinked(outbound, io)
    return left(states, outbound, { before, event })
  })
}

async function send(
  session: DialectSession,
  { service, code, record }: OutboundRecord,
  { isKnown, io }: { readonly isKnown: boolean; readonly io: ConnectorIo }
): Promise<void> {
  if (service === 'CapNhatTienDoHoSoMC') return void (await session.call(service, { data: [record] }, io))
  const isThere = isKnown || (await find(session, code, io)).length > 0
  await session.call(service, { isUpdating: isThere ? 'True' : 'False', data: [record] }, io)
}

/** What the outside has of a dossier. A system that answers with an error for one that it does not have has nothing. */
async function find(session: DialectSession, code: string, io: ConnectorIo): Promise<readonly unknown[]> {
  try {
    const { body } = await session.call('TraCuuHoSo', { mahoso: code }, io)
    return Array.isArray(body.result) ? body.result : []
  } catch (error) {
    if (error instanceof BusError && error.code === 'BUS_PEER_REFUSED') return []
    throw error
  }
}

/** Asks for the dossier. Its record can be sent again without harm; progress would be there twice. */
export async function lookUp(
  session: DialectSession,
  { event }: OutboundEvent,
  io: ConnectorIo
): Promise<LookedUp> {
  const outbound = await fromEvent(event, session.settings, io)
  const { service, code, hash } = outbound
  const isProgress = service === 'CapNhatTienDoHoSoMC'
  const found = (await find(session, code, io))
    .filter(isRaw)
    .filter((one) => (one.ThoiDiemXuLy !== undefined) === isProgress)
  const fields = isProgress ? progressFields : dossierFields
  if (found.some((one) => hashOfRecord(one, fields, session.settings) === hash)) {
    const states = createDossierStates(io, session.recent)
    return left(states, outbound, { before: await states.of(code), event })
  }
  return isProgress && found.length === 0 ? 'unknown' : 'not-done'
}

interface LeftOptions {
  readonly before: DossierState | undefined
  readonly event: BusEvent
}

/** What a delivery leaves behind: what is known of the dossier by now, and which progress is ours. */
function left(
  states: DossierStates,
  { service, code, status, statusAt, hash, record }: OutboundRecord,
  { before = { version: 0 }, event }: LeftOptions
): Delivered {
  const isDossier = service === 'DongBoHoSoMC'
  const { correlationid: flow, id: given } = event
  const state: DossierState = {
    ...before,
    ...{ status, given },
    ...(isDossier ? { hash, recordStatus: status, readAt: states.now() } : {}),
    ...(isDossier && record.NgayTiepNhan !== '' ? { isReceived: true } : {}),
    ...present({ statusAt: newest([before.statusAt, statusAt]) }),
    ...(flow === undefined || flow === code ? {} : { flow })
  }
  return { marks: { ...states.set(code, state), ...(isDossier ? {} : states.setProgress(code, hash)) } }
}
