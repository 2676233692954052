import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { BusError } from '#protocol/errors/bus-error.ts'
import { languageOf, toProblem } from '#protocol/errors/problem.ts'
import { reportedViolation, violationValues } from '#protocol/events/violation-text.ts'
import { pathAsSent } from '../public-path.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Why it, or parts of it, were refused in the answer. */
    refusedFor: readonly unknown[] | undefined
  }
}

/** Answers every failure with an RFC 9457 problem, including those raised by fastify. */
export function addProblemReplies(app: FastifyInstance): void {
  app.decorateRequest('refusedFor', undefined)
  app.setErrorHandler((error, request, reply) => {
    const known = ofFastify(error)
    logInternal(request, known)
    return sendProblem(request, reply, known)
  })
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, new BusError('BUS_NOT_FOUND', 'not-found'))
  )
}

/** Logs an error that is no fault of the caller's, unless it is that the bus stops. */
export function logInternal(request: FastifyRequest, error: unknown): void {
  if (error instanceof BusError && (error.status < 500 || error.code === 'BUS_STOPPING')) return
  const isAway = error instanceof BusError && error.status === 503
  request.log.error(
    { err: error, traceId: request.traceId, path: request.url.split('?')[0] },
    isAway
      ? 'request was answered 503 for the reason in err; the caller was told to try again'
      : 'request failed with an internal error; the caller got this traceId'
  )
}

/** Sends an error as a problem document. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const problem = toProblem(error, {
    language: languageOf(request.headers['accept-language']),
    instance: pathAsSent(request),
    traceId: request.traceId
  })
  request.refusedFor = [error]
  addRefusalHeaders(reply, problem.status, error)
  if (error instanceof BusError && error.code === 'BUS_RANGE_INVALID')
    reply.header('content-range', `bytes */${error.values.size}`)
  if (error instanceof BusError && error.fault === 'upload-offset-differs')
    reply.header('upload-offset', error.values.expected)
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(problem))
}

/** The headers that HTTP requires with some statuses. */
export function addRefusalHeaders(reply: FastifyReply, status: number, error: unknown): void {
  if (error instanceof BusError && error.code === 'BUS_METHOD_NOT_ALLOWED')
    reply.header('allow', error.values.allowed)
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  if (status !== 503 && status !== 429) return
  const waitMs = error instanceof BusError ? (error.waitMs ?? 1000) : 1000
  reply.header('retry-after', Math.max(1, Math.ceil(waitMs / 1000)))
}

/** Turns fastify's errors into ours. */
export function ofFastify(error: unknown): unknown {
  if (error instanceof BusError || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if ('validation' in error && Array.isArray(error.validation)) {
    const reported = reportedViolation(error.validation)
    if (!reported) return error
    const { member, ...problems } = violationValues(reported)
    return new BusError('BUS_QUERY_INVALID', 'query-invalid', {
      cause: error,
      values: { name: member.slice(1), ...problems }
    })
  }
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new BusError('BUS_REQUEST_TOO_LARGE', 'request-too-large', { cause: error })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new BusError('BUS_MEDIA_TYPE_UNSUPPORTED', 'media-type-unknown', { cause: error })
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_BAD_URL':
      return new BusError('BUS_REQUEST_INVALID', 'request-malformed', { cause: error })
    case 'FST_ERR_HANDLER_TIMEOUT':
      return new BusError('BUS_OVERLOADED', 'handler-timeout', { cause: error })
    case 'ECONNRESET':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return new BusError('BUS_REQUEST_TIMEOUT', 'request-cut-off', { cause: error })
    default:
      return error
  }
}
