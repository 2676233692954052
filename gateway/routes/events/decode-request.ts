import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import { BusError } from '#protocol/errors/bus-error.ts'
import { canonicalElements, readCanonical } from '#protocol/events/canonical-bytes.ts'
import type { ReadEvent } from '#protocol/events/event-stages.ts'
import { writeEvent } from '#protocol/events/hash.ts'
import { eventFromBinary } from '#protocol/events/http-modes.ts'
import type { StrictJson } from '#protocol/events/json.ts'
import { parseStrictJson, strictJsonElements } from '#protocol/events/strict-json.ts'

/** The events of a request; `batch` if it was sent as a batch. */
export interface DecodedRequest {
  readonly batch: boolean
  /** Those of a batch are read one by one, so that other work can be done between them; undefined for one that was read twice. */
  readonly events: Iterable<ReadEvent | undefined>
}

/** Events in one request. */
export const maxBatch = 500

/** Reads the events of a request in any of the three modes. What is wrong with a batch, its `events` throw. */
export function decodeRequest(headers: IncomingHttpHeaders, body: Uint8Array): DecodedRequest {
  const contentType = headers['content-type'] ?? ''
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase()
  if (mediaType === 'application/cloudevents+json') {
    return { batch: false, events: [readCanonical(body) ?? written(parseStrictJson(body))] }
  }
  if (mediaType === 'application/json') {
    return { batch: false, events: [written(eventFromBinary(headers, parseStrictJson(body)))] }
  }
  return { batch: true, events: eventsOfBatch(body) }
}

function written(value: StrictJson): ReadEvent {
  return { value, ...writeEvent(value) }
}

function* eventsOfBatch(body: Uint8Array): Generator<ReadEvent | undefined> {
  let got = 0
  const count = (event: ReadEvent): ReadEvent => {
    got += 1
    if (got > maxBatch) {
      throw new BusError('BUS_REQUEST_TOO_LARGE', 'batch-too-long', { values: { limit: maxBatch } })
    }
    return event
  }
  if (isUtf8(body)) {
    const canonical = canonicalElements(body)
    let next = canonical.next()
    for (; !next.done; next = canonical.next()) yield count(next.value)
    if (next.value.isWhole) return
  }
  const elements = strictJsonElements(body)
  if (!elements) {
    parseStrictJson(body)
    throw new BusError('BUS_ATTRIBUTE_INVALID', 'batch-not-an-array')
  }
  let before = got // Those that were in canonical form.
  for (const value of elements) {
    yield before > 0 ? undefined : count(written(value))
    before -= 1
  }
  if (got === 0) throw new BusError('BUS_ATTRIBUTE_INVALID', 'batch-empty')
}
