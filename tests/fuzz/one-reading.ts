import { isDeepStrictEqual } from 'node:util'
import { decodeRequest, maxBatch } from '#gateway/routes/events/decode-request.ts'
import { avscTypeOf } from '#protocol/avro/avsc-type.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { canonicalJson } from '#protocol/events/canonical.ts'
import { canonicalElements, readCanonical } from '#protocol/events/canonical-bytes.ts'
import type { ReadEvent } from '#protocol/events/event-stages.ts'
import { writeEvent } from '#protocol/events/hash.ts'
import { isJsonObject, type Json, type JsonObject, type StrictJson } from '#protocol/events/json.ts'
import { compileTest } from '#protocol/events/json-schema.ts'
import { createPayloadCodec, type PayloadCodec } from '#protocol/events/payload-codec.ts'
import { formOf } from '#protocol/events/payload-forms.ts'
import { parseStrictJson, strictJsonElements } from '#protocol/events/strict-json.ts'

/** Reads the body of a request; undefined for an event that was read twice. */
type Reading = (body: Buffer) => Iterable<ReadEvent | undefined>

/** What is compared with the strict reading: how bodies are read, and how payloads are encoded. */
export interface OneReading {
  readonly event: Reading
  readonly batch: Reading
  readonly encode: (codec: PayloadCodec, data: JsonObject) => Buffer
}

/** As the gateway does it. */
export const oneReading: OneReading = {
  event: (body) => decodeRequest({ 'content-type': 'application/cloudevents+json' }, body).events,
  batch: (body) => decodeRequest({ 'content-type': 'application/cloudevents-batch+json' }, body).events,
  encode: (codec, data) => codec.encode(data, 1)
}

function* strictEvent(body: Buffer): Generator<ReadEvent> {
  yield written(parseStrictJson(body))
}

function* strictBatch(body: Buffer): Generator<ReadEvent> {
  const elements = strictJsonElements(body)
  if (!elements) {
    parseStrictJson(body)
    throw new BusError('BUS_ATTRIBUTE_INVALID', 'batch-not-an-array')
  }
  let got = 0
  for (const value of elements) {
    got += 1
    if (got > maxBatch) {
      throw new BusError('BUS_REQUEST_TOO_LARGE', 'batch-too-long', { values: { limit: maxBatch } })
    }
    yield written(value)
  }
  if (got === 0) throw new BusError('BUS_ATTRIBUTE_INVALID', 'batch-empty')
}

function written(value: StrictJson): ReadEvent {
  return { value, ...writeEvent(value) }
}

/** A schema, with what decides what it takes and how that is written. */
export interface Judged {
  readonly codec: PayloadCodec
  readonly matches: (value: Json) => boolean
  readonly type: ReturnType<typeof avscTypeOf>
}

export function judge(schemaText: string): Judged {
  const codec = createPayloadCodec(schemaText)
  const test = compileTest(codec.jsonSchema)
  const form = formOf(codec.shape)
  const matches = (value: Json): boolean =>
    test(value) && tried(() => form.check(value)).refusal === undefined
  return { codec, matches, type: avscTypeOf(schemaText) }
}

export interface Compared {
  /** Whether all of it was read as canonical. */
  readonly isRead: boolean
  readonly isEncoded: boolean
  /** What is not as it was read strictly; undefined if nothing. */
  readonly difference: string | undefined
}

/** Reads an event in both ways, and encodes its payload, or the whole if it has none. */
export function compareEvent(body: Buffer, judged: Judged, reading = oneReading): Compared {
  const strict = outcomeOf(strictEvent, body)
  const difference = differenceOf(outcomeOf(reading.event, body), strict)
  const isRead = readCanonical(body) !== undefined
  const value = strict.events[0]?.value
  if (difference !== undefined || !isJsonObject(value)) return { isRead, isEncoded: false, difference }
  const data = isJsonObject(value.data) ? value.data : value
  return { isRead, ...compareEncoding(data, judged, reading) }
}

/** Reads a batch in both ways. */
export function compareBatch(body: Buffer, reading = oneReading): Compared {
  const difference = differenceOf(outcomeOf(reading.batch, body), outcomeOf(strictBatch, body))
  return { isRead: isWhole(body), isEncoded: false, difference }
}

function isWhole(body: Buffer): boolean {
  const elements = canonicalElements(body)
  let next = elements.next()
  while (!next.done) next = elements.next()
  return next.value.isWhole
}

/** What came of reading a body: its events up to where it was refused. */
interface Outcome {
  readonly events: readonly ReadEvent[]
  readonly refusal: unknown
}

function outcomeOf(reading: Reading, body: Buffer): Outcome {
  const events: ReadEvent[] = []
  const { refusal } = tried(() => {
    for (const event of reading(body)) if (event) events.push(event)
  })
  return { events, refusal }
}

function differenceOf(one: Outcome, strict: Outcome): string | undefined {
  for (const { refusal } of [one, strict]) if (typeof refusal === 'string') return refusal
  if (!isDeepStrictEqual(one.refusal, strict.refusal)) {
    return `refused with ${JSON.stringify(one.refusal)} for ${JSON.stringify(strict.refusal)}`
  }
  const hashes = ({ events }: Outcome): readonly string[] => events.map(({ hash }) => hash)
  const contents = ({ events }: Outcome): object => events.map(({ value, body }) => ({ value, body }))
  if (!isDeepStrictEqual(contents(one), contents(strict))) return 'another event'
  return isDeepStrictEqual(hashes(one), hashes(strict)) ? undefined : 'another hash'
}

/** What is encoded must be what the strict check takes, be decoded to the same canonical form, and have avsc's bytes. */
function compareEncoding(
  data: JsonObject,
  { codec, matches, type }: Judged,
  { encode }: OneReading
): Omit<Compared, 'isRead'> {
  const { value: framed, refusal } = tried(() => encode(codec, data))
  if (!framed) return { isEncoded: false, difference: typeof refusal === 'string' ? refusal : undefined }
  if (!matches(data)) return { isEncoded: true, difference: 'the strict check refuses what was encoded' }
  if (tried(() => canonicalJson(codec.decode(framed))).value !== canonicalJson(data)) {
    return { isEncoded: true, difference: 'decoded otherwise' }
  }
  const body = framed.subarray(5)
  const isOnly = type.toBuffer(type.fromBuffer(body)).equals(body)
  return { isEncoded: true, difference: isOnly ? undefined : 'avsc writes other bytes' }
}

/** What an attempt gives, or why it is refused: an error of the catalogue in its parts, any other as text. */
function tried<T>(attempt: () => T): { readonly value?: T; readonly refusal?: unknown } {
  try {
    return { value: attempt() }
  } catch (error) {
    return { refusal: error instanceof BusError ? [error.code, error.fault, error.values] : String(error) }
  }
}

/** Readings with a fault each, which the comparison must find. */
export const seededFaults: Readonly<Record<string, OneReading>> = {
  'takes what only JSON.parse takes': {
    ...oneReading,
    event: (body) => [
      tried(() => written(JSON.parse(body.toString()))).value ?? written(parseStrictJson(body))
    ]
  },
  'gives a hash with another first byte': {
    ...oneReading,
    event: (body) =>
      [...oneReading.event(body)].map((read) => read && { ...read, hash: read.hash.replace(/^../, '00') })
  },
  'writes every number as an int': {
    ...oneReading,
    encode: (codec, data) =>
      codec.encode(
        JSON.parse(JSON.stringify(data), (_name, value) => (typeof value === 'number' ? value | 0 : value)),
        1
      )
  },
  'takes what is canonical at the start of a batch for all of it': {
    ...oneReading,
    batch: (body) => canonicalElements(body)
  },
  'takes any character for the comma between the events of a batch': {
    ...oneReading,
    batch(body) {
      const slices = body
        .toString()
        .slice(1, -1)
        .split(/(?<=\}).?(?=\{)/)
      const read = slices.map((slice) => readCanonical(Buffer.from(slice), 1))
      return read.includes(undefined) ? oneReading.batch(body) : read
    }
  },
  'lets the event of a batch nest as deeply as one alone': {
    ...oneReading,
    batch(body) {
      const isArray = body.at(0) === 0x5b && body.at(-1) === 0x5d
      const read = isArray ? readCanonical(body.subarray(1, -1)) : undefined
      return read ? [read] : oneReading.batch(body)
    }
  }
}
