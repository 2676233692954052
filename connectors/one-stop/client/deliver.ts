import { BusError } from '#protocol/errors/bus-error.ts'
import type { ConnectorIo, Delivered, LookedUp, OutboundEvent } from '../../connector.ts'
import { dossierFields, progressFields } from '../dialect/fields.ts'
import { isRaw } from '../dialect/json.ts'
import { contentOf, hashOf } from '../map/content.ts'
import { createDossierStates, type DossierState } from '../map/dossier-state.ts'
import { fromEvent, type OutboundRecord } from '../map/from-event.ts'
import type { OneStopSettings } from '../settings.ts'
import type { DialectSession } from './dialect-session.ts'

/** Sends the record that an event becomes, unless the outside has it already. */
export async function deliver(
  session: DialectSession,
  { event }: OutboundEvent,
  io: ConnectorIo
): Promise<Delivered | undefined> {
  const outbound = await fromEvent(event, session.settings, io)
  const states = createDossierStates(io, session.recent)
  return session.recent.during(outbound.code, async () => {
    const before = await states.of(outbound.code)
    const isNews = outbound.service === 'CapNhatTienDoHoSoMC' || before.hash !== outbound.hash
    if (isNews) await send(session, outbound, { before, io })
    const left = after(before, outbound, event.correlationid)
    return { left, result: { marks: states.set(outbound.code, left) } }
  })
}

async function send(
  session: DialectSession,
  { service, code, record }: OutboundRecord,
  { before, io }: { readonly before: DossierState; readonly io: ConnectorIo }
): Promise<void> {
  if (service === 'CapNhatTienDoHoSoMC') return void (await session.call(service, { data: [record] }, io))
  const isThere = before.hash !== undefined || (await find(session, code, io)).length > 0
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
  const found = (await find(session, code, io)).filter(
    (one) => isRaw(one) && (one.ThoiDiemXuLy !== undefined) === isProgress
  )
  if (found.some((one) => hashOfRecord(one, isProgress, session.settings) === hash)) {
    const states = createDossierStates(io, session.recent)
    const left = after(await states.of(code), outbound, event.correlationid)
    return { marks: states.set(code, left) }
  }
  const { progressIsRepeatable } = session.settings.client
  return isProgress && found.length === 0 && !progressIsRepeatable ? 'unknown' : 'not-done'
}

function hashOfRecord(record: unknown, isProgress: boolean, settings: OneStopSettings): string | undefined {
  try {
    return hashOf(contentOf(record as never, isProgress ? progressFields : dossierFields, settings))
  } catch (error) {
    if (!(error instanceof BusError)) throw error
    return undefined // It cannot be read: it is not what was sent.
  }
}

function after(
  before: DossierState,
  { service, code, status, hash, record }: OutboundRecord,
  flow: string | undefined
): DossierState {
  const isDossier = service === 'DongBoHoSoMC'
  return {
    ...before,
    status,
    ...(isDossier ? { hash } : {}),
    ...(isDossier && record.NgayTiepNhan !== '' ? { isReceived: true } : {}),
    ...(flow === undefined || flow === code ? {} : { flow })
  }
}
