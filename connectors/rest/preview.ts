import type { BusEvent } from '#protocol/events/event.ts'
import { isJsonObject, type Json, type JsonObject } from '#protocol/events/json.ts'
import type { ConnectorIo, OutboundEvent, Preview } from '../connector.ts'
import { type ItemsIo, splitBody, toItems } from './inbound/to-items.ts'
import type { MapperIo } from './map/mapper.ts'
import { type MappedRequest, toLookUp, toRequest } from './outbound/deliver.ts'
import type { DeliverySettings, ItemsSettings, LookUpSettings, RestSettings } from './settings.ts'

/** What an instance would publish or send for a sample, or for the samples in its settings. */
export async function preview(
  settings: RestSettings,
  sample: Uint8Array | undefined,
  io: ConnectorIo
): Promise<readonly Preview[]> {
  const { poll, receive, deliver } = settings
  const inbound = [poll, receive].filter((half) => half !== undefined)
  if (sample === undefined) {
    const previews: Preview[] = []
    for (const half of inbound)
      previews.push(...(await previewItems(half, [JSON.stringify(half.sample)], io)))
    for (const request of deliver?.requests ?? []) {
      const data = request.sample as JsonObject
      previews.push(await sent(settings, request, { sample: { data }, io }))
    }
    return previews
  }
  const event = eventIn(sample)
  const request = deliver?.requests.find(({ type }) => type === event?.type)
  if (event && request) return [await sent(settings, request, { sample: event, io })]
  const previews: Preview[] = []
  for (const half of inbound) {
    previews.push(...(await previewItems(half, await splitBody(sample, half.items, io), io)))
  }
  return previews
}

/** What items, as JSON texts, would become. */
export async function previewItems(
  settings: ItemsSettings,
  texts: readonly string[],
  io: ItemsIo
): Promise<readonly Preview[]> {
  const read = await toItems(texts, settings, io)
  return read.map(({ item, id }) => {
    if (!item) return { becomes: 'passed over', content: { id } }
    if ('fault' in item) {
      return { becomes: 'quarantined', content: { reference: item.reference, reason: item.fault.message } }
    }
    return { becomes: 'published', content: { ...item } }
  })
}

type SampleEvent = Partial<BusEvent> & { readonly data: JsonObject }

/** The request for an event; what the sample leaves out is filled in. Throws as `toRequest` does. */
export function previewRequest(
  request: DeliverySettings,
  sample: SampleEvent,
  options: { readonly idempotencyHeader: string; readonly io: MapperIo }
): Promise<MappedRequest> {
  return toRequest(filledIn(sample, request.type, options.io), request, options)
}

/** The path of a look-up for an event with such data. Throws as `toLookUp` does. */
export function previewLookUp(
  lookUp: LookUpSettings,
  type: string,
  { data, io }: { readonly data: JsonObject; readonly io: MapperIo }
): Promise<string> {
  return toLookUp(filledIn({ data }, type, io), lookUp, io)
}

function filledIn(sample: SampleEvent, type: string, { agency }: MapperIo): OutboundEvent {
  const event = {
    specversion: '1.0',
    id: '00000000-0000-7000-8000-000000000000',
    source: `/agencies/${agency}/systems/sample`,
    type,
    subject: 'sample',
    time: '2026-01-01T00:00:00.000Z',
    nonce: '',
    ...sample
  } as BusEvent
  return { event, hash: '0'.repeat(64), recordedTime: event.time }
}

async function sent(
  { baseUrl, deliver, headers }: RestSettings,
  request: DeliverySettings,
  { sample, io }: { readonly sample: SampleEvent; readonly io: MapperIo }
): Promise<Preview> {
  const idempotencyHeader = deliver?.idempotencyHeader ?? ''
  const { method, path, body, ...mapped } = await previewRequest(request, sample, { idempotencyHeader, io })
  const url = baseUrl.replace(/\/+$/, '') + path
  const content = body === undefined ? {} : { body: JSON.parse(body) as object }
  const configured = Object.keys({ ...headers, ...request.headers }).map((name) => [name, '…'])
  const shown = { ...mapped.headers, ...Object.fromEntries(configured) } // They may hold secrets.
  return { becomes: 'sent', content: { method, url, headers: shown, ...content } }
}

/** The event in a sample; undefined if it is something that the outside gives. */
function eventIn(sample: Uint8Array): SampleEvent | undefined {
  try {
    const value = JSON.parse(Buffer.from(sample).toString()) as Json
    const isEvent = isJsonObject(value) && 'specversion' in value && isJsonObject(value.data)
    return isEvent ? (value as unknown as SampleEvent) : undefined
  } catch {
    return undefined // No JSON: told where items are read.
  }
}
