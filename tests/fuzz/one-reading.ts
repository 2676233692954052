import { isDeepStrictEqual } from 'node:util'
import { avscTypeOf } from '#protocol/avro/avsc-type.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { readCanonical } from '#protocol/events/canonical-bytes.ts'
import type { ReadEvent } from '#protocol/events/event-stages.ts'
import { type WrittenEvent, writeEvent } from '#protocol/events/hash.ts'
import { isJsonObject, type Json, type JsonObject } from '#protocol/events/json.ts'
import { compileTest } from '#protocol/events/json-schema.ts'
import { createPayloadCodec, type PayloadCodec } from '#protocol/events/payload-codec.ts'
import { parseStrictJson } from '#protocol/events/strict-json.ts'

/** What is compared with the strict reading: how bytes are read, and how payloads are encoded. */
export interface OneReading {
  readonly read: (bytes: Buffer) => ReadEvent | undefined
  readonly encode: (codec: PayloadCodec, data: JsonObject) => Buffer
}

export const oneReading: OneReading = {
  read: readCanonical,
  encode: (codec, data) => codec.encode(data, 1)
}

/** A schema, with what decides what it takes and how that is written. */
export interface Judged {
  readonly codec: PayloadCodec
  readonly matches: (value: unknown) => boolean
  readonly type: ReturnType<typeof avscTypeOf>
}

export function judge(schemaText: string): Judged {
  const codec = createPayloadCodec(schemaText)
  return { codec, matches: compileTest(codec.jsonSchema), type: avscTypeOf(schemaText) }
}

export interface Compared {
  /** Whether it was read as canonical. */
  readonly isRead: boolean
  readonly isEncoded: boolean
  /** What is not as it was read strictly; undefined if nothing. */
  readonly difference?: string
}

/** Reads an event in both ways, and encodes its payload, or the whole if it has none. */
export function compare(bytes: Buffer, { codec, matches, type }: Judged, tried = oneReading): Compared {
  const strict = readStrictly(bytes)
  const read = tried.read(bytes)
  if (read && !strict)
    return { isRead: true, isEncoded: false, difference: 'it is refused when read strictly' }
  if (read && (!isDeepStrictEqual(read.value, strict?.value) || read.body !== strict?.body)) {
    return { isRead: true, isEncoded: false, difference: 'another event' }
  }
  if (read && read.hash !== strict?.hash)
    return { isRead: true, isEncoded: false, difference: 'another hash' }
  const isRead = read !== undefined
  if (!strict || !isJsonObject(strict.value)) return { isRead, isEncoded: false }
  const data = isJsonObject(strict.value.data) ? strict.value.data : strict.value
  const framed = encoded(() => tried.encode(codec, data))
  if (framed === undefined) return { isRead, isEncoded: false }
  if (typeof framed === 'string') return { isRead, isEncoded: false, difference: framed }
  if (!matches(data))
    return { isRead, isEncoded: true, difference: 'the JSON Schema refuses what was encoded' }
  if (!isDeepStrictEqual(codec.decode(framed), data)) {
    return { isRead, isEncoded: true, difference: 'decoded otherwise' }
  }
  const body = framed.subarray(5)
  return type.toBuffer(type.fromBuffer(body)).equals(body)
    ? { isRead, isEncoded: true }
    : { isRead, isEncoded: true, difference: 'avsc writes other bytes' }
}

function readStrictly(bytes: Buffer): (WrittenEvent & { readonly value: Json }) | undefined {
  try {
    const value = parseStrictJson(bytes)
    return { value, ...writeEvent(value) }
  } catch (error) {
    if (error instanceof BusError) return undefined
    throw error
  }
}

/** Undefined if it is refused with an error of the catalogue; the text of any other error. */
function encoded(encode: () => Buffer): Buffer | string | undefined {
  try {
    return encode()
  } catch (error) {
    return error instanceof BusError ? undefined : String(error)
  }
}

/** Readings with a fault each, which the comparison must find. */
export const seededFaults: Readonly<Record<string, OneReading>> = {
  'takes what only JSON.parse takes': {
    ...oneReading,
    read(bytes) {
      try {
        const value = JSON.parse(bytes.toString()) as never
        return { value, ...writeEvent(value) }
      } catch {
        return undefined
      }
    }
  },
  'gives a hash with another first byte': {
    ...oneReading,
    read(bytes) {
      const read = readCanonical(bytes)
      return read && { ...read, hash: read.hash.replace(/^../, '00') }
    }
  },
  'writes every number as an int': {
    ...oneReading,
    encode: (codec, data) =>
      codec.encode(
        JSON.parse(JSON.stringify(data), (_name, value) => (typeof value === 'number' ? value | 0 : value)),
        1
      )
  }
}
