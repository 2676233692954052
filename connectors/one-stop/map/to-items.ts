import { createHash } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { Json, JsonObject } from '#protocol/events/json.ts'
import type { ConnectorIo, EventItem, InboundItem } from '../../connector.ts'
import { isDossierCode } from '../../shared-formats/dossiers/dossier-code.ts'
import { dossierFields, type Field, progressFields } from '../dialect/fields.ts'
import { isRaw, type Raw } from '../dialect/json.ts'
import { faults } from '../faults.ts'
import type { AttachFiles } from '../files/attach-files.ts'
import type { OneStopSettings } from '../settings.ts'
import { announcements } from './announcements.ts'
import { judge } from './clock.ts'
import { contentOf, hashOf, statusTimeOf } from './content.ts'
import { checkDossierCode } from './dossier-code.ts'
import type { DossierState, DossierStates } from './dossier-state.ts'
import { flowOf } from './flow.ts'
import { givenRecords, isUndelivered, stateBefore } from './given-records.ts'
import { present } from './present.ts'
import { orderOf, stepOf } from './status-step.ts'
import type { WaitingEvents } from './waiting-events.ts'

export interface Reading {
  readonly settings: OneStopSettings
  readonly io: Pick<ConnectorIo, 'agency' | 'given' | 'published' | 'secretFor' | 'now' | 'log'>
  readonly states: DossierStates
  readonly waiting: WaitingEvents
  readonly attachFiles: AttachFiles
  /** When a record was quarantined that is retried, in milliseconds since the epoch. */
  readonly quarantinedAt?: number | undefined
}

/**
 * A record of the dialect as items: none where nothing changed. One that cannot be used is a faulty item. Failures
 * of the bus are thrown.
 */
export async function toItems(raw: unknown, reading: Reading): Promise<readonly InboundItem[]> {
  try {
    if (!isRaw(raw)) throw faults.recordMalformed()
    return await (isProgress(raw) ? progressItems(raw, reading) : dossierItems(raw, reading))
  } catch (error) {
    if (!(error instanceof BusError && error.code === 'BUS_ITEM_INVALID')) throw error
    const text = JSON.stringify(raw) ?? ''
    const reference = `unusable ${digestOf(text)}`
    const marks = { [reference]: String(reading.states.now()) }
    return [{ reference, marks, fault: error, raw: Buffer.from(text) }]
  }
}

/** What is known of a record's dossier; undefined for a record without a usable code. */
export async function stateOf(
  raw: unknown,
  { settings, states }: Pick<Reading, 'settings' | 'states'>
): Promise<DossierState | undefined> {
  const code = isRaw(raw) && typeof raw.MaHoSo === 'string' ? raw.MaHoSo.normalize() : ''
  return isDossierCode(code, settings.codePattern) ? states.of(code) : undefined
}

/** Only progress has a time of processing; only a dossier has a procedure. */
export function isProgress(raw: Raw): boolean {
  return raw.ThoiDiemXuLy !== undefined && raw.MaTTHC === undefined
}

async function dossierItems(raw: Raw, reading: Reading): Promise<readonly InboundItem[]> {
  const { settings, io, states, attachFiles, quarantinedAt } = reading
  const { code, data } = await readChecked(raw, dossierFields, reading)
  const hash = hashOf(data)
  const known = await states.of(code)
  if (known?.hash === hash && !settings.server) return []
  const given = await givenRecords(code, reading)
  const before = stateBefore(code, known, { settings, given })
  if (before.hash === hash || isUndelivered(hash, given, known)) return []
  const status = required(data, 'status', 'TrangThaiHoSo')
  const flow = await flowOf(data, before, states)
  const { data: withFiles, attachments } = await attachFiles(data)
  const isReceived = before.isReceived ?? false
  const type = !isReceived && isComplete(data) ? 'dossier.received.v1' : 'dossier.record-changed.v1'
  const step = stepOf(before, status, statusTimeOf(data))
  const state: DossierState = {
    ...before,
    ...step.state,
    ...{ version: before.version + 1, hash, recordStatus: status, readAt: quarantinedAt ?? states.now() },
    ...(type === 'dossier.received.v1' ? { isReceived: true } : {}),
    ...present({ flow, given: given.at(-1)?.event.id })
  }
  const flags = orderOf({ code, before: step.before, status }, io)
  const judgement = judge(data, settings.clock, io.now())
  const event = { subject: code, ...present({ correlationid: flow }) }
  const item: EventItem = {
    reference: `record ${code} ${state.version} ${hash.slice(0, 32)}`,
    marks: states.set(code, state),
    event: {
      ...event,
      type,
      data: { ...withFiles, ...flags, ...judgement, attachments: asJson(attachments) }
    }
  }
  const also = announcements({ data: { ...withFiles, ...judgement }, attachments, settings })
  return [
    item,
    ...also.map(({ reference, ...draft }): EventItem => ({ reference, event: { ...event, ...draft } }))
  ]
}

async function progressItems(raw: Raw, reading: Reading): Promise<readonly InboundItem[]> {
  const { settings, io, states } = reading
  const { code, data } = await readChecked(raw, progressFields, reading)
  const status = required(data, 'status', 'TrangThai')
  const changedAt = required(data, 'changedAt', 'ThoiDiemXuLy')
  const hash = hashOf(data)
  if (await states.hasProgress(code, hash)) return []
  const given = await givenRecords(code, reading)
  if (given.some(({ record }) => record?.service === 'CapNhatTienDoHoSoMC' && record.hash === hash)) return []
  const before = stateBefore(code, await states.of(code), { settings, given })
  const flow = await flowOf(data, before, states)
  const isNews = before.statusAt === undefined || changedAt >= before.statusAt
  const state = {
    ...before,
    ...(isNews ? { status, statusAt: changedAt } : {}),
    ...present({ flow })
  }
  const flags = isNews ? orderOf({ code, before: before.status, status }, io) : {}
  const by = data.by === undefined ? {} : { by: { name: '', ...(data.by as JsonObject) } }
  return [
    {
      reference: `progress ${code} ${hash.slice(0, 32)}`,
      marks: { ...states.set(code, state), ...states.setProgress(code, hash) },
      event: {
        type: 'dossier.status-changed.v1',
        subject: code,
        ...present({ correlationid: flow }),
        data: { content: '', ...data, ...by, ...flags }
      }
    }
  ]
}

interface Checked {
  readonly code: string
  /** Members of the event, without those that the connector adds. */
  readonly data: JsonObject
}

async function readChecked(
  raw: Raw,
  fields: readonly Field[],
  { settings, io, waiting }: Reading
): Promise<Checked> {
  const data = contentOf(raw, fields, settings)
  const code = required(data, 'dossierCode', 'MaHoSo')
  await checkDossierCode(code, settings, { io, waiting })
  return { code, data }
}

function required(data: JsonObject, name: string, field: string): string {
  const value = data[name]
  if (typeof value !== 'string' || value === '') throw faults.fieldMissing({ values: { field } })
  return value
}

const receivedNeeds = [
  ...['procedureCode', 'procedureName', 'fieldCode', 'fieldName', 'channel'],
  ...['summary', 'receivedAt', 'dueAt', 'unit']
]

/** Whether a record has what `dossier.received.v1` needs. */
function isComplete(data: JsonObject): boolean {
  return receivedNeeds.every((name) => data[name] !== undefined)
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function asJson(attachments: readonly Attachment[]): Json {
  return attachments as unknown as JsonObject[]
}
