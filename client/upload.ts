import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'

/** Bytes in memory, or a file's. */
export type Content = Uint8Array | { readonly path: string }

/** Sends one request; rejects where the gateway refuses or cannot be reached. */
export type SendRequest = (method: string, path: string, init?: RequestInit) => Promise<Response>

export interface UploadOptions {
  readonly send: SendRequest
  /** How long to wait before trying again, milliseconds; undefined where trying again is of no use. */
  readonly retryAfter: (error: unknown) => number | undefined
  /** Whether a refusal says that there is no such upload. */
  readonly isMissing: (error: unknown) => boolean
}

/** What is smaller is sent again whole. */
const wholeUpTo = 1_048_576
/** Failures in a row without a byte more. */
const maxFailures = 10

/**
 * Uploads bytes under their SHA-256. When a connection breaks or the gateway
 * is away for a while, asks how far it came and goes on from there.
 */
export async function upload(
  content: Content,
  options: UploadOptions
): Promise<{ readonly sha256: string; readonly size: number }> {
  const { sha256, size } = await digestOf(content)
  const path = `/v1/attachments/${sha256}`
  let offset: number | undefined
  let failures = 0
  for (;;) {
    try {
      if (failures > 0 && size > wholeUpTo) {
        const reached = await progress(path, options)
        if (reached === size) return { sha256, size }
        if ((reached ?? 0) > (offset ?? 0)) failures = 1
        offset = reached
      }
      const response = await sendFrom(offset, { content, path, size, send: options.send })
      await response.arrayBuffer()
      return { sha256, size }
    } catch (error) {
      const waitMs = options.retryAfter(error)
      failures += 1
      if (waitMs === undefined || failures > maxFailures) throw error
      await pause(waitMs)
    }
  }
}

/** How far an upload came: its size when it is complete, undefined where there is none. */
async function progress(path: string, { send, isMissing }: UploadOptions): Promise<number | undefined> {
  try {
    const { headers } = await send('HEAD', path)
    return Number(headers.get('upload-offset'))
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

interface Sending {
  readonly content: Content
  readonly path: string
  readonly size: number
  readonly send: SendRequest
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

function bodyOf(content: Content, start: number): RequestInit {
  if (content instanceof Uint8Array) return { body: content.subarray(start) as Uint8Array<ArrayBuffer> }
  return {
    body: Readable.toWeb(createReadStream(content.path, { start })) as never,
    duplex: 'half'
  } as RequestInit
}
