import { createHash } from 'node:crypto'
import Type from 'typebox'
import { BusError } from '#protocol/errors/bus-error.ts'
import { isJsonObject, type Json } from '#protocol/events/json.ts'
import { compileCheck } from '#protocol/events/json-schema.ts'
import { createPayloadCodec, type PayloadCodec } from '#protocol/events/payload-codec.ts'
import type { ConnectorIo, EventDraft, InboundItem } from '../../connector.ts'
import { faults } from '../faults.ts'
import type { Expression } from '../map/evaluate.ts'
import { evaluateEach, evaluateOne, type Mapped, type MapperIo } from '../map/mapper.ts'
import type { ItemsSettings } from '../settings.ts'

const Text = Type.String({ minLength: 1 })
const checkDraft = compileCheck<Omit<EventDraft, 'type'>>(
  Type.Object(
    {
      subject: Text,
      recipients: Type.Optional(Type.Array(Text)),
      correlationid: Type.Optional(Text),
      causationid: Type.Optional(Text),
      senddeadline: Type.Optional(Text),
      extensions: Type.Optional(Type.Record(Type.String(), Type.String())),
      data: Type.Object({}, { additionalProperties: true })
    },
    { additionalProperties: false }
  ),
  ({ instancePath, message }) => draftMalformed(`${instancePath || '/'} ${message}`)
)

function draftMalformed(problem: string): BusError {
  return faults.draftMalformed({ values: { problem } })
}

export type ItemsIo = MapperIo & Pick<ConnectorIo, 'eventSchema'>

/** An item of the outside and what became of it; `item` is undefined for one that is passed over. */
export interface ReadItem {
  readonly item: InboundItem | undefined
  /** The item's id and version, and the value that the cursor may go on from. */
  readonly id: Json | undefined
  readonly version: Json | undefined
  readonly cursor: Json | undefined
}

/** Of an answer or a callback: each is stored, even if it is quarantined. */
const maxItems = 10_000

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The texts of the items in a body. Throws the fault `mapFailed`. */
export async function splitBody(body: Uint8Array, items: string, io: MapperIo): Promise<readonly string[]> {
  const text = textOf(body)
  if (isEmptyPage(text, items)) return []
  const { list } = await evaluateOne(text, { list: { jsonata: items } }, io)
  if (list === undefined) return []
  const all = Array.isArray(list) ? list : [list]
  if (all.length > maxItems) {
    throw faults.mapFailed({ values: { expression: 'items', problem: `more than ${maxItems} items` } })
  }
  return all.map((one) => JSON.stringify(one))
}

const longestEmpty = 4096
const names = /^[A-Za-z]\w*(?:\.[A-Za-z]\w*)*$/

/** Most polls find nothing: that is seen here, and the thread that evaluates expressions may end meanwhile. */
function isEmptyPage(text: string, items: string): boolean {
  if (text.length > longestEmpty || !names.test(items)) return false
  try {
    let found = JSON.parse(text) as Json | undefined
    for (const name of items.split('.')) found = isJsonObject(found) ? found[name] : undefined
    return Array.isArray(found) && found.length === 0
  } catch {
    return false // What is wrong is told where the text is evaluated.
  }
}

function textOf(body: Uint8Array): string {
  try {
    const text = utf8.decode(body)
    if (/^\s*[[{]/.test(text)) return text
  } catch (cause) {
    throw faults.mapFailed({ cause, values: { expression: 'items', problem: 'not UTF-8' } })
  }
  throw faults.mapFailed({ values: { expression: 'items', problem: 'neither a list nor an object' } })
}

/** Reads items; a bad one becomes one that the host quarantines, with what it came as. */
export async function toItems(
  texts: readonly string[],
  settings: ItemsSettings & { readonly cursorValue?: string | undefined },
  io: ItemsIo
): Promise<readonly ReadItem[]> {
  const mapped = await evaluateEach(texts, expressionsOf(settings), io)
  const codec = codecOf(io.eventSchema(settings.type))
  return texts.map((text, index) => toItem(text, mapped[index], { type: settings.type, codec }))
}

function expressionsOf({
  id,
  version,
  map,
  cursorValue
}: Parameters<typeof toItems>[1]): Readonly<Record<string, Expression>> {
  return {
    id: { jsonata: id },
    ...(version === undefined ? {} : { version: { jsonata: version } }),
    ...(cursorValue === undefined ? {} : { cursor: { jsonata: cursorValue } }),
    map: { jsonata: map }
  }
}

interface EventForm {
  readonly type: string
  /** Undefined while the bus has no schema of the type: publishing tells then. */
  readonly codec: PayloadCodec | undefined
}

function toItem(text: string, mapped: Mapped | undefined, { type, codec }: EventForm): ReadItem {
  const raw = Buffer.from(text)
  const { id, version, cursor, map } = mapped?.values ?? {}
  const isNamed = isVersion(version)
  const reference = isNamed ? referenceOf(id, version) : undefined
  const read = (item: InboundItem | undefined): ReadItem => ({ item, id, version, cursor })
  const bad = (fault: BusError): ReadItem => read({ reference: reference ?? hashOf(text), fault, raw })
  if (mapped?.failure) return bad(faults.mapFailed({ values: mapped.failure }))
  if (!isNamed) return bad(faults.noVersion())
  if (reference === undefined) return bad(faults.noId())
  if (map === undefined || map === null) return read(undefined)
  try {
    const draft = checkDraft(map)
    codec?.encode(draft.data, 0)
    return read({ reference, event: { type, ...draft } })
  } catch (error) {
    if (!(error instanceof BusError)) throw error
    return bad(error)
  }
}

const longestReference = 200

/** Of other values, all versions would have one name. */
function isVersion(version: Json | undefined): boolean {
  return version === undefined || version === null || typeof version !== 'object'
}

/** Names one version of an item; undefined without an id. A long name is replaced by its hash. */
function referenceOf(id: Json | undefined, version: Json | undefined): string | undefined {
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '') return undefined
  const name = version === undefined || version === null ? String(id) : `${id}@${String(version)}`
  if (name.length <= longestReference) return name
  return hashOf(name)
}

function hashOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

/** Codecs by the text of their schema: compiling one takes milliseconds. */
const codecs = new Map<string, PayloadCodec>()
const maxCodecs = 200

export function codecOf(schema: string | undefined): PayloadCodec | undefined {
  if (schema === undefined) return undefined
  const known = codecs.get(schema)
  if (known) return known
  const codec = createPayloadCodec(schema)
  if (codecs.size >= maxCodecs) codecs.clear()
  codecs.set(schema, codec)
  return codec
}
