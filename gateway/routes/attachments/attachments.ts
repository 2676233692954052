import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { FastifyPluginAsync } from 'fastify'
import Type from 'typebox'
import type { Attachments } from '#bus/attachments/attachments.ts'
import type { ByteRange } from '#bus/blobs/blob-store.ts'
import { BusError } from '#bus/errors/bus-error.ts'

export interface AttachmentRoutesOptions {
  readonly attachments: Attachments
  readonly maxAttachmentBytes: number
  /** How long an upload may stand still. */
  readonly idleTimeoutMs: number
  readonly stopping: AbortSignal
}

const Params = Type.Object(
  {
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the bytes, lower-case hex.' })
  },
  { additionalProperties: false }
)
const Uploaded = Type.Object({ sha256: Type.String(), size: Type.Integer({ description: 'Bytes.' }) })

/** `PUT` and `GET /v1/attachments/{sha256}`: bytes streamed in, checked against their announced size and digest, and out again. */
export const attachmentRoutes: FastifyPluginAsync<AttachmentRoutesOptions> = async (app, options) => {
  const { attachments, maxAttachmentBytes, idleTimeoutMs, stopping } = options
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))

  app.put<{ Params: { sha256: string } }>(
    '/v1/attachments/:sha256',
    {
      config: { token: 'plain', streams: true },
      bodyLimit: maxAttachmentBytes,
      schema: {
        summary: 'Upload an attachment, streamed; Content-Length is needed',
        tags: ['attachments'],
        security: [{ plain: [] }],
        params: Params,
        response: { 201: Uploaded }
      }
    },
    async (request, reply) => {
      const { sha256 } = request.params
      const size = announcedSize(request.headers['content-length'], maxAttachmentBytes)
      const bytes = (request.body ?? request.raw) as Readable
      const idle = new AbortController()
      let timer = setTimeout(() => idle.abort(), idleTimeoutMs)
      bytes.on('data', () => {
        clearTimeout(timer)
        timer = setTimeout(() => idle.abort(), idleTimeoutMs)
      })
      bytes.pause()
      try {
        await attachments.upload(
          request.caller.agency,
          { sha256, size },
          bytes,
          AbortSignal.any([idle.signal, stopping])
        )
      } catch (error) {
        if (stopping.aborted) throw new BusError('BUS_STOPPING', 'stopping', { cause: error, waitMs: 2000 })
        if (idle.signal.aborted)
          throw new BusError('BUS_REQUEST_TIMEOUT', 'request-cut-off', { cause: error })
        throw error
      } finally {
        clearTimeout(timer)
      }
      return reply.code(201).send({ sha256, size })
    }
  )

  app.get<{ Params: { sha256: string } }>(
    '/v1/attachments/:sha256',
    {
      config: { token: 'plain' },
      schema: {
        summary: 'Download an attachment the caller uploaded or was given',
        tags: ['attachments'],
        security: [{ plain: [] }],
        params: Params
      }
    },
    async (request, reply) => {
      const { sha256 } = request.params
      const found = await attachments.find(request.caller.agency, sha256)
      if (!found) throw new BusError('BUS_NOT_FOUND', 'not-found')
      const etag = `"${sha256}"`
      reply.header('etag', etag).header('accept-ranges', 'bytes').header('content-disposition', 'attachment')
      if (request.headers['if-none-match'] === etag) return reply.code(304).send()
      const { size } = found
      const range = rangeOf(request.headers, { etag, size })
      if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`)
      return reply
        .type('application/octet-stream')
        .header('content-length', range ? range.end - range.start + 1 : size)
        .send(await found.open(range))
    }
  )
}

/**
 * The part a request asks for (RFC 9110, one range of bytes); undefined for the
 * whole, which several ranges get too. Throws `BUS_RANGE_INVALID` for a part
 * that is not there.
 */
function rangeOf(
  headers: IncomingHttpHeaders,
  { etag, size }: { etag: string; size: number }
): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? '') ?? []
  if (first === '' && last === '') return undefined
  const ifRange = headers['if-range']
  if (ifRange !== undefined && ifRange !== etag) return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (start > end) throw new BusError('BUS_RANGE_INVALID', 'range-not-there', { values: { size } })
  return { start, end }
}

function announcedSize(contentLength: string | undefined, limit: number): number {
  if (contentLength === undefined || !/^\d{1,16}$/.test(contentLength)) {
    throw new BusError('BUS_ATTACHMENT_INVALID', 'attachment-without-length')
  }
  const size = Number(contentLength)
  if (size > limit) throw new BusError('BUS_REQUEST_TOO_LARGE', 'body-too-large', { values: { limit } })
  return size
}
