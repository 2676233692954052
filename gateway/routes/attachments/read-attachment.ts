import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { FastifyPluginAsync } from 'fastify'
import type { Attachments } from '#bus/attachments/attachments.ts'
import type { ByteRange } from '#engines/blobs/blob-store.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import {
  type AuthorizationOptions,
  type Caller,
  checkAgain,
  checkStillAuthorized
} from '../../plugins/authentication.ts'
import { AttachmentParams } from './attachment-params.ts'

export interface ReadAttachmentOptions extends AuthorizationOptions {
  readonly attachments: Attachments
  readonly now: () => number
}

/** How often it is checked, while bytes go out, whether the caller may still act. */
const checkEveryMs = 1000

/**
 * `GET /v1/attachments/{sha256}`: an attachment or a part of it, for agencies that uploaded it or received
 * an event that lists it.
 */
export const readAttachment: FastifyPluginAsync<ReadAttachmentOptions> = async (app, options) => {
  const { attachments } = options
  app.get<{ Params: { sha256: string } }>(
    '/v1/attachments/:sha256',
    {
      exposeHeadRoute: false, // HEAD also shows the progress of an upload.
      config: { token: 'plain', rights: 'own' },
      schema: {
        summary: 'Download an attachment that the caller uploaded or received',
        tags: ['attachments'],
        security: [{ plain: [] }],
        params: AttachmentParams
      }
    },
    async (request, reply) => {
      const { sha256 } = request.params
      const found = await attachments.find(request.caller.agency, sha256)
      if (!found) throw new BusError('BUS_NOT_FOUND', 'not-found')
      checkStillAuthorized(options, request.caller, options.now())
      const etag = `"${sha256}"`
      reply.header('etag', etag).header('accept-ranges', 'bytes').header('content-disposition', 'attachment')
      if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send()
      const { size } = found
      const range = rangeOf(request.headers, { etag, size })
      if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`)
      return reply
        .type('application/octet-stream')
        .header('content-length', range ? range.end - range.start + 1 : size)
        .send(cutWhenBarred(await found.open(range), request.caller, options))
    }
  )
}

/** Breaks the download off, so that it does not look complete, once the caller may no longer act. */
function cutWhenBarred(bytes: Readable, caller: Caller, options: ReadAttachmentOptions): Readable {
  const check = (): Promise<void> =>
    checkAgain(options, caller, options.now).catch((error: Error) => void bytes.destroy(error))
  const checking = setInterval(check, checkEveryMs)
  bytes.once('close', () => clearInterval(checking))
  return bytes
}

/** Whether a list of entity tags contains this one; weak tags count too (RFC 9110, 13.1.2). */
function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags.includes('*')
}

/**
 * The requested part (RFC 9110, one range of bytes); undefined for the whole, which is also the answer to
 * several ranges. Throws `BUS_RANGE_INVALID` if there is no such part.
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
