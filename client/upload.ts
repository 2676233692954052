import { sha256Text, startSha256 } from '#protocol/bytes/bytes.ts'
import { retry } from '#protocol/timing/retry.ts'
import { GatewayError } from './gateway-error.ts'
import type { SendRequest } from './send.ts'

/** What to upload: bytes in memory, a `Blob` such as a page's `File`, or what is read as a stream, such as `fileContent` of Node. */
export type Content = Uint8Array | Blob | StreamedContent

/** Content that is read as a stream, from the start and again from any place. */
export interface StreamedContent {
  /** The bytes from this offset on. The signal aborts once they are no longer needed: an attempt may end early. */
  readonly stream: (start: number, signal?: AbortSignal) => ReadableStream<Uint8Array>
}

/** An uploaded file as an event lists it: the Avro record `lienthong.Attachment`. */
export type Attachment = {
  /** Name of the file for the recipient. */
  readonly name: string
  /** Media type (RFC 6838), such as `application/pdf`. */
  readonly mediaType: string
  /** Size in bytes. */
  readonly size: number
  /** SHA-256 of the bytes, in lower-case hex. */
  readonly sha256: string
}

/**
 * Sends one request with a token of its own; rejects with a `GatewayError`.
 * @internal
 */
export type SendPart = (
  method: string,
  path: string,
  request?: Omit<SendRequest, 'token'>
) => Promise<Response>

/** Smaller uploads are sent again as a whole. */
const wholeUpTo = 1_048_576
/** Consecutive failures without progress. */
const maxFailures = 10

/**
 * Uploads bytes under their SHA-256. If a connection breaks or the gateway does not answer for a while, asks
 * for the progress and continues from there.
 * @internal
 */
export async function upload(
  content: Content,
  send: SendPart
): Promise<{ readonly sha256: string; readonly size: number }> {
  const { sha256, size } = await digestOf(content)
  const path = `/v1/attachments/${sha256}`
  let offset: number | undefined
  let failures = 0
  const attempt = async (): Promise<void> => {
    if (failures > 0 && size > wholeUpTo) {
      const reached = await progress(path, send)
      if (reached === size) return
      if ((reached ?? 0) > (offset ?? 0)) failures = 1
      offset = reached
    }
    const response = await sendFrom(offset, { content, path, size, send })
    await response.arrayBuffer().catch(() => {}) // The status says that everything is stored.
  }
  const waitMs = (error: unknown): number | undefined => {
    failures += 1
    return failures <= maxFailures && mayGoOn(error) ? (error.waitMs ?? 1000) : undefined
  }
  await retry(attempt, { waitMs })
  return { sha256, size }
}

/** Whether to try again. After a conflict, another request has uploaded bytes meanwhile: the progress is asked again. */
function mayGoOn(error: unknown): error is GatewayError {
  return error instanceof GatewayError && (error.retry === 'later' || error.code === 'BUS_UPLOAD_CONFLICT')
}

/** Progress of an upload: its size if it is complete; undefined if there is none. */
async function progress(path: string, send: SendPart): Promise<number | undefined> {
  try {
    const { headers } = await send('HEAD', path)
    return Number(headers.get('upload-offset'))
  } catch (error) {
    if (error instanceof GatewayError && error.problem.status === 404) return undefined
    throw error
  }
}

interface Sending {
  readonly content: Content
  readonly path: string
  readonly size: number
  readonly send: SendPart
}

async function sendFrom(offset: number | undefined, sending: Sending): Promise<Response> {
  const attempt = new AbortController()
  try {
    return await sendPart(offset, sending, attempt.signal)
  } finally {
    attempt.abort() // Nobody else ends a stream that was not read to its end.
  }
}

function sendPart(
  offset: number | undefined,
  { content, path, size, send }: Sending,
  signal: AbortSignal
): Promise<Response> {
  const length = { 'content-length': String(size - (offset ?? 0)) }
  if (offset !== undefined) {
    const headers = {
      ...length,
      'content-type': 'application/partial-upload',
      'upload-offset': String(offset),
      'upload-complete': '?1'
    }
    return send('PATCH', path, { ...bodyOf(content, offset, signal), headers })
  }
  const headers = {
    ...length,
    'content-type': 'application/octet-stream',
    ...(size > wholeUpTo ? { 'upload-complete': '?1' } : {})
  }
  return send('PUT', path, { ...bodyOf(content, 0, signal), headers })
}

async function digestOf(content: Content): Promise<{ sha256: string; size: number }> {
  if (content instanceof Uint8Array) return { sha256: sha256Text(content, 'hex'), size: content.length }
  const digest = startSha256()
  let size = 0
  const stream = content instanceof Blob ? content.stream() : content.stream(0)
  const reader = stream.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    digest.update(part.value)
    size += part.value.length
  }
  return { sha256: digest.hex(), size }
}

/** A browser sends a stream only over HTTP/2: what it can send as a whole is not made one. */
function bodyOf(content: Content, start: number, signal: AbortSignal): Pick<SendRequest, 'body'> {
  if (content instanceof Blob) return { body: content.slice(start) }
  if (content instanceof Uint8Array) return { body: content.subarray(start) as Uint8Array<ArrayBuffer> }
  return { body: content.stream(start, signal) }
}
