import type { BusEvent } from '#protocol/events/event.ts'
import type { JsonObject } from '#protocol/events/json.ts'
import type { ConnectorIo, OutboundEvent, Received } from '../../connector.ts'
import { dossierTypes } from '../../shared-formats/dossiers/dossier-code.ts'
import { newestRecord, type OutboundRecord, tellUnlinked, timeOf } from '../map/from-event.ts'
import { recordOf } from '../map/given-records.ts'
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
  const vitri = typeof body.vitri === 'string' ? body.vitri : ''
  await endGiven(vitri, io)
  const given = await take(limit, { settings, io })
  const result = given.map(({ record }) => record)
  return only(
    answer(errorCodes.ok, { result, vitri: given.map(({ hash }) => nameOf(hash)).join('') || vitri })
  )
}

interface Waiting {
  readonly hash: string
  readonly record: JsonObject
}

async function take(
  limit: number,
  { settings, io }: Pick<Call, 'settings' | 'io'>
): Promise<readonly Waiting[]> {
  const found: Waiting[] = []
  for await (const { event, hash } of waiting(io)) {
    if (!isDossier(event)) continue
    const record = await recordToGive(event, settings, io)
    if (record) {
      tellUnlinked(record, io)
      found.push({ hash, record: record.record })
    }
    if (found.length === limit) break
  }
  return found
}

/**
 * Ends the deliveries that an answer gave. Its `vitri` names each of them, not the last one only: others before it may
 * have been added since, which were withheld, or had no counterpart outside, when it was given.
 */
async function endGiven(vitri: string, io: ConnectorIo): Promise<void> {
  const names = new Set(vitri.match(namePattern))
  const given: string[] = []
  if (names.size === 0) return
  for await (const { hash } of waiting(io)) {
    if (names.has(nameOf(hash))) given.push(hash)
    if (given.length === names.size) break
  }
  await io.collected(given)
}

/** Eight letters that name a delivery, among those that wait. */
function nameOf(hash: string): string {
  return Buffer.from(hash.slice(0, 12), 'hex').toString('base64url')
}

const namePattern = /[\w-]{8}/g

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
function recordToGive(
  event: BusEvent,
  settings: OneStopSettings,
  io: ConnectorIo
): Promise<OutboundRecord | undefined> {
  const values = { dossier: event.subject }
  return recordOf(event, settings, io, (reason) =>
    io.log.warn({ ...values, reason }, 'an event cannot be given to the outside; it waits')
  )
}

const progressTypes = ['dossier.status-changed.v1', 'dossier.transferred.v1']

/** `TraCuuHoSo` with a dossier: its newest record, and its progress, as far as the agency published or was given it. */
export async function findDossier({ body, settings, io }: Call): Promise<Received> {
  const code = String(body.mahoso).normalize().slice(0, 200)
  const newest = await newestRecord(code, io)
  const progress = [...(await io.given(code, progressTypes))]
  for await (const event of io.published(code, progressTypes)) progress.push(event)
  progress.sort((a, b) => timeOf(a) - timeOf(b))
  const shown = [...(newest ? [newest] : []), ...progress]
  const records = await Promise.all(shown.map((event) => recordToGive(event, settings, io)))
  return only(answer(errorCodes.ok, { result: records.flatMap((one) => one?.record ?? []) }))
}
