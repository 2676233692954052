import { createHmac, timingSafeEqual } from 'node:crypto'
import Type from 'typebox'
import { BusError } from '#protocol/errors/bus-error.ts'
import { defineFaults } from '#protocol/errors/define-faults.ts'
import {
  type ConnectorDefinition,
  type ConnectorIo,
  type Delivered,
  defineConnector,
  type InboundItem,
  type OutboundEvent,
  type Polled,
  type Session
} from '../../../connector.ts'
import type { SmallRecord } from '../../small-outside.ts'

export const faults = defineFaults('small', {
  recordMalformed: {
    means: 'unusable',
    en: 'The record {id} has no text. Correct it outside.',
    vi: 'Mục {id} không có nội dung. Hãy sửa ở hệ thống bên ngoài.'
  },
  refused: {
    means: 'refused',
    en: 'The outside system rejected the event ({status}).',
    vi: 'Hệ thống bên ngoài từ chối sự kiện ({status}).'
  },
  failed: {
    means: 'later',
    en: 'The outside system answered {status}. The bus retries automatically.',
    vi: 'Hệ thống bên ngoài trả lời {status}. Trục liên thông tự thử lại.'
  },
  credentials: {
    means: 'credentials',
    en: 'The outside system does not accept the token.',
    vi: 'Hệ thống bên ngoài không chấp nhận token.'
  }
})

const unsigned = {
  key: 'small:unsigned',
  en: 'The signature of the request is missing or not valid. Check the token on both sides.',
  vi: 'Chữ ký của yêu cầu bị thiếu hoặc không hợp lệ. Hãy kiểm tra token ở cả hai phía.'
} as const

export interface SmallSession extends Session {
  readonly baseUrl: string
  readonly token: string
}

/** What a broken kind may do in another way than the sound one. */
export interface SmallParts {
  /** Every request goes through here. */
  request(io: ConnectorIo, url: string, init: RequestInit): Promise<Response>
  list(session: SmallSession, after: string, io: ConnectorIo): Promise<readonly SmallRecord[]>
  /** Whether it is not to be read yet. */
  isDraft(record: SmallRecord): boolean
  /** Whether a delivery of ours made it. */
  isOwn(record: SmallRecord): boolean
  toItem(record: SmallRecord): InboundItem
  /** Whether the outside made a request. */
  isSigned(request: Request, body: Uint8Array, token: string): boolean
  /** The key by which the outside knows a repeat. */
  keyOf(event: OutboundEvent): string
}

export const SmallSettings = Type.Object(
  {
    baseUrl: Type.String({ description: 'Address of the outside system.' }),
    token: Type.String({ secret: true, description: 'Token that it gave to the bus.' })
  },
  { additionalProperties: false }
)

export type SmallDefinition = ConnectorDefinition<typeof SmallSettings, SmallSession> &
  Required<Pick<ConnectorDefinition<typeof SmallSettings, SmallSession>, 'inbound' | 'outbound' | 'receive'>>

export const limit = 5

const sound: SmallParts = {
  request: (io, url, init) => io.fetch(url, init),
  async list(session, after, io) {
    const response = await ask(this, session, { io, path: `/records?after=${after}&limit=${limit}` })
    return readRecords(await response.text())
  },
  isDraft: ({ draft }) => draft !== undefined,
  isOwn: ({ origin }) => origin !== undefined,
  toItem({ id, seq, at, about, text }) {
    const reference = `${id}@${seq}`
    if (text === undefined) return { reference, fault: faults.recordMalformed({ values: { id } }) }
    const changedAt = new Date(at).toISOString()
    const data = { dossierCode: about, status: '4', content: text, changedAt }
    return { reference, event: { type: 'dossier.status-changed.v1', subject: about, data } }
  },
  isSigned({ headers }, body, token) {
    const given = Buffer.from(headers.get('x-signature') ?? '', 'hex')
    const expected = createHmac('sha256', token).update(body).digest()
    return given.length === expected.length && timingSafeEqual(given, expected)
  },
  keyOf: ({ hash }) => hash
}

export function readRecords(text: string): readonly SmallRecord[] {
  try {
    return JSON.parse(text) as readonly SmallRecord[]
  } catch {
    throw faults.failed({ values: { status: 'what is no JSON' } })
  }
}

/** Sends a request, and turns every answer but success into a fault. */
export async function ask(
  parts: SmallParts,
  { baseUrl, token }: SmallSession,
  { io, path, ...init }: RequestInit & { readonly io: ConnectorIo; readonly path: string }
): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) }
  const response = await parts.request(io, baseUrl + path, { ...init, headers, signal: io.signal })
  const { status, ok } = response
  if (ok || (status === 404 && init.method === undefined)) return response
  await response.body?.cancel()
  const waitMs = Number(response.headers.get('retry-after')) * 1000
  if (status === 401) throw faults.credentials()
  if (status === 422) throw faults.refused({ values: { status } })
  throw faults.failed({ values: { status }, ...(waitMs > 0 ? { waitMs } : {}) })
}

type Changed = (definition: SmallDefinition, parts: SmallParts) => Partial<SmallDefinition>

/** A sound kind for the small outside, with what is changed of its parts and of its definition. */
export function smallKind(
  kind: string,
  changedParts: Partial<SmallParts> = {},
  changed: Changed = () => ({})
): SmallDefinition {
  const parts: SmallParts = { ...sound, ...changedParts }
  const definition = {
    ...defineConnector<typeof SmallSettings, SmallSession>({
      kind,
      summary: 'Exchanges records with the small outside of the kit.',
      settings: SmallSettings,
      connect: async (given) => ({ ...given, close: async () => {} }),
      check: async (session, io) => void (await parts.list(session, '0', io))
    }),
    inbound: inboundOf(parts),
    receive: receiveOf(parts),
    outbound: outboundOf(parts)
  }
  return { ...definition, ...changed(definition, parts) }
}

function inboundOf(parts: SmallParts): SmallDefinition['inbound'] {
  return {
    types: ['dossier.status-changed.v1'],
    async poll(session, cursor, io) {
      const listed = await parts.list(session, cursor ?? '0', io)
      const drafts = listed.findIndex((record) => parts.isDraft(record))
      const records = drafts === -1 ? listed : listed.slice(0, drafts)
      return {
        items: records.filter((record) => !parts.isOwn(record)).map((record) => parts.toItem(record)),
        cursor: String(records.at(-1)?.seq ?? cursor ?? '0'),
        more: records.length === limit
      }
    },
    async acknowledge(session, { reference, quarantined }, io) {
      const outcome = { seq: Number(reference.split('@')[1]), quarantined: quarantined !== undefined }
      await ask(parts, session, { io, path: '/outcomes', method: 'POST', body: JSON.stringify(outcome) })
    }
  }
}

function receiveOf(parts: SmallParts): SmallDefinition['receive'] {
  return async ({ token }, request) => {
    const body = await request.bytes()
    if (!parts.isSigned(request, body, token)) throw new BusError('BUS_TOKEN_INVALID', unsigned)
    const records = readRecords(Buffer.from(body).toString())
    return {
      items: records.map((record) => parts.toItem(record)),
      respond: () => new Response(null, { status: 202 })
    }
  }
}

function outboundOf(parts: SmallParts): SmallDefinition['outbound'] & { deliver: Deliver } {
  return {
    types: ['dossier.completed.v1'],
    repeatable: true,
    async deliver(session, event, io) {
      const headers = { 'idempotency-key': parts.keyOf(event) }
      const body = JSON.stringify({ about: event.event.subject })
      const response = await ask(parts, session, { io, path: '/records', method: 'POST', headers, body })
      await response.text()
      return undefined
    },
    async lookUp(session, event, io) {
      const path = `/records/${encodeURIComponent(parts.keyOf(event))}`
      return (await ask(parts, session, { io, path })).ok ? 'done' : 'not-done'
    }
  }
}

type Deliver = NonNullable<SmallDefinition['outbound']['deliver']>

/** The sound definition, with what becomes of each result of a poll. */
export function withPolled(
  { inbound }: SmallDefinition,
  change: (polled: Polled, session: SmallSession, io: ConnectorIo) => Polled | Promise<Polled>
): Partial<SmallDefinition> {
  return {
    inbound: {
      ...inbound,
      poll: async (session, cursor, io) => change(await inbound.poll(session, cursor, io), session, io)
    }
  }
}

/** The sound definition, with what becomes of the items of a request. */
export function withReceived(
  { receive }: SmallDefinition,
  change: (items: readonly InboundItem[]) => readonly InboundItem[]
): Partial<SmallDefinition> {
  return {
    async receive(settings, request, io) {
      const received = await receive(settings, request, io)
      return { ...received, items: change(received.items) }
    }
  }
}

/** The sound definition, with what becomes of deliveries that fail: another error, or nothing at all. */
export function withFailedDelivery(
  { outbound }: SmallDefinition,
  become: (error: unknown) => BusError | 'done' | undefined
): Partial<SmallDefinition> {
  const deliver: Deliver = async (session, event, io): Promise<Delivered | undefined> => {
    try {
      return await outbound.deliver?.(session, event, io)
    } catch (error) {
      const other = become(error)
      if (other === 'done') return undefined
      throw other ?? error
    }
  }
  return { outbound: { ...outbound, deliver } }
}

/** A request whose failures become others. */
export function withFailedRequest(become: (error: BusError) => BusError | undefined): Partial<SmallParts> {
  return {
    async request(io, url, init) {
      try {
        return await io.fetch(url, init)
      } catch (error) {
        throw (error instanceof BusError && become(error)) || error
      }
    }
  }
}

/** Whether an error, or what caused it, has a code of Node. */
export function hasCode(error: unknown, code: string): boolean {
  if (!(error instanceof Error)) return false
  return (error as NodeJS.ErrnoException).code === code || hasCode(error.cause, code)
}
