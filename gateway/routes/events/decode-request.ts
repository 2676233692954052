import type { IncomingHttpHeaders } from 'node:http'
import { BusError } from '#protocol/errors/bus-error.ts'
import { eventFromBinary } from '#protocol/events/http-modes.ts'
import type { StrictJson } from '#protocol/events/json.ts'
import { parseStrictJson } from '#protocol/events/strict-json.ts'

/** The events of a request; `batch` if it was sent as a batch. */
export interface DecodedRequest {
  readonly batch: boolean
  readonly values: readonly StrictJson[]
}

const maxBatch = 500

/** Reads the events of a request in any of the three modes. */
export function decodeRequest(headers: IncomingHttpHeaders, body: Uint8Array): DecodedRequest {
  const contentType = headers['content-type'] ?? ''
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase()
  const value = parseStrictJson(body)
  if (mediaType === 'application/cloudevents+json') return { batch: false, values: [value] }
  if (mediaType === 'application/json') return { batch: false, values: [eventFromBinary(headers, value)] }
  if (!Array.isArray(value)) throw new BusError('BUS_ATTRIBUTE_INVALID', 'batch-not-an-array')
  if (value.length === 0) throw new BusError('BUS_ATTRIBUTE_INVALID', 'batch-empty')
  if (value.length > maxBatch) {
    throw new BusError('BUS_REQUEST_TOO_LARGE', 'batch-too-long', {
      values: { limit: maxBatch, got: value.length }
    })
  }
  return { batch: true, values: value as readonly StrictJson[] }
}
