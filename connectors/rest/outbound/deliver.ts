import { BusError } from '#protocol/errors/bus-error.ts'
import type { Json } from '#protocol/events/json.ts'
import type { ConnectorIo, Delivered, LookedUp, OutboundEvent } from '../../connector.ts'
import type { HttpAnswer } from '../../shared-formats/http/http-messages.ts'
import { faults } from '../faults.ts'
import type { Expression } from '../map/evaluate.ts'
import { evaluateOne, type MapperIo } from '../map/mapper.ts'
import type { DeliverSettings, DeliverySettings, LookUpSettings } from '../settings.ts'
import type { RestSession } from '../transport/session.ts'
import { ownKey, ownValue } from './own.ts'

/** A request for one event. */
export interface MappedRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** Turns an event into a request. Throws the fault `requestUnmappable`. */
export async function toRequest(
  { event, hash }: OutboundEvent,
  settings: DeliverySettings,
  { idempotencyHeader, io }: { readonly idempotencyHeader: string; readonly io: MapperIo }
): Promise<MappedRequest> {
  const { method, headers } = settings
  const { path, body } = await evaluated(
    { ...event, hash },
    { path: { path: settings.path }, body: { jsonata: settings.body } },
    io
  )
  if (body === undefined && method !== 'DELETE') {
    throw faults.requestUnmappable({ values: { expression: 'body', problem: 'it gives nothing' } })
  }
  return {
    method,
    path: String(path),
    headers: { ...headers, [idempotencyHeader]: hash },
    body: body === undefined ? undefined : JSON.stringify(body)
  }
}

/** Sends the request of an event, and marks what it made outside as ours. */
export async function deliver(
  session: RestSession,
  sent: OutboundEvent,
  { settings, io }: { readonly settings: DeliverSettings; readonly io: ConnectorIo }
): Promise<Delivered | undefined> {
  const one = requestOf(settings, sent)
  const { idempotencyHeader } = settings
  const request = await toRequest(sent, one, { idempotencyHeader, io })
  const { refused, alreadyDone } = one
  return session.own.during(async () => {
    const answer = await session.ask({ ...request, refused, accepted: alreadyDone }, io.signal)
    return madeBy(answer, { one, hash: sent.hash, io })
  })
}

/** The outside has taken the event, whatever its answer says: an answer without an id is no failure. */
async function madeBy(
  { body, unread }: HttpAnswer,
  { one, hash, io }: { readonly one: DeliverySettings; readonly hash: string; readonly io: ConnectorIo }
): Promise<Delivered | undefined> {
  const { created, createdVersion } = one
  if (created === undefined) return undefined
  try {
    if (unread) throw unread
    const version = createdVersion === undefined ? {} : { version: { jsonata: createdVersion } }
    const found = await evaluateOne(body.toString(), { id: { jsonata: created }, ...version }, io)
    const key = ownKey(found.id)
    return key === undefined ? undefined : { marks: { [key]: ownValue(hash, found.version) } }
  } catch (error) {
    if (!(error instanceof BusError)) throw error
    io.log.warn({ reason: error.message }, 'delivered, but the expression created gave no id')
    return undefined
  }
}

/** The path that asks for an event. Throws the fault `requestUnmappable`. */
export async function toLookUp(
  { event, hash }: OutboundEvent,
  { path, query }: LookUpSettings,
  io: MapperIo
): Promise<string> {
  const pairs = Object.entries(query).map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
  const whole = pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
  const { asked } = await evaluated({ ...event, hash }, { asked: { path: whole } }, io)
  return String(asked)
}

/** A text of a query, but for the expressions in braces. */
function escaped(text: string): string {
  const parts = text.split(/(\{[^{}]+\})/)
  return parts.map((part, index) => (index % 2 === 0 ? encodeURIComponent(part) : part)).join('')
}

/** Asks the outside for an event whose delivery was cut off, and marks what it made as `deliver` does. */
export async function lookUp(
  session: RestSession,
  sent: OutboundEvent,
  { settings, io }: { readonly settings: DeliverSettings; readonly io: ConnectorIo }
): Promise<LookedUp> {
  const one = requestOf(settings, sent)
  const { lookUp: how } = one
  if (!how) return 'unknown'
  const path = await toLookUp(sent, how, io)
  const answer = await session.ask({ method: 'GET', path, accepted: [404] }, io.signal)
  if (answer.status === 404) return 'not-done'
  if (how.found !== undefined) {
    const { found } = await evaluateOne(answer.body.toString(), { found: { jsonata: how.found } }, io)
    if (found === false || found === undefined) return 'not-done'
    if (found !== true) {
      // Not true need not mean no: taken for no, the event would be sent again.
      io.log.warn({}, 'the expression found gives neither true nor false: wrap it in $boolean()')
      return 'unknown'
    }
  }
  return (await madeBy(answer, { one, hash: sent.hash, io })) ?? 'done'
}

function requestOf({ requests }: DeliverSettings, { event }: OutboundEvent): DeliverySettings {
  const found = requests.find(({ type }) => type === event.type)
  if (!found) throw new TypeError(`no request for ${event.type}`)
  return found
}

async function evaluated(
  input: object,
  expressions: Readonly<Record<string, Expression>>,
  io: MapperIo
): Promise<Readonly<Record<string, Json>>> {
  try {
    return await evaluateOne(JSON.stringify(input), expressions, io)
  } catch (cause) {
    if (!(cause instanceof BusError && cause.code === 'BUS_ITEM_INVALID')) throw cause
    throw faults.requestUnmappable({ cause, values: cause.values })
  }
}
