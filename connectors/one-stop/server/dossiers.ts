import { BusError } from '#protocol/errors/bus-error.ts'
import type { BusEvent } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { ConnectorIo, OutboundEvent, Received } from '../../connector.ts'
import { dossierTypes } from '../../shared-formats/dossiers/dossier-code.ts'
import { fromEvent, type OutboundRecord } from '../map/from-event.ts'
import type { OneStopSettings } from '../settings.ts'
import { answer, errorCodes } from './answers.ts'
import { type Call, only } from './call.ts'

/** Deliveries that are looked at in one step. */
const atOnce = 200

/**
 * `TraCuuHoSo` without a dossier: what waits for the system, oldest first. `vitri` is what the answer before gave:
 * presenting it says that its records have arrived. Without it, everything that waits is given again.
 */
export async function waitingDossiers({ body, settings, io }: Call): Promise<Received> {
  const { pageSize } = settings.server
  const wanted = Number(body.sodong ?? pageSize)
  const limit = Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, pageSize) : pageSize
  const { vitri } = body
  if (typeof vitri === 'string' && vitri !== '') await endUpTo(vitri, { settings, io })
  const given = await take(limit, { settings, io })
  const last = given.at(-1)?.hash ?? (typeof vitri === 'string' ? vitri : '')
  const result = given.map(({ record }) => record)
  return only(answer(errorCodes.ok, { result, vitri: last }))
}

interface Waiting {
  readonly hash: string
  readonly record: JsonObject
}

type Place = Pick<Call, 'settings' | 'io'>

async function take(limit: number, { settings, io }: Place): Promise<readonly Waiting[]> {
  const found: Waiting[] = []
  for await (const { event, hash } of waiting(io)) {
    if (!isDossier(event)) continue
    const record = await recordOf(event, settings, io)
    if (record) found.push({ hash, record: record.record })
    if (found.length === limit) break
  }
  return found
}

/** Ends the deliveries up to one. What could not be given goes on waiting. */
async function endUpTo(last: string, { settings, io }: Place): Promise<void> {
  const given: string[] = []
  for await (const { event, hash } of waiting(io)) {
    if (isDossier(event) && (await recordOf(event, settings, io))) given.push(hash)
    if (hash === last) return io.collected(given)
  }
}

async function* waiting(io: ConnectorIo): AsyncGenerator<OutboundEvent> {
  for (let after: string | undefined; ; ) {
    const some = await io.waiting(after, atOnce)
    yield* some
    after = some.at(-1)?.hash
    if (some.length < atOnce) return
  }
}

function isDossier({ type }: BusEvent): boolean {
  return (dossierTypes as readonly string[]).includes(type)
}

/** Undefined for an event that has no counterpart outside: it waits until the settings have one. */
async function recordOf(
  event: BusEvent,
  settings: OneStopSettings,
  io: ConnectorIo
): Promise<OutboundRecord | undefined> {
  try {
    return await fromEvent(event, settings, io)
  } catch (error) {
    if (!(error instanceof BusError && error.code === 'BUS_PEER_REFUSED')) throw error
    io.log.warn(
      { dossier: event.subject, reason: error.message },
      'an event cannot be given to the outside; it waits'
    )
    return undefined
  }
}

const recordTypes = ['dossier.received.v1', 'dossier.record-changed.v1']
const progressTypes = ['dossier.status-changed.v1', 'dossier.transferred.v1']

/** `TraCuuHoSo` with a dossier: its newest record, and its progress, as far as the agency published or was given it. */
export async function findDossier({ body, settings, io }: Call): Promise<Received> {
  const code = String(body.mahoso).normalize().slice(0, 200)
  const types = [...recordTypes, ...progressTypes]
  const events = [...(await io.given(code, types))]
  for await (const event of io.published(code, types)) events.push(event)
  events.sort((a, b) => (a.time < b.time ? -1 : 1))
  const newest = events.findLast(({ type }) => recordTypes.includes(type))
  const shown = [...(newest ? [newest] : []), ...events.filter(({ type }) => progressTypes.includes(type))]
  const records = await Promise.all(shown.map((event) => recordOf(event, settings, io)))
  return only(answer(errorCodes.ok, { result: records.flatMap((one) => one?.record ?? []) }))
}
