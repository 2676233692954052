import type { Readable } from 'node:stream'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { type Attachments, keptMs } from '#bus/attachments/attachments.ts'
import type { Progress } from '#bus/attachments/uploads.ts'
import { BusError } from '#protocol/errors/bus-error.ts'
import { AttachmentParams } from './attachment-params.ts'
import { type ReceiveOptions, receiveBytes } from './receive-bytes.ts'

export interface UploadAttachmentOptions extends ReceiveOptions {
  readonly attachments: Attachments
  readonly maxAttachmentBytes: number
}

const Uploaded = Type.Object({ sha256: Type.String(), size: Type.Integer({ description: 'Size in bytes.' }) })
const Nothing = Type.Null({ description: 'Not complete yet; `Upload-Offset` is the number of bytes stored.' })

/**
 * `PUT`, `HEAD`, `PATCH` and `DELETE /v1/attachments/{sha256}`: streams bytes in and checks them against
 * the announced size and digest. With `Upload-Complete` the upload can be continued, as in "Resumable
 * Uploads for HTTP" (draft-ietf-httpbis-resumable-upload-09). The upload has the same address as the
 * attachment; no interim responses are sent.
 */
export const uploadAttachment: FastifyPluginAsync<UploadAttachmentOptions> = async (app, options) => {
  const { attachments, maxAttachmentBytes } = options
  const { uploads } = attachments
  app.removeAllContentTypeParsers() // Bytes of any type are a file's, those of JSON too.
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))

  const append = (
    request: FastifyRequest<{ Params: { sha256: string } }>,
    offset: number,
    isLast: boolean
  ): Promise<Progress> =>
    receiveBytes(request, options, (bytes: Readable, signal) =>
      uploads.append(request.caller, request.params.sha256, { offset, bytes, signal, isLast })
    )

  const limits = `max-size=${maxAttachmentBytes}, max-age=${keptMs / 1000}`
  const tell = (reply: FastifyReply, { offset, size }: Progress, isComplete: boolean): FastifyReply =>
    reply
      .header('upload-offset', offset)
      .header('upload-length', size)
      .header('upload-complete', isComplete ? '?1' : '?0')
      .header('upload-limit', limits)
      .header('cache-control', 'no-store')

  const shape = { tags: ['attachments'], security: [{ plain: [] }], params: AttachmentParams }
  const route = {
    config: { token: 'plain' as const, rights: 'own' as const, streams: true },
    bodyLimit: maxAttachmentBytes
  }

  app.put<{ Params: { sha256: string } }>(
    '/v1/attachments/:sha256',
    {
      ...route,
      schema: {
        ...shape,
        summary: 'Upload an attachment; with Upload-Complete the upload can be continued',
        response: { 201: Uploaded }
      }
    },
    async (request, reply) => {
      const { sha256 } = request.params
      if (request.headers['upload-complete'] === undefined) {
        const size = announced(request, 'content-length', maxAttachmentBytes)
        await receiveBytes(request, options, (bytes, signal) =>
          attachments.upload(request.caller, { sha256, size }, bytes, signal)
        )
        return reply.code(201).send({ sha256, size })
      }
      const isLast = completeOf(request)
      const named = request.headers['upload-length'] !== undefined || !isLast
      const size = announced(request, named ? 'upload-length' : 'content-length', maxAttachmentBytes)
      await uploads.begin(request.caller, { sha256, size })
      const progress = await append(request, 0, isLast)
      reply.code(201).header('location', `/v1/attachments/${sha256}`)
      return tell(reply, progress, isLast).send({ sha256, size })
    }
  )

  app.patch<{ Params: { sha256: string } }>(
    '/v1/attachments/:sha256',
    {
      ...route,
      schema: { ...shape, summary: 'Continue an upload', response: { 201: Uploaded, 204: Nothing } }
    },
    async (request, reply) => {
      const { sha256 } = request.params
      if (request.headers['content-type'] !== 'application/partial-upload') {
        throw new BusError('BUS_MEDIA_TYPE_UNSUPPORTED', 'upload-header-invalid', {
          values: { name: 'Content-Type', form: 'application/partial-upload' }
        })
      }
      const isLast = completeOf(request)
      const progress = await append(request, countOf(request, 'upload-offset'), isLast)
      tell(reply, progress, isLast)
      return isLast ? reply.code(201).send({ sha256, size: progress.size }) : reply.code(204).send()
    }
  )

  app.head<{ Params: { sha256: string } }>(
    '/v1/attachments/:sha256',
    {
      config: { token: 'plain', rights: 'own', swagger: { exposeHeadRoute: true } },
      schema: { ...shape, summary: 'Progress of an upload' }
    },
    async (request, reply) => {
      const { sha256 } = request.params
      const { agency } = request.caller
      const progress = await uploads.progress(agency, sha256)
      if (progress) return tell(reply, progress, false).code(204).send()
      const found = await attachments.find(agency, sha256)
      if (!found) throw new BusError('BUS_NOT_FOUND', 'not-found')
      reply.header('etag', `"${sha256}"`).header('accept-ranges', 'bytes').type('application/octet-stream')
      reply.header('content-disposition', 'attachment').header('content-length', found.size)
      return tell(reply, { offset: found.size, size: found.size }, true).send()
    }
  )

  app.delete<{ Params: { sha256: string } }>(
    '/v1/attachments/:sha256',
    {
      config: { token: 'plain', rights: 'own', anyMediaType: true },
      schema: { ...shape, summary: 'Discard an incomplete upload', response: { 204: Type.Null() } }
    },
    async (request, reply) => {
      const { sha256 } = request.params
      if (!(await uploads.cancel(request.caller.agency, sha256))) {
        throw new BusError('BUS_NOT_FOUND', 'not-found')
      }
      return reply.code(204).send()
    }
  )
}

/** A boolean of structured fields (RFC 9651). */
function completeOf({ headers }: FastifyRequest): boolean {
  const value = headers['upload-complete']
  if (value === '?1') return true
  if (value === '?0') return false
  throw new BusError('BUS_ATTACHMENT_INVALID', 'upload-header-invalid', {
    values: { name: 'Upload-Complete', form: '?0 | ?1' }
  })
}

function countOf({ headers }: FastifyRequest, name: string): number {
  const value = headers[name]
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value)
  throw new BusError('BUS_ATTACHMENT_INVALID', 'upload-header-invalid', {
    values: { name, form: '0, 1, 2, …' }
  })
}

function announced(request: FastifyRequest, name: 'content-length' | 'upload-length', limit: number): number {
  if (name === 'content-length' && request.headers[name] === undefined) {
    throw new BusError('BUS_ATTACHMENT_INVALID', 'attachment-without-length')
  }
  const size = countOf(request, name)
  if (size > limit) throw new BusError('BUS_REQUEST_TOO_LARGE', 'body-too-large', { values: { limit } })
  return size
}
