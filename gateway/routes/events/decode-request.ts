import type { IncomingHttpHeaders } from 'node:http'
import { BusError } from '#protocol/errors/bus-error.ts'
import { eventFromBinary } from '#protocol/events/http-modes.ts'
import type { StrictJson } from '#protocol/events/json.ts'
import { parseStrictJson, strictJsonElements } from '#protocol/events/strict-json.ts'

/** The events of a request; `batch` if it was sent as a batch. */
export interface DecodedRequest {
  readonly batch: boolean
  readonly values: readonly StrictJson[]
}

const maxBatch = 500

/** Reads the events of a request in any of the three modes. `turn` is awaited between the events of a batch. */
export async function decodeRequest(
  headers: IncomingHttpHeaders,
  body: Uint8Array,
  turn: () => Promise<void> | undefined
): Promise<DecodedRequest> {
  const contentType = headers['content-type'] ?? ''
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase()
  if (mediaType === 'application/cloudevents+json') return { batch: false, values: [parseStrictJson(body)] }
  if (mediaType === 'application/json') {
    return { batch: false, values: [eventFromBinary(headers, parseStrictJson(body))] }
  }
  return { batch: true, values: await decodeBatch(body, turn) }
}

async function decodeBatch(
  body: Uint8Array,
  turn: () => Promise<void> | undefined
): Promise<readonly StrictJson[]> {
  const elements = strictJsonElements(body)
  if (!elements) {
    parseStrictJson(body)
    throw new BusError('BUS_ATTRIBUTE_INVALID', 'batch-not-an-array')
  }
  const values: StrictJson[] = []
  let got = 0
  for (const value of elements) {
    got += 1
    if (got <= maxBatch) values.push(value)
    await turn()
  }
  if (got === 0) throw new BusError('BUS_ATTRIBUTE_INVALID', 'batch-empty')
  if (got > maxBatch) {
    throw new BusError('BUS_REQUEST_TOO_LARGE', 'batch-too-long', { values: { limit: maxBatch, got } })
  }
  return values
}
