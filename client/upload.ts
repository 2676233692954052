import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { retry } from '#protocol/timing/retry.ts'
import { GatewayError } from './gateway-error.ts'
import type { SendRequest } from './send.ts'

/** What to upload: bytes in memory, or a file, which is read twice as a stream. */
export type Content = Uint8Array | { readonly path: string }

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

function sendFrom(offset: number | undefined, { content, path, size, send }: Sending): Promise<Response> {
  const length = { 'content-length': String(size - (offset ?? 0)) }
  if (offset !== undefined) {
    const headers = {
      ...length,
      'content-type': 'application/partial-upload',
      'upload-offset': String(offset),
      'upload-complete': '?1'
    }
    return send('PATCH', path, { ...bodyOf(content, offset), headers })
  }
  const headers = {
    ...length,
    'content-type': 'application/octet-stream',
    ...(size > wholeUpTo ? { 'upload-complete': '?1' } : {})
  }
  return send('PUT', path, { ...bodyOf(content, 0), headers })
}

async function digestOf(content: Content): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256')
  if (content instanceof Uint8Array)
    return { sha256: hash.update(content).digest('hex'), size: content.length }
  for await (const chunk of createReadStream(content.path)) hash.update(chunk as Uint8Array)
  return { sha256: hash.digest('hex'), size: (await stat(content.path)).size }
}

function bodyOf(content: Content, start: number): Pick<SendRequest, 'body'> {
  if (content instanceof Uint8Array) return { body: content.subarray(start) as Uint8Array<ArrayBuffer> }
  return { body: Readable.toWeb(createReadStream(content.path, { start })) as ReadableStream }
}
