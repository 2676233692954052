import type { IncomingHttpHeaders } from 'node:http'
import { BusError } from '#protocol/errors/bus-error.ts'
import { eventFromBinary } from '#protocol/events/http-modes.ts'
import type { StrictJson } from '#protocol/events/json.ts'
import { parseStrictJson, strictJsonElements } from '#protocol/events/strict-json.ts'

/** The events of a request; `batch` if it was sent as a batch. */
export interface DecodedRequest {
  readonly batch: boolean
  /** Those of a batch are parsed one by one, so that other work can be done between them. */
  readonly values: Iterable<StrictJson>
}

/** Events in one request. */
export const maxBatch = 500

/** Reads the events of a request in any of the three modes. What is wrong with a batch, its `values` throw. */
export function decodeRequest(headers: IncomingHttpHeaders, body: Uint8Array): DecodedRequest {
  const contentType = headers['content-type'] ?? ''
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase()
  if (mediaType === 'application/cloudevents+json') return { batch: false, values: [parseStrictJson(body)] }
  if (mediaType === 'application/json') {
    return { batch: false, values: [eventFromBinary(headers, parseStrictJson(body))] }
  }
  return { batch: true, values: eventsOfBatch(body) }
}

function* eventsOfBatch(body: Uint8Array): Generator<StrictJson> {
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
    yield value
  }
  if (got === 0) throw new BusError('BUS_ATTRIBUTE_INVALID', 'batch-empty')
}
