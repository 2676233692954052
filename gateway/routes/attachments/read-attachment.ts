import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyPluginAsync } from 'fastify'
import type { Attachments } from '#bus/attachments/attachments.ts'
import type { ByteRange } from '#engines/blobs/blob-store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { AttachmentParams } from './attachment-params.ts'

/** `GET /v1/attachments/{sha256}`: all of an attachment, or a part, for who uploaded it or was given it. */
export const readAttachment: FastifyPluginAsync<{ readonly attachments: Attachments }> = async (
  app,
  { attachments }
) => {
  app.get<{ Params: { sha256: string } }>(
    '/v1/attachments/:sha256',
    {
      exposeHeadRoute: false, // HEAD also tells how far an upload has come.
      config: { token: 'plain' },
      schema: {
        summary: 'Download an attachment the caller uploaded or was given',
        tags: ['attachments'],
        security: [{ plain: [] }],
        params: AttachmentParams
      }
    },
    async (request, reply) => {
      const { sha256 } = request.params
      const found = await attachments.find(request.caller.agency, sha256)
      if (!found) throw new BusError('BUS_NOT_FOUND', 'not-found')
      const etag = `"${sha256}"`
      reply.header('etag', etag).header('accept-ranges', 'bytes').header('content-disposition', 'attachment')
      if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send()
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

/** Whether a list of entity tags names this one; weak ones count too (RFC 9110, 13.1.2). */
function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags.includes('*')
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
