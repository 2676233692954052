import { createHash } from 'node:crypto'
import { BusError } from '#protocol/errors/bus-error.ts'
import type { Attachment } from '#protocol/events/attachments-of.ts'
import type { Json, JsonObject } from '#protocol/events/json.ts'
import type { ConnectorIo, EventItem, InboundItem } from '../../connector.ts'
import { dossierTypes } from '../../shared-formats/dossiers/dossier-code.ts'
import { dossierFields, type Field, progressFields } from '../dialect/fields.ts'
import { isRaw, type Raw } from '../dialect/json.ts'
import { faults } from '../faults.ts'
import type { AttachFiles } from '../files/attach-files.ts'
import type { OneStopSettings } from '../settings.ts'
import { announcements } from './announcements.ts'
import { judge } from './clock.ts'
import { contentOf, hashOf } from './content.ts'
import { checkDossierCode } from './dossier-code.ts'
import type { DossierState, DossierStates } from './dossier-state.ts'
import { fromEvent, recordTypes } from './from-event.ts'
import { isUnusual } from './statuses.ts'

export interface Reading {
  readonly settings: OneStopSettings
  readonly io: Pick<ConnectorIo, 'agency' | 'given' | 'waiting' | 'now' | 'log'>
  readonly states: DossierStates
  readonly attachFiles: AttachFiles
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
    return [{ reference: `unusable ${digestOf(text)}`, fault: error, raw: Buffer.from(text) }]
  }
}

/** Only progress has a time of processing; only a dossier has a procedure. */
function isProgress(raw: Raw): boolean {
  return raw.ThoiDiemXuLy !== undefined && raw.MaTTHC === undefined
}

async function dossierItems(raw: Raw, reading: Reading): Promise<readonly InboundItem[]> {
  const { settings, io, states, attachFiles } = reading
  const { code, data } = await readChecked(raw, dossierFields, reading)
  const hash = hashOf(data)
  const before = (await states.of(code)) ?? (await givenState(code, reading))
  if (before.hash === hash) return []
  const status = required(data, 'status', 'TrangThaiHoSo')
  const flow = await flowOf(data, before, states)
  const { data: withFiles, attachments } = await attachFiles(data)
  const isReceived = before.isReceived ?? false
  const type = !isReceived && isComplete(data) ? 'dossier.received.v1' : 'dossier.record-changed.v1'
  const version = before.version + 1
  const statusAt = newest([before.statusAt, ...timesOf(data)])
  const state: DossierState = {
    ...before,
    ...{ version, hash, status },
    ...(statusAt === undefined ? {} : { statusAt }),
    ...(type === 'dossier.received.v1' ? { isReceived: true } : {}),
    ...(flow === undefined ? {} : { flow })
  }
  const flags = orderOf({ code, before: before.status, status }, io)
  const judgement = judge(data, settings.clock, io.now())
  const reference = `record ${code} ${version} ${hash.slice(0, 32)}`
  const event = { subject: code, ...(flow === undefined ? {} : { correlationid: flow }) }
  const more = announcements({ data: { ...withFiles, ...judgement }, attachments, state, settings })
  const marks = states.set(code, more.state)
  const item: EventItem = {
    reference,
    marks,
    event: {
      ...event,
      type,
      data: { ...withFiles, ...flags, ...judgement, attachments: asJson(attachments) }
    }
  }
  const also = more.drafts.map(
    ({ name, ...draft }): EventItem => ({ reference: `${reference} ${name}`, event: { ...event, ...draft } })
  )
  return [item, ...also]
}

async function progressItems(raw: Raw, reading: Reading): Promise<readonly InboundItem[]> {
  const { io, states } = reading
  const { code, data } = await readChecked(raw, progressFields, reading)
  const status = required(data, 'status', 'TrangThai')
  const changedAt = required(data, 'changedAt', 'ThoiDiemXuLy')
  const hash = hashOf(data)
  if (await states.hasSent(code, hash)) return []
  const before = (await states.of(code)) ?? (await givenState(code, reading))
  const flow = await flowOf(data, before, states)
  // The outside gives progress again in each answer: what is older than the known status does not change it.
  const isNews = before.statusAt === undefined || changedAt >= before.statusAt
  const state = {
    ...before,
    ...(isNews ? { status, statusAt: changedAt } : {}),
    ...(flow === undefined ? {} : { flow })
  }
  const flags = isNews ? orderOf({ code, before: before.status, status }, io) : {}
  const by = data.by === undefined ? {} : { by: { name: '', ...(data.by as JsonObject) } }
  return [
    {
      reference: `progress ${code} ${hash.slice(0, 32)}`,
      marks: states.set(code, state),
      event: {
        type: 'dossier.status-changed.v1',
        subject: code,
        ...(flow === undefined ? {} : { correlationid: flow }),
        data: { content: '', ...data, ...by, ...flags }
      }
    }
  ]
}

/** Of a dossier that is read for the first time: the state in which the agency was given it, if it was. */
async function givenState(code: string, { settings, io }: Reading): Promise<DossierState> {
  const given = await io.given(code, dossierTypes)
  const flow = given.at(-1)?.correlationid
  const state = { version: 0, ...(flow === undefined || flow === code ? {} : { flow }) }
  const newest = given.findLast(({ type }) => recordTypes.includes(type))
  if (!newest) return state
  const { hash, status } = await fromEvent(newest, settings, { given: io.given, async *published() {} })
  return { ...state, hash, status, isReceived: true }
}

interface Checked {
  readonly code: string
  /** Members of the event, without those that the connector adds. */
  readonly data: JsonObject
}

async function readChecked(raw: Raw, fields: readonly Field[], { settings, io }: Reading): Promise<Checked> {
  const data = contentOf(raw, fields, settings)
  const code = required(data, 'dossierCode', 'MaHoSo')
  await checkDossierCode(code, settings, io)
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

/** The flow of a linked dossier is its root's, which may be linked itself. */
async function flowOf(
  { rootDossierCode }: JsonObject,
  { flow }: DossierState,
  states: DossierStates
): Promise<string | undefined> {
  if (typeof rootDossierCode !== 'string') return flow
  return (await states.of(rootDossierCode))?.flow ?? rootDossierCode
}

interface Step {
  readonly code: string
  readonly before: string | undefined
  readonly status: string
}

function orderOf({ code, before, status }: Step, { log }: Pick<ConnectorIo, 'log'>): JsonObject {
  if (before === undefined) return {}
  const isOdd = isUnusual(before, status)
  if (isOdd)
    log.warn({ dossier: code, before, status }, 'a dossier has an unusual order of statuses; it is carried')
  return { previousStatus: before, ...(isOdd ? { unusualOrder: true } : {}) }
}

/** When things were done, among the times of a record that are not promises. */
function timesOf(data: JsonObject): readonly (string | undefined)[] {
  return ['submittedAt', 'receivedAt', 'refusedAt', 'finishedAt', 'returnedAt'].map((name) => {
    const value = data[name]
    return typeof value === 'string' ? value : undefined
  })
}

function newest(times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((time) => time !== undefined)
    .sort()
    .at(-1)
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function asJson(attachments: readonly Attachment[]): Json {
  return attachments as unknown as JsonObject[]
}
