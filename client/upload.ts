import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { retry } from '#protocol/errors/retry.ts'
import { GatewayError } from './gateway-error.ts'
import type { SendRequest } from './send.ts'

/** What is uploaded: bytes in memory, or a file, read twice in pieces. */
export type Content = Uint8Array | { readonly path: string }

/** An uploaded file as an event lists it: the Avro record `lienthong.Attachment`. */
export type Attachment = {
  /** The file's name, as the recipient is to see it. */
  readonly name: string
  /** `application/pdf` and the like (RFC 6838). */
  readonly mediaType: string
  /** In bytes. */
  readonly size: number
  /** Of its bytes, in lower-case hex. */
  readonly sha256: string
}

/**
 * Sends one request under a token of its own; rejects with a `GatewayError`.
 * @internal
 */
export type SendPart = (
  method: string,
  path: string,
  request?: Omit<SendRequest, 'token'>
) => Promise<Response>

/** What is smaller is sent again whole. */
const wholeUpTo = 1_048_576
/** Failures in a row without a byte more. */
const maxFailures = 10

/**
 * Uploads bytes under their SHA-256. When a connection breaks or the gateway
 * is away for a while, asks how far it came and goes on from there.
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
    await response.arrayBuffer().catch(() => {}) // Its status has said that all is stored.
  }
  const waitMs = (error: unknown): number | undefined => {
    failures += 1
    return failures <= maxFailures && mayGoOn(error) ? (error.waitMs ?? 1000) : undefined
  }
  await retry(attempt, { waitMs })
  return { sha256, size }
}

/** A conflict tells that another request took bytes meanwhile: where it stands is asked then. */
function mayGoOn(error: unknown): error is GatewayError {
  return error instanceof GatewayError && (error.retry === 'later' || error.code === 'BUS_UPLOAD_CONFLICT')
}

/** How far an upload came: its size when it is complete, undefined where there is none. */
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
