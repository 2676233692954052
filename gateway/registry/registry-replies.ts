import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { BusError } from '#protocol/errors/bus-error.ts'
import { languageOf, toProblem } from '#protocol/errors/problem.ts'
import { addRefusalHeaders } from '../plugins/problem-replies.ts'

/** Media types of the Confluent Schema Registry API; the first is the default of answers. */
export const registryMediaTypes = [
  'application/vnd.schemaregistry.v1+json',
  'application/vnd.schemaregistry+json',
  'application/json'
] as const

/** `error_code` of the errors that the API defines; other errors have their HTTP status and 01. */
const errorCodes: Partial<Record<BusError['fault'], number>> = {
  'subject-unknown': 40401,
  'version-unknown': 40402,
  'schema-unknown': 40403,
  'schema-not-of-subject': 40403,
  'subject-deleted-already': 40404,
  'subject-not-deleted': 40405,
  'version-deleted-already': 40406,
  'version-not-deleted': 40407,
  'level-not-set': 40408,
  'mode-not-set': 40409,
  'version-malformed': 42202,
  'level-malformed': 42203,
  'mode-fixed': 42205,
  'schema-referenced': 42206,
  'schema-of-event-type': 42206,
  'registry-subject-malformed': 42208,
  'registry-needs-act': 40302
}

/** Answers of the routes under /registry: media types and error bodies of that API. */
export function addRegistryReplies(app: FastifyInstance): void {
  app.addContentTypeParser(
    registryMediaTypes.filter((type) => type !== 'application/json'),
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body)
  )
  app.addHook('onSend', async (request, reply) => {
    reply.header('content-type', accepted(request.headers.accept))
  })
  app.setErrorHandler((error: FastifyError | BusError, request, reply) => refuse(request, reply, error))
  app.setNotFoundHandler((request, reply) =>
    refuse(request, reply, new BusError('BUS_NOT_FOUND', 'not-found'))
  )
}

function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const known = ofFastify(error)
  const { status, detail, title } = toProblem(known, {
    language: languageOf(request.headers['accept-language'] ?? 'en'),
    instance: request.url.split('?')[0] ?? '/',
    traceId: request.traceId
  })
  if (status >= 500)
    request.log.error(
      { err: known, traceId: request.traceId },
      'request failed with an internal error; the caller got this traceId'
    )
  const code = known instanceof BusError ? codeOf(known, status) : 50001
  const answer = code < 1000 ? code : Math.floor(code / 100)
  addRefusalHeaders(reply, answer, known)
  return reply.code(answer).send(JSON.stringify({ error_code: code, message: detail ?? title }))
}

function codeOf({ code, fault }: BusError, status: number): number {
  if (code === 'BUS_SCHEMA_INCOMPATIBLE') return 409
  if (code === 'BUS_SCHEMA_INVALID') return 42201
  return errorCodes[fault] ?? status * 100 + 1
}

/** A query or body that does not match the route's schema. */
function ofFastify(error: unknown): unknown {
  if (error instanceof BusError || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new BusError('BUS_MEDIA_TYPE_UNSUPPORTED', 'media-type-unknown', { cause: error })
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new BusError('BUS_REQUEST_TOO_LARGE', 'request-too-large', { cause: error })
  }
  const isClients = 'statusCode' in error && Number(error.statusCode) < 500
  return isClients
    ? new BusError('BUS_REQUEST_INVALID', 'registry-body-invalid', { values: { problem: error.message } })
    : error
}

function accepted(accept: string | undefined): string {
  return registryMediaTypes.find((type) => accept?.includes(type)) ?? registryMediaTypes[0]
}
